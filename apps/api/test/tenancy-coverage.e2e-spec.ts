import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { attempts, foreignIds, NAMING_NOTHING } from './support/attempts.js';
import { OPERATIONS } from './support/document.js';
import { idPlaces, operationOf, placesOf } from './support/id-places.js';
import { closeService } from './support/service.js';
import { openWorld, type World } from './support/world.js';

const isKeyed = ({ described }: (typeof OPERATIONS)[number]): boolean => described['x-roles'] !== undefined;

describe('the attempts on another tenant', () => {
  let world: World;
  /** `METHOD /path: place`, of each attempt in which a foreign id stands in one place alone. */
  let tried: ReadonlySet<string>;

  beforeAll(async () => {
    world = await openWorld('memory');
    const theirIds = foreignIds(world);
    const foreign = new Set(Object.values(theirIds));
    const requests = attempts.map(([, , request]) => request(theirIds, world));
    const alone = requests.filter((request) => placesOf(request, foreign).length === 1);
    tried = new Set(
      alone.map((request) => `${operationOf(request).name}: ${placesOf(request, foreign).join()}`),
    );
  });
  afterAll(() => closeService(world.service));

  test.each(OPERATIONS.filter(isKeyed))('cover $name', (operation) => {
    const { name } = operation;
    const places = idPlaces(operation);
    const untried = places.filter((place) => !tried.has(`${name}: ${place}`));
    expect(
      untried.map(
        (place) =>
          `${name} is in the document and takes an id (${place}), and no attempt has a foreign one there ` +
          'and nowhere else: say in support/attempts.ts how a stranger would try it',
      ),
    ).toEqual([]);
    const advice =
      places.length === 0
        ? `${name} is in the document and takes no id: say in NAMING_NOTHING what keeps tenants apart in it`
        : `${name} takes an id: it is not one of NAMING_NOTHING`;
    expect(name in NAMING_NOTHING === (places.length === 0) ? undefined : advice).toBeUndefined();
  });

  test('are of operations that there are', () => {
    const known = new Set(
      OPERATIONS.filter(isKeyed).flatMap((one) => idPlaces(one).map((at) => `${one.name}: ${at}`)),
    );
    expect([...tried].filter((place) => !known.has(place))).toEqual([]);
    const names = OPERATIONS.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(Object.keys(NAMING_NOTHING)));
    expect(known.size).toBeGreaterThan(30);
  });

  test('need not be made on what is open, which shows nothing of a tenant', async () => {
    const { ours, theirs, service } = world;
    const ids = [ours, theirs].flatMap(({ id, assetId, templateId, adminKeyId }) => [
      id,
      assetId,
      templateId,
      adminKeyId,
    ]);
    for (const { path } of OPERATIONS.filter((operation) => !isKeyed(operation))) {
      for (const client of [service.client(), ours.admin]) {
        const { text } = await client.get(path.replaceAll(/\{\w+\}/g, 'auth.missing_key'));
        expect(ids.filter((id) => text.includes(id))).toEqual([]);
      }
    }
  });
});
