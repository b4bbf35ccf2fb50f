import type { Answer, Json } from './client.js';
import { UNKNOWN } from './patterns.js';
import type { Service } from './service.js';

export const METADATA = { invoice: 'INV-7', approvedBy: { name: 'Åsa', 'e-mail': 'asa@example.com' } };

/** One institution's way from its founding to a position that is released, request by request. */
export interface Story {
  /** Every answer, in order. */
  readonly answers: readonly Answer[];
  readonly institution: Answer;
  readonly apiKey: Answer;
  readonly template: Answer;
  readonly asset: Answer;
  readonly created: Answer;
  readonly funded: Answer;
  readonly partly: Answer;
  readonly partlyAgain: Answer;
  readonly released: Answer;
  readonly position: Answer;
  readonly events: Answer;
  readonly ledger: Answer;
  readonly audit: Answer;
}

export async function tellStory(service: Service): Promise<Story> {
  const answers: Answer[] = [];
  const keep = async (answer: Promise<Answer>): Promise<Answer> => {
    answers.push(await answer);
    return answer;
  };
  const { root } = service;
  const institution = await keep(
    root.post('/v1/institutions', { name: 'Northern Escrow', regions: ['US', 'SG'] }),
  );
  const keys = `/v1/institutions/${institution.body.id}/api-keys`;
  const apiKey = await keep(root.post(keys, { label: 'Back office', role: 'admin' }));
  const admin = service.client(apiKey.body.apiKey);
  const template = await keep(
    admin.post('/v1/asset-templates', {
      code: 'CONSTR_ESCROW',
      name: 'Project escrow',
      vertical: 'CONSTRUCTION',
      region: 'US',
      config: { currency: 'USD', region: 'US', maxAmount: '5000' },
    }),
  );
  const asset = await keep(
    admin.post('/v1/assets', {
      templateId: template.body.id,
      label: 'Harbour bridge',
      metadata: { lot: '7' },
    }),
  );
  const created = await keep(
    admin.post('/v1/positions', {
      assetId: asset.body.id,
      holderReference: 'holder-1',
      currency: 'USD',
      amount: '1000.10',
      externalReference: 'contract-7',
    }),
  );
  const path = `/v1/positions/${created.body.id}`;
  const step = (body: Json): Promise<Answer> => keep(admin.post(`${path}/transition`, body));
  const funded = await step({ toState: 'FUNDED' });
  const partly = await step({
    toState: 'PARTIALLY_RELEASED',
    amount: '300.05',
    reason: 'First part is built',
    metadata: METADATA,
  });
  const partlyAgain = await step({ toState: 'PARTIALLY_RELEASED', amount: '200.00' });
  const released = await step({ toState: 'RELEASED', amount: '500.05' });
  return {
    answers,
    institution,
    apiKey,
    template,
    asset,
    created,
    funded,
    partly,
    partlyAgain,
    released,
    position: await keep(admin.get(path)),
    events: await keep(admin.get(`${path}/events`)),
    ledger: await keep(admin.get(`/v1/ledger-events?positionId=${created.body.id}`)),
    audit: await keep(admin.get('/v1/audit-events')),
  };
}

