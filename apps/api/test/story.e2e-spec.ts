import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { BACKENDS } from '#testing';
import type { Answer, Json } from './support/client.js';
import { balancesOf, canonicalText, expectUnbrokenChain, sha256 } from './support/ledger.js';
import { aHash, anId, aTime } from './support/patterns.js';
import { expectProblem } from './support/problems.js';
import { RecordWatch } from './support/records.js';
import { closeService, openService, type Service } from './support/service.js';
import { METADATA, normalised, tellRefusals, tellStory, type Story } from './support/story.js';
import { done, foundTenant, move, openPosition } from './support/tenant.js';

const statusAndBody = ({ status, body }: Answer): Json => ({ status, body });

describe.each(BACKENDS)('the story of a position on %s', (backend) => {
  let service: Service;
  let story: Story;

  beforeAll(async () => {
    service = await openService(backend);
    story = await tellStory(service);
  });
  afterAll(() => closeService(service));

  /** The position as it is after a step. */
  function position(state: string, version: number, [released, held, remaining]: string[]): Json {
    return {
      id: story.created.body.id,
      institutionId: story.institution.body.id,
      assetId: story.asset.body.id,
      holderReference: 'holder-1',
      currency: 'USD',
      amount: '1000.10',
      releasedAmount: released,
      refundedAmount: '0.00',
      heldAmount: held,
      remainingAmount: remaining,
      state,
      externalReference: 'contract-7',
      version,
      createdAt: story.created.body.createdAt,
      updatedAt: aTime,
      events: events().slice(0, version),
    };
  }

  function events(): Json[] {
    const steps = [
      { fromState: null, toState: 'CREATED', amount: '1000.10', reason: null, metadata: null },
      { fromState: 'CREATED', toState: 'FUNDED', amount: '1000.10', reason: null, metadata: null },
      {
        fromState: 'FUNDED',
        toState: 'PARTIALLY_RELEASED',
        amount: '300.05',
        reason: 'First part is built',
        metadata: METADATA,
      },
      {
        fromState: 'PARTIALLY_RELEASED',
        toState: 'PARTIALLY_RELEASED',
        amount: '200.00',
        reason: null,
        metadata: null,
      },
      {
        fromState: 'PARTIALLY_RELEASED',
        toState: 'RELEASED',
        amount: '500.05',
        reason: null,
        metadata: null,
      },
    ];
    return steps.map((step, index) => ({
      id: anId('ple'),
      positionId: story.created.body.id,
      seq: index + 1,
      ...step,
      at: aTime,
    }));
  }

  test('an institution, its key, a template and an asset are made, each answered whole', () => {
    const institutionId = story.institution.body.id;
    expect(statusAndBody(story.institution)).toEqual({
      status: 201,
      body: {
        id: anId('inst'),
        name: 'Northern Escrow',
        regions: ['US', 'SG'],
        verticals: ['CONSTRUCTION', 'TRADE_FINANCE'],
        version: 1,
        createdAt: aTime,
        updatedAt: aTime,
      },
    });
    expect(statusAndBody(story.apiKey)).toEqual({
      status: 201,
      body: {
        id: anId('ak'),
        institutionId,
        label: 'Back office',
        role: 'admin',
        prefix: `egk_${story.apiKey.body.id.slice('ak_'.length)}`,
        apiKey: expect.stringMatching(new RegExp(`^${story.apiKey.body.prefix}_[0-9a-f]{64}_[0-9a-f]{8}$`)),
        expiresAt: null,
        lastUsedAt: null,
        revokedAt: null,
        createdAt: aTime,
      },
    });
    expect(statusAndBody(story.template)).toEqual({
      status: 201,
      body: {
        id: anId('tmpl'),
        institutionId,
        code: 'CONSTR_ESCROW',
        name: 'Project escrow',
        vertical: 'CONSTRUCTION',
        region: 'US',
        config: { currency: 'USD', region: 'US', maxAmount: '5000' },
        version: 1,
        createdAt: aTime,
        updatedAt: aTime,
      },
    });
    expect(statusAndBody(story.asset)).toEqual({
      status: 201,
      body: {
        id: anId('ast'),
        institutionId,
        templateId: story.template.body.id,
        label: 'Harbour bridge',
        metadata: { lot: '7' },
        version: 1,
        createdAt: aTime,
        updatedAt: aTime,
      },
    });
  });

  test('every step answers the whole position, with amounts that add up and the events so far', () => {
    expect(story.created.body.id).toEqual(anId('pos'));
    const steps = [story.created, story.funded, story.partly, story.partlyAgain, story.released];
    expect(steps.map(statusAndBody)).toEqual([
      { status: 201, body: position('CREATED', 1, ['0.00', '0.00', '1000.10']) },
      { status: 200, body: position('FUNDED', 2, ['0.00', '1000.10', '1000.10']) },
      { status: 200, body: position('PARTIALLY_RELEASED', 3, ['300.05', '700.05', '700.05']) },
      { status: 200, body: position('PARTIALLY_RELEASED', 4, ['500.05', '500.05', '500.05']) },
      { status: 200, body: position('RELEASED', 5, ['1000.10', '0.00', '0.00']) },
    ]);
  });

  test('reading the position and its events shows what the last step answered', () => {
    expect(statusAndBody(story.position)).toEqual({ status: 200, body: story.released.body });
    expect(statusAndBody(story.events)).toEqual({
      status: 200,
      body: { data: story.released.body.events, page: { limit: 50, nextCursor: null } },
    });
    const times: string[] = story.released.body.events.map(({ at }: Json) => at);
    expect(times).toEqual([...times].sort());
    expect(times[0]).toBe(story.created.body.createdAt);
    expect(times[4]).toBe(story.released.body.updatedAt);
  });

  test('five ledger events record what moved between which accounts', () => {
    const ids = { institutionId: story.institution.body.id, positionId: story.created.body.id };
    const step = (
      seq: number,
      states: [string | null, string],
      move_: [string | null, string | null, string | null],
      payload: Json,
    ): Json => ({
      id: anId('le'),
      ...ids,
      seq,
      kind: seq === 1 ? 'POSITION_CREATED' : 'POSITION_STATE_CHANGED',
      previousState: states[0],
      newState: states[1],
      debitAccount: move_[0],
      creditAccount: move_[1],
      amount: move_[2],
      currency: 'USD',
      payload,
      at: story.released.body.events[seq - 1].at,
      previousHash: aHash,
      hash: aHash,
    });
    const nothing = { metadataHash: null, reason: null };
    expect(statusAndBody(story.ledger)).toEqual({
      status: 200,
      body: {
        data: [
          step(1, [null, 'CREATED'], [null, null, null], {
            amount: '1000.10',
            assetId: story.asset.body.id,
            externalReference: 'contract-7',
            holderReference: 'holder-1',
          }),
          step(2, ['CREATED', 'FUNDED'], ['depositor', 'escrow', '1000.10'], nothing),
          step(3, ['FUNDED', 'PARTIALLY_RELEASED'], ['escrow', 'beneficiary', '300.05'], {
            metadataHash: sha256(canonicalText(METADATA)),
            reason: 'First part is built',
          }),
          step(4, ['PARTIALLY_RELEASED', 'PARTIALLY_RELEASED'], ['escrow', 'beneficiary', '200.00'], nothing),
          step(5, ['PARTIALLY_RELEASED', 'RELEASED'], ['escrow', 'beneficiary', '500.05'], nothing),
        ],
        page: { limit: 50, nextCursor: null },
      },
    });
  });

  test('the ledger’s hash chain can be recomputed from the answers alone, and its books balance', () => {
    expectUnbrokenChain(story.ledger.body.data);
    expect(balancesOf(story.ledger.body.data)).toEqual({
      depositor: -100010n,
      escrow: 0n,
      beneficiary: 100010n,
    });
  });

  test('every command left one audit event with the id of its request', () => {
    const { institution, apiKey, template, asset, created, funded, partly, partlyAgain, released } = story;
    const transition = `/v1/positions/${created.body.id}/transition`;
    const moved = (answer: Answer, payload: Json): Json =>
      audited(answer, 'POSITION_TRANSITIONED', 'position', transition, { ...payload, currency: 'USD' });
    const audited = (answer: Answer, action: string, kind: string, path: string, payload: Json): Json => ({
      id: anId('aud'),
      institutionId: institution.body.id,
      apiKeyId: kind === 'institution' || kind === 'api_key' ? null : apiKey.body.id,
      action,
      outcome: 'SUCCESS',
      resourceType: kind,
      resourceId: answer.body.id,
      method: 'POST',
      path,
      statusCode: answer.status,
      requestId: answer.headers.get('x-request-id'),
      clientIp: '127.0.0.1',
      payload,
      occurredAt: aTime,
    });
    const keys = `/v1/institutions/${institution.body.id}/api-keys`;
    const issued = { role: 'admin', prefix: apiKey.body.prefix, expiresAt: null };
    const defined = { code: 'CONSTR_ESCROW', version: 1 };
    const opened = { seq: 1, toState: 'CREATED', amount: '1000.10', currency: 'USD' };
    expect(statusAndBody(story.audit)).toEqual({
      status: 200,
      body: {
        data: [
          audited(institution, 'INSTITUTION_CREATED', 'institution', '/v1/institutions', { version: 1 }),
          audited(apiKey, 'API_KEY_CREATED', 'api_key', keys, issued),
          audited(template, 'ASSET_TEMPLATE_CREATED', 'asset_template', '/v1/asset-templates', defined),
          audited(asset, 'ASSET_CREATED', 'asset', '/v1/assets', { version: 1 }),
          audited(created, 'POSITION_CREATED', 'position', '/v1/positions', opened),
          moved(funded, { seq: 2, toState: 'FUNDED', amount: '1000.10' }),
          moved(partly, { seq: 3, toState: 'PARTIALLY_RELEASED', amount: '300.05' }),
          moved(partlyAgain, { seq: 4, toState: 'PARTIALLY_RELEASED', amount: '200.00' }),
          moved(released, { seq: 5, toState: 'RELEASED', amount: '500.05' }),
        ],
        page: { limit: 50, nextCursor: null },
      },
    });
  });

  test('a released position can go nowhere, and being asked to stores nothing', async () => {
    const watch = await RecordWatch.over(service);
    const admin = service.client(story.apiKey.body.apiKey);
    const path = `/v1/positions/${story.created.body.id}/transition`;
    for (const toState of ['FUNDED', 'PARTIALLY_RELEASED', 'RELEASED', 'CANCELLED', 'EXPIRED', 'CREATED']) {
      const amount = toState === 'PARTIALLY_RELEASED' ? '1.00' : undefined;
      expectProblem(await admin.post(path, { toState, amount }), path, {
        status: 409,
        code: 'position.illegal_transition',
        extensions: { state: 'RELEASED', toState, allowed: [] },
      });
    }
    expect(await watch.changes()).toEqual([]);
  });

  test.each([
    ['CANCELLED', ['escrow', 'depositor', '600.00'], ['400.00', '600.00']],
    ['EXPIRED', ['escrow', 'depositor', '600.00'], ['400.00', '600.00']],
  ])('%s after a partial release gives back what remains', async (toState, moved, [released, refunded]) => {
    const tenant = await foundTenant(service);
    const id = await openPosition(tenant.admin, tenant.assetId, '1000.00');
    done(await move(tenant.admin, id, 'FUNDED'));
    done(await move(tenant.admin, id, 'PARTIALLY_RELEASED', '400'));
    expect(done(await move(tenant.admin, id, toState))).toMatchObject({
      state: toState,
      releasedAmount: released,
      refundedAmount: refunded,
      heldAmount: '0.00',
      remainingAmount: '0.00',
    });
    const ledger = done(await tenant.admin.get(`/v1/ledger-events?positionId=${id}`)).data;
    const { debitAccount, creditAccount, amount } = ledger.at(-1);
    expect([debitAccount, creditAccount, amount]).toEqual(moved);
    expectUnbrokenChain(ledger);
  });

  test.each(['CANCELLED', 'EXPIRED'])('%s before funding moves nothing', async (toState) => {
    const tenant = await foundTenant(service);
    const id = await openPosition(tenant.admin, tenant.assetId, '1000.00');
    const ended = done(await move(tenant.admin, id, toState));
    expect(ended).toMatchObject({ state: toState, refundedAmount: '0.00', remainingAmount: '0.00' });
    expect(ended.events[1].amount).toBeNull();
    const ledger = done(await tenant.admin.get(`/v1/ledger-events?positionId=${id}`)).data;
    expect(ledger[1]).toMatchObject({ debitAccount: null, creditAccount: null, amount: null });
    expectUnbrokenChain(ledger);
  });

  test('123456789012345678.12 USD survives every step, read and list byte for byte', async () => {
    const amount = '123456789012345678.12';
    const tenant = await foundTenant(service);
    const id = await openPosition(tenant.admin, tenant.assetId, amount);
    const funded = await move(tenant.admin, id, 'FUNDED', amount);
    const partly = await move(tenant.admin, id, 'PARTIALLY_RELEASED', '0.01');
    const whole = `"amount":"${amount}"`;
    expect(funded.text).toContain(`${whole},"releasedAmount":"0.00"`);
    expect(funded.text).toContain(`"heldAmount":"${amount}"`);
    expect(partly.text).toContain(`${whole},"releasedAmount":"0.01"`);
    expect(partly.text).toContain('"heldAmount":"123456789012345678.11"');
    expect((await tenant.admin.get(`/v1/positions/${id}`)).text).toBe(partly.text);
    expect((await tenant.admin.get('/v1/positions')).text).toContain(`${whole},"releasedAmount":"0.01"`);
    expect((await tenant.admin.get(`/v1/positions?minAmount=${amount}`)).text).toContain(whole);
    expect((await tenant.admin.get(`/v1/positions?minAmount=${amount}1`)).body.data).toEqual([]);
    expect((await tenant.admin.get('/v1/ledger-events')).text).toContain(whole);
    expect((await move(tenant.admin, id, 'RELEASED')).text).toContain(`"releasedAmount":"${amount}"`);
  });
});

test('both backends answer the same story and the same refusals alike', async () => {
  const told = await Promise.all(
    (['memory', 'postgres'] as const).map(async (backend) => {
      const service = await openService(backend);
      try {
        const story = await tellStory(service);
        return normalised([...story.answers, ...(await tellRefusals(service, story))]);
      } finally {
        await closeService(service);
      }
    }),
  );
  const [memory, postgres] = told as [Json[], Json[]];
  expect(postgres).toEqual(memory);
  expect(memory.filter(({ status }) => status >= 400).length).toBeGreaterThan(20);
});
