import { assetFaults } from './asset-faults.js';
import type { TemplateType } from './template-type.js';
import { constrEscrow } from './template-types/constr-escrow.js';
import { constrRetainage } from './template-types/constr-retainage.js';
import { tfInvoice } from './template-types/tf-invoice.js';
import { tfLc } from './template-types/tf-lc.js';

/** Every template code. A new one is a file beside these, named here. */
export const TEMPLATE_TYPES: readonly TemplateType[] = [constrEscrow, constrRetainage, tfInvoice, tfLc];

export const TEMPLATE_CODES: readonly string[] = TEMPLATE_TYPES.map(({ code }) => code);

/** @throws DomainError `template_type.unknown` */
export function requireTemplateType(code: string): TemplateType {
  const type = TEMPLATE_TYPES.find((candidate) => candidate.code === code);
  if (type === undefined)
    throw assetFaults['template_type.unknown'].because('There is no such template code.');
  return type;
}
