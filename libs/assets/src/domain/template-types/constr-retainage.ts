import { percentageField } from '../config-fields.js';
import { defineTemplateType } from '../template-type.js';

export const constrRetainage = defineTemplateType({
  code: 'CONSTR_RETAINAGE',
  vertical: 'CONSTRUCTION',
  fields: { retainagePercentage: percentageField },
});