/** What goes wrong after the story: every kind of refusal, and the reads that follow. */
export async function tellRefusals(service: Service, story: Story): Promise<Answer[]> {
  const { root } = service;
  const admin = service.client(story.apiKey.body.apiKey);
  const institution = `/v1/institutions/${story.institution.body.id}`;
  const released = `/v1/positions/${story.created.body.id}/transition`;
  const claim = {
    assetId: story.asset.body.id,
    holderReference: 'holder-2',
    currency: 'USD',
    amount: '10.00',
  };
  const open = await admin.post('/v1/positions', claim);
  const funded = `/v1/positions/${open.body.id}/transition`;
  const requests: (() => Promise<Answer>)[] = [
    () => admin.post(released, { toState: 'CANCELLED' }),
    () => admin.post(funded, { toState: 'RELEASED' }),
    () => admin.post(funded, { toState: 'FUNDED', amount: '9.99' }),
    () => admin.post(funded, { toState: 'FUNDED' }),
    () => admin.post(funded, { toState: 'FUNDED' }),
    () => admin.post(funded, { toState: 'PARTIALLY_RELEASED', amount: '10.01' }),
    () => admin.post(funded, { toState: 'PARTIALLY_RELEASED', amount: '10.00' }),
    () => admin.post(funded, { toState: 'PARTIALLY_RELEASED' }),
    () => admin.post('/v1/positions', { ...claim, amount: 10 }),
    () => admin.post('/v1/positions', { ...claim, amount: '1.001', x: null }),
    () => admin.post('/v1/positions', { ...claim, amount: '5000.01' }),
    () => admin.post('/v1/positions', { ...claim, currency: 'EUR' }),
    () => admin.post('/v1/positions', { ...claim, assetId: UNKNOWN.asset }),
    () => admin.post('/v1/assets', { templateId: UNKNOWN.template, label: 'x' }),
    () => admin.put(`${institution}/policies/US`, { position: { minAmount: '2', maxAmount: '1' } }),
    () => admin.put(`${institution}/policies/US`, { position: { minAmount: '20' } }),
    () => admin.post('/v1/positions', claim),
    () => admin.post(funded, { toState: 'RELEASED' }),
    () => admin.post(funded, { toState: 'CANCELLED' }),
    () => admin.delete(`${institution}/policies/US`),
    () => admin.delete(`${institution}/policies/US`),
    () => admin.post(`${institution}/api-keys/${story.apiKey.body.id}/revoke`),
    () => admin.get('/v1/positions?state=RELEASED&limit=1&order=desc'),
    () => admin.get('/v1/positions?limit=0&order=up'),
    () => admin.get(`/v1/positions/${UNKNOWN.position}`),
    () => admin.get('/v1/nothing'),
    () => service.client().get('/v1/positions'),
    () => admin.send('POST', '/v1/positions', { raw: '{' }),
    () => root.get(`${institution}/policies`),
    () => root.post(`${institution}/api-keys/${story.apiKey.body.id}/revoke`),
    () => root.post(`${institution}/api-keys/${story.apiKey.body.id}/revoke`),
    () => admin.get('/v1/positions'),
    () => root.get('/v1/audit-events?order=desc&limit=200&outcome=SUCCESS'),
    () => root.get('/v1/ledger-events?limit=200'),
  ];
  const answers = [open];
  for (const request of requests) answers.push(await request());
  return answers;
}

/**
 * Answers with what differs from run to run replaced: ids, hashes, keys and request ids by placeholders in their
 * order of appearance, times and cursors by one placeholder each, since two moments may be one. So is the last use of a
 * key, which is noted at no certain moment.
 */
export function normalised(answers: readonly Answer[]): unknown {
  const names = new Map<string, string>();
  const named = (text: string, kind: string): string => {
    const name = names.get(text) ?? `<${kind} ${names.size + 1}>`;
    names.set(text, name);
    return name;
  };
  const text = JSON.stringify(
    answers.map(({ status, body, text: whole, headers }) => ({
      status,
      contentType: headers.get('content-type'),
      body: body ?? whole,
    })),
    (name, value: unknown) => {
      if (name === 'lastUsedAt') return '<last use>';
      return name === 'nextCursor' && value !== null ? '<cursor>' : sorted(value);
    },
  )
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, '<time>')
    .replace(/egk_[0-9a-z]{26}(?:_[0-9a-f]{64}_[0-9a-f]{8})?/g, (found) => named(found, 'key'))
    .replace(/(?:inst|tmpl|ast|pos|ple|le|ak|aud|pol)_[0-7][0-9a-z]{25}/g, (found) => named(found, 'id'))
    .replace(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, (found) => named(found, 'request'))
    .replace(/[0-9a-f]{64}/g, (found) => named(found, 'hash'));
  return JSON.parse(text);
}

/** JSON objects have no order; without one the placeholders would be given in another on each backend. */
function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1)));
}
