import { describe, expect, test } from '@jest/globals';
import { RequestValidationPipe } from '#http';
import { DomainError } from '#kernel';
import { PutPolicyRequest } from './put-policy.request.js';

const pipe = new RequestValidationPipe();
const read = async (body: unknown): Promise<unknown> =>
  pipe.transform(body, { type: 'body', metatype: PutPolicyRequest });

/** The pointers and codes of what is wrong, sorted: the order of faults is no promise. */
async function faultsOf(body: unknown): Promise<string[]> {
  const refusal: unknown = await read(body).catch((error: unknown) => error);
  if (!(refusal instanceof DomainError)) throw new Error('The request was not refused.');
  expect(refusal.fault.code).toBe('request.invalid');
  return refusal.errors.map(({ pointer, code }) => `${pointer} ${code}`).sort();
}

describe('a request to put a policy', () => {
  test.each([
    {},
    { minAmount: '0' },
    { minAmount: '0.00000001', maxAmount: '999999999999999999999999', allowedCurrencies: ['USD', 'JPY'] },
    // Bounds hold for every currency, so their decimals are not those of one.
    { minAmount: '1.12345678', allowedCurrencies: ['JPY'] },
  ])('may have the position rules %j', async (position) => {
    expect(await read({ position })).toEqual({ position });
  });

  test.each<[unknown, string[]]>([
    [{}, ['/position field.required']],
    [{ position: null }, ['/position field.wrong_type']],
    [{ position: 5 }, ['/position field.wrong_type']],
    [{ position: 'all' }, ['/position field.wrong_type']],
    [{ position: true }, ['/position field.wrong_type']],
    [{ position: [] }, ['/position field.wrong_type']],
    [{ position: {}, region: 'US' }, ['/region field.unknown']],
    [{ position: { 'no/such~rule': 1 } }, ['/position/no~1such~0rule field.unknown']],
    [{ position: { minAmount: 5 } }, ['/position/minAmount money.malformed_amount']],
    [{ position: { minAmount: null } }, ['/position/minAmount money.malformed_amount']],
    [{ position: { minAmount: '1e3' } }, ['/position/minAmount money.malformed_amount']],
    [{ position: { maxAmount: '-1' } }, ['/position/maxAmount money.malformed_amount']],
    [{ position: { maxAmount: '1.123456789' } }, ['/position/maxAmount money.malformed_amount']],
    [{ position: { allowedCurrencies: 'USD' } }, ['/position/allowedCurrencies field.wrong_type']],
    [{ position: { allowedCurrencies: [] } }, ['/position/allowedCurrencies field.wrong_length']],
    [
      { position: { allowedCurrencies: ['USD', 'XXX'] } },
      ['/position/allowedCurrencies/1 money.unknown_currency'],
    ],
    [
      { position: { allowedCurrencies: ['USD', 'USD'] } },
      ['/position/allowedCurrencies/1 field.not_allowed'],
    ],
    [
      { position: { minAmount: 1, maxAmount: 2, more: 3 } },
      [
        '/position/maxAmount money.malformed_amount',
        '/position/minAmount money.malformed_amount',
        '/position/more field.unknown',
      ],
    ],
  ])('may not be %j', async (body, faults) => {
    expect(await faultsOf(body)).toEqual(faults);
  });

  test('takes no list for the rules, whatever is in it', async () => {
    for (const position of [[{}], [1], [{ minAmount: '1' }]]) {
      expect(await faultsOf({ position })).toContain('/position field.wrong_type');
    }
  });
});
