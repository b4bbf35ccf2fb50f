import { compareDecimals, type Money } from '#kernel';
import { assetFaults } from './asset-faults.js';
import type { AssetTemplate } from './asset-template.js';

/**
 * Holds the amount of a position to its template's currency and bounds.
 *
 * @throws DomainError `template.currency_mismatch`, `template.amount_out_of_bounds`
 */
export function requireTemplateAllows(template: AssetTemplate, amount: Money): void {
  const { currency, minAmount, maxAmount } = template.config;
  const templateId = template.id;
  if (amount.currency.code !== currency) {
    throw assetFaults['template.currency_mismatch'].at(
      '/currency',
      `The template’s currency is ${currency}.`,
      {
        templateId,
        expected: currency,
        currency: amount.currency.code,
      },
    );
  }
  const outOfBounds = assetFaults['template.amount_out_of_bounds'];
  const sent = { templateId, currency, amount: amount.toString() };
  if (minAmount !== undefined && compareDecimals(sent.amount, minAmount) < 0) {
    throw outOfBounds.at('/amount', `The template’s least amount is ${minAmount}.`, { ...sent, minAmount });
  }
  if (maxAmount !== undefined && compareDecimals(sent.amount, maxAmount) > 0) {
    throw outOfBounds.at('/amount', `The template’s greatest amount is ${maxAmount}.`, {
      ...sent,
      maxAmount,
    });
  }
}
