import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { BACKENDS } from '#testing';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { Answer, Json } from './support/client.js';
import { expectProblem } from './support/problems.js';
import { RecordWatch } from './support/records.js';
import { refusedAt } from './support/refusals.js';
import { closeService, openService, type Service } from './support/service.js';
import { done, foundTenant, type Tenant } from './support/tenant.js';

interface Kind {
  readonly code: string;
  readonly vertical: string;
  readonly good: readonly Json[];
  /** What a schema can tell, with the place of the fault and its code. */
  readonly bad: readonly (readonly [config: Json, pointer: string, code: string])[];
  /** What only the rules of the code can tell. */
  readonly broken?: readonly (readonly [config: Json, pointer: string, code: string])[];
}

const escrow = { currency: 'USD', region: 'US' };
const retainage = { currency: 'USD', retainagePercentage: 5 };
const invoice = { currency: 'USD', maxTenorDays: 90, country: 'SG' };
const credit = { currency: 'USD', maxTenorDays: 90, issuingBankCountry: 'SG' };

const KINDS: readonly Kind[] = [
  {
    code: 'CONSTR_ESCROW',
    vertical: 'CONSTRUCTION',
    good: [escrow, { ...escrow, minAmount: '0.01', maxAmount: '1000' }, { ...escrow, minAmount: '0' }],
    bad: [
      [{ region: 'US' }, '/config/currency', 'field.required'],
      [{ currency: 'USD' }, '/config/region', 'field.required'],
      [{ ...escrow, currency: 'XAU' }, '/config/currency', 'money.unknown_currency'],
      [{ ...escrow, region: 'MARS' }, '/config/region', 'field.not_allowed'],
      [{ ...escrow, minAmount: 5 }, '/config/minAmount', 'money.malformed_amount'],
      [{ ...escrow, maxAmount: '1e3' }, '/config/maxAmount', 'money.malformed_amount'],
      [{ ...escrow, retainagePercentage: 5 }, '/config/retainagePercentage', 'field.unknown'],
    ],
    broken: [
      [{ ...escrow, region: 'SG' }, '/config/region', 'field.not_allowed'],
      [{ ...escrow, minAmount: '2', maxAmount: '1' }, '/config/minAmount', 'field.not_allowed'],
      [{ ...escrow, maxAmount: '1.001' }, '/config/maxAmount', 'money.too_many_decimals'],
    ],
  },
  {
    code: 'CONSTR_RETAINAGE',
    vertical: 'CONSTRUCTION',
    good: [0, 9.5, 100].map((retainagePercentage) => ({ ...retainage, retainagePercentage })),
    bad: [
      [{ currency: 'USD' }, '/config/retainagePercentage', 'field.required'],
      ...[-0.01, 100.01, '5', null].map(
        (retainagePercentage) =>
          [
            { ...retainage, retainagePercentage },
            '/config/retainagePercentage',
            'field.not_allowed',
          ] as const,
      ),
      [{ ...retainage, region: 'US' }, '/config/region', 'field.unknown'],
    ],
  },
  {
    code: 'TF_INVOICE',
    vertical: 'TRADE_FINANCE',
    good: [invoice, { ...invoice, maxTenorDays: 1, country: 'AE' }],
    bad: [
      [{ currency: 'USD', country: 'SG' }, '/config/maxTenorDays', 'field.required'],
      [{ currency: 'USD', maxTenorDays: 90 }, '/config/country', 'field.required'],
      [{ ...invoice, maxTenorDays: 0 }, '/config/maxTenorDays', 'field.not_allowed'],
      [{ ...invoice, maxTenorDays: 30.5 }, '/config/maxTenorDays', 'field.not_allowed'],
      [{ ...invoice, country: 'UK' }, '/config/country', 'field.not_allowed'],
      [{ ...invoice, issuingBankCountry: 'SG' }, '/config/issuingBankCountry', 'field.unknown'],
    ],
  },
  {
    code: 'TF_LC',
    vertical: 'TRADE_FINANCE',
    good: [credit, { ...credit, currency: 'KWD', issuingBankCountry: 'AE' }],
    bad: [
      [{ currency: 'USD', maxTenorDays: 90 }, '/config/issuingBankCountry', 'field.required'],
      [{ ...credit, issuingBankCountry: 'ZZ' }, '/config/issuingBankCountry', 'field.not_allowed'],
      [{ ...credit, maxTenorDays: '90' }, '/config/maxTenorDays', 'field.not_allowed'],
      [{ ...credit, minAmount: '1' }, '/config/minAmount', 'field.unknown'],
    ],
  },
];

