import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { BACKENDS, FixedClock } from '#testing';
import type { Answer, Client, Json } from './support/client.js';
import { UNKNOWN } from './support/patterns.js';
import { expectProblem } from './support/problems.js';
import { invalid, refusedAt } from './support/refusals.js';
import { closeService, openService, type Service } from './support/service.js';
import { done, foundTenant, move, openPosition, type Tenant } from './support/tenant.js';

const CREATED_AT = '2026-03-01T12:00:00.000Z';

const statusAndBody = ({ status, body }: Answer): Json => ({ status, body });

const pathOf = (id: string, asOf: string): string => `/v1/positions/${id}?asOf=${encodeURIComponent(asOf)}`;

describe.each(BACKENDS)('a position as of a past moment on %s', (backend) => {
  const clock = new FixedClock(CREATED_AT);
  let service: Service;
  let ours: Tenant;
  let id: string;
  /** The position as it was shown after each of its steps, by the time of the step. */
  const shown: Json[] = [];

  beforeAll(async () => {
    service = await openService(backend, {}, clock);
    ours = await foundTenant(service);
    clock.set(CREATED_AT);
    id = await openPosition(ours.admin, ours.assetId, '90071992547409930.07');
    shown.push(await read());
    for (const [seconds, toState, amount] of [
      [1, 'FUNDED'],
      [1, 'PARTIALLY_RELEASED', '0.01'],
      [0, 'PARTIALLY_RELEASED', '90071992547409000.00'],
      [1, 'CANCELLED'],
    ] as const) {
      clock.advance(seconds * 1_000);
      shown.push(done(await move(ours.admin, id, toState, amount)));
    }
    clock.advance(60_000);
  });
  afterAll(() => closeService(service));

  const read = async (client: Client = ours.admin): Promise<Json> =>
    done(await client.get(`/v1/positions/${id}`));
  const readAsOf = async (asOf: string, client: Client = ours.admin): Promise<Answer> =>
    client.get(pathOf(id, asOf));

  test.each([
    ['at its creation', '12:00:00.000', 0],
    ['a millisecond before it was funded', '12:00:00.999', 0],
    ['just when it was funded', '12:00:01.000', 1],
    ['between two steps', '12:00:01.500', 1],
    ['a millisecond before its releases', '12:00:01.999', 1],
    ['at the millisecond of both its releases', '12:00:02.000', 3],
    ['a millisecond before its end', '12:00:02.999', 3],
    ['just when it ended', '12:00:03.000', 4],
    ['a minute later, which is now', '12:01:03.000', 4],
  ])('%s is what was shown then, member for member', async (_, time, step) => {
    const then = shown[step];
    expect(statusAndBody(await readAsOf(`2026-03-01T${time}Z`))).toEqual({ status: 200, body: then });
  });

  test('its amounts and events are those of then', () => {
    const amounts = shown.map((position) => [
      position.state,
      position.version,
      position.releasedAmount,
      position.refundedAmount,
      position.heldAmount,
      position.remainingAmount,
      position.updatedAt,
      position.events.length,
    ]);
    const whole = '90071992547409930.07';
    expect(amounts).toEqual([
      ['CREATED', 1, '0.00', '0.00', '0.00', whole, '2026-03-01T12:00:00.000Z', 1],
      ['FUNDED', 2, '0.00', '0.00', whole, whole, '2026-03-01T12:00:01.000Z', 2],
      [
        ...['PARTIALLY_RELEASED', 3, '0.01', '0.00', '90071992547409930.06', '90071992547409930.06'],
        ...['2026-03-01T12:00:02.000Z', 3],
      ],
      [
        ...['PARTIALLY_RELEASED', 4, '90071992547409000.01', '0.00', '930.06', '930.06'],
        ...['2026-03-01T12:00:02.000Z', 4],
      ],
      ['CANCELLED', 5, '90071992547409000.01', '930.06', '0.00', '0.00', '2026-03-01T12:00:03.000Z', 5],
    ]);
  });

  test.each([
    '2026-03-01T12:00:01Z',
    '2026-03-01T12:00:01.0Z',
    '2026-03-01T12:00:01.000000000Z',
    '2026-03-01T12:00:01.000999999Z',
    '2026-03-01T13:00:01+01:00',
    '2026-03-01T06:30:01.000-05:30',
    '2026-03-02T02:00:01.000+14:00',
  ])('%s is the moment at which it was funded', async (asOf) => {
    expect(done(await readAsOf(asOf))).toEqual(shown[1]);
  });

  test('what it was does not change with what becomes of it', async () => {
    const other = await openPosition(ours.admin, ours.assetId, '5.00');
    const path = pathOf(other, clock.now().toISOString());
    const before = done(await ours.admin.get(path));
    clock.advance(1);
    done(await move(ours.admin, other, 'EXPIRED'));
    expect(done(await ours.admin.get(path))).toEqual(before);
    expect(done(await ours.admin.get(`/v1/positions/${other}`)).state).toBe('EXPIRED');
  });

  test('a key that may only read and the root key are shown the same', async () => {
    const asOf = '2026-03-01T12:00:02.000Z';
    for (const client of [ours.reader, service.root]) {
      expect(statusAndBody(await readAsOf(asOf, client))).toEqual({ status: 200, body: shown[3] });
    }
  });

  test('before its creation, and to a stranger, it is as unknown as a position that there never was', async () => {
    const stranger = await foundTenant(service, 'Southern Escrow');
    const early = '2026-03-01T11:59:59.999Z';
    const withoutIds = ({ text, headers }: Answer, asked: string): string =>
      text.replaceAll(asked, '<id>').replaceAll(String(headers.get('x-request-id')), '<request>');
    const unknown = await ours.admin.get(pathOf(UNKNOWN.position, early));
    expectProblem(unknown, pathOf(UNKNOWN.position, early), { status: 404, code: 'position.unknown' });
    for (const answer of [await readAsOf(early), await readAsOf(early, stranger.admin)]) {
      expect(answer.status).toBe(404);
      expect(withoutIds(answer, id)).toBe(withoutIds(unknown, UNKNOWN.position));
    }
    expect((await readAsOf('2026-03-01T12:00:02.000Z', stranger.admin)).status).toBe(404);
    expect((await readAsOf('0001-01-01T00:00:00Z')).status).toBe(404);
  });

  test('a moment in the future is refused, whatever is asked for, and the present one is not', async () => {
    const now = clock.now();
    const future = new Date(now.getTime() + 1).toISOString();
    for (const asked of [id, UNKNOWN.position]) {
      const path = pathOf(asked, future);
      expectProblem(await ours.admin.get(path), path, refusedAt(400, 'position.future_moment', '/asOf'));
    }
    expect(done(await readAsOf(now.toISOString()))).toEqual(shown[4]);
    expect((await readAsOf('9999-12-31T23:59:59Z')).status).toBe(400);
  });

  test.each([
    'yesterday',
    '2026-03-01',
    '2026-03-01T12:00:00',
    '2026-03-01 12:00:00Z',
    '2026-02-30T12:00:00Z',
    '2026-03-01T24:00:00Z',
    '2026-03-01T12:00:00+1:00',
    '2026-03-01T12:00:00.0000000001Z',
    '1772366400000',
    '',
  ])('the malformed moment “%s” is refused', async (asOf) => {
    const path = pathOf(id, asOf);
    expectProblem(await ours.admin.get(path), path, invalid(['/asOf', 'field.malformed']));
  });

  test('two moments at once are refused', async () => {
    const path = `${pathOf(id, CREATED_AT)}&asOf=${CREATED_AT}`;
    expectProblem(await ours.admin.get(path), path, invalid(['/asOf', 'field.wrong_type']));
  });
});
