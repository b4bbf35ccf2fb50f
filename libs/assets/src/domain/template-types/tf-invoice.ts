import { countryField, tenorDaysField } from '../config-fields.js';
import { defineTemplateType } from '../template-type.js';

export const tfInvoice = defineTemplateType({
  code: 'TF_INVOICE',
  vertical: 'TRADE_FINANCE',
  fields: { maxTenorDays: tenorDaysField, country: countryField },
});