describe.each(BACKENDS)('template types on %s', (backend) => {
  let service: Service;
  let tenant: Tenant;

  beforeAll(async () => {
    service = await openService(backend);
    tenant = await foundTenant(service);
  });
  afterAll(() => closeService(service));

  const define = async ({ code, vertical }: Kind, config: Json, more: Json = {}): Promise<Answer> =>
    tenant.admin.post('/v1/asset-templates', {
      code,
      name: 'A kind',
      vertical,
      region: 'US',
      config,
      ...more,
    });

  test('are published to every key, all together and each by itself', async () => {
    const { data, page } = done(await tenant.reader.get('/v1/template-types'));
    expect(data.map(({ code, vertical }: Json) => [code, vertical])).toEqual(
      KINDS.map(({ code, vertical }) => [code, vertical]),
    );
    expect(page.nextCursor).toBeNull();
    for (const type of data) {
      for (const client of [tenant.reader, tenant.admin, service.root]) {
        expect(done(await client.get(`/v1/template-types/${type.code}`))).toEqual(type);
      }
    }
    const path = '/v1/template-types/TF_NOTE';
    expectProblem(await tenant.reader.get(path), path, { status: 404, code: 'template_type.unknown' });
  });

  describe.each(KINDS)('the type $code', (kind) => {
    const { code, good, bad, broken = [] } = kind;

    test('takes just the configs that its published schema takes, and its rules', async () => {
      const { schema } = done(await tenant.reader.get(`/v1/template-types/${code}`));
      const satisfiesPublished = new Ajv2020({ strict: true }).compile(schema);
      for (const config of good) {
        const { status, body } = await define(kind, config);
        expect([config, satisfiesPublished(config), status, body.config]).toEqual([
          config,
          true,
          201,
          config,
        ]);
      }
      const watch = await RecordWatch.over(service);
      for (const [cases, isTold] of [
        [bad, true],
        [broken, false],
      ] as const) {
        for (const [config, ...fault] of cases) {
          expect([config, satisfiesPublished(config)]).toEqual([config, !isTold]);
          expectProblem(await define(kind, config), '/v1/asset-templates', {
            status: 400,
            code: 'template.invalid_config',
            errors: [fault],
          });
        }
      }
      expect(await watch.changes()).toEqual([]);
    });

    test('belongs to its vertical, and that and the region to the institution', async () => {
      const [config] = good;
      const { regions } = done(await tenant.admin.get(`/v1/institutions/${tenant.id}`));
      const [other] = ['CONSTRUCTION', 'TRADE_FINANCE'].filter((vertical) => vertical !== kind.vertical);
      const watch = await RecordWatch.over(service);
      expectProblem(
        await define(kind, config, { vertical: other }),
        '/v1/asset-templates',
        refusedAt(422, 'template.wrong_vertical', '/vertical', { expected: kind.vertical }),
      );
      const abroad = { ...config, ...('region' in config ? { region: 'UAE' } : {}) };
      expectProblem(
        await define(kind, abroad, { region: 'UAE' }),
        '/v1/asset-templates',
        refusedAt(422, 'template.region_not_served', '/region', { regions }),
      );
      expect(await watch.changes()).toEqual([]);
      done(await service.root.patch(`/v1/institutions/${tenant.id}`, { verticals: [other] }));
      expectProblem(
        await define(kind, config),
        '/v1/asset-templates',
        refusedAt(422, 'template.vertical_not_served', '/vertical', { verticals: [other] }),
      );
      done(await service.root.patch(`/v1/institutions/${tenant.id}`, { verticals: [kind.vertical] }));
      expect((await define(kind, config)).status).toBe(201);
      done(
        await service.root.patch(`/v1/institutions/${tenant.id}`, {
          verticals: ['CONSTRUCTION', 'TRADE_FINANCE'],
        }),
      );
    });
  });
});
