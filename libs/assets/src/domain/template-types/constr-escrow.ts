import { amountField, optional, regionField } from '../config-fields.js';
import { boundsSuitTheCurrency, regionIsTheTemplates } from '../template-config.js';
import { defineTemplateType } from '../template-type.js';

export const constrEscrow = defineTemplateType({
  code: 'CONSTR_ESCROW',
  vertical: 'CONSTRUCTION',
  fields: { region: regionField, minAmount: optional(amountField), maxAmount: optional(amountField) },
  rules: [regionIsTheTemplates, boundsSuitTheCurrency],
});
