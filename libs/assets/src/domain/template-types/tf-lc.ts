import { countryField, tenorDaysField } from '../config-fields.js';
import { defineTemplateType } from '../template-type.js';

export const tfLc = defineTemplateType({
  code: 'TF_LC',
  vertical: 'TRADE_FINANCE',
  fields: { issuingBankCountry: countryField, maxTenorDays: tenorDaysField },
});
