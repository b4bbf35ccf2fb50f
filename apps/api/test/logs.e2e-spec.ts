import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { BACKENDS, until } from '#testing';
import type { Answer, Client, Sent } from './support/client.js';
import { Planted } from './support/planted.js';
import { newInstallation, type Installation } from './support/service.js';
import { ServiceProcess } from './support/service-process.js';
import { done } from './support/tenant.js';
import type { TroubledDatabase } from './support/troubled-database.js';
import { linesOf, plantedHeaders, watch, type Watched } from './support/watched.js';
import { Wire } from './support/wire.js';

const TELLS_OF_HEALTH = ['Readiness', 'OutageLog'];

describe.each(BACKENDS)('the whole log of a service on %s', (backend) => {
  let watched: Watched;
  let admin: Client;
  let institutionId: string;
  let assetId: string;
  let positionId: string;
  const of = (what: string): string => watched.planted.value(what);

  /** Sends something with planted headers, and expects it to be answered as it should be. */
  async function sends(
    client: Client,
    status: number,
    method: string,
    path: string,
    sent: Sent = {},
  ): Promise<Answer> {
    const headers = { ...plantedHeaders(watched.planted), ...sent.headers };
    const answer = await client.send(method, path, { ...sent, headers });
    expect({ method, path, status: answer.status, text: answer.text }).toMatchObject({ status });
    return answer;
  }

  /** Sends an accepted command, and expects what was planted in it to be in its answer. */
  async function commands(
    client: Client,
    method: string,
    path: string,
    json: object,
    given: string[],
  ): Promise<Answer> {
    const headers = { 'idempotency-key': of(`idempotency key of ${path}`) };
    const answer = await client.send(method, path, {
      json,
      headers: { ...plantedHeaders(watched.planted), ...headers },
    });
    done(answer);
    for (const value of given) expect(answer.text).toContain(value);
    return answer;
  }

  /** A key of the institution: all of it is planted but the prefix that may be shown. */
  async function issueKey(role: string): Promise<{ id: string; text: string }> {
    const label = of(`label of a key (${role})`);
    const path = `/v1/institutions/${institutionId}/api-keys`;
    const { body } = await commands(watched.process.root, 'POST', path, { label, role }, [label]);
    const { id, apiKey: text } = body;
    watched.planted.known(`key text (${role})`, text.split('_')[2]);
    return { id, text };
  }

  beforeAll(async () => {
    watched = await watch(backend);
    const [name, root] = [of('name of an institution'), watched.process.root];
    const founded = await commands(root, 'POST', '/v1/institutions', { name, regions: ['US'] }, [name]);
    institutionId = founded.body.id;
    admin = watched.process.client((await issueKey('admin')).text);
  });
  afterAll(async () => {
    await watched.process.kill();
    await watched.database?.close();
    await watched.installation.database?.close();
  });

  async function untilLogged(sentence: string): Promise<void> {
    const end = `${JSON.stringify(sentence)}}\n`;
    await until(() => watched.written.includes(end), `The service logs: ${sentence}`);
  }

  function tellsNothing(): void {
    expect(watched.planted.foundIn(watched.written)).toEqual([]);
  }

  test('tells nothing of what commands that were carried out were given', async () => {
    const values = [
      'template name',
      'label',
      'metadata',
      'metadata key',
      'new label',
      'holder',
      'external reference',
    ];
    const [name, label, note, key, newLabel, holderReference, externalReference] = values.map(of) as [
      string,
      ...string[],
    ];
    const config = { currency: 'USD', region: 'US' };
    const kind = { code: 'CONSTR_ESCROW', name, vertical: 'CONSTRUCTION', region: 'US', config };
    const template = await commands(admin, 'POST', '/v1/asset-templates', kind, [name]);
    const asset = { templateId: template.body.id, label, metadata: { [String(key)]: note } };
    assetId = (await commands(admin, 'POST', '/v1/assets', asset, [String(label), String(note)])).body.id;
    await commands(admin, 'PATCH', `/v1/assets/${assetId}`, { label: newLabel }, [String(newLabel)]);
    const claim = { assetId, currency: 'USD', amount: '7361925.41', holderReference, externalReference };
    const given = [String(holderReference), String(externalReference)];
    positionId = (await commands(admin, 'POST', '/v1/positions', claim, given)).body.id;
    watched.planted.known('amount', '7361925.41');
    const [reason, remark] = [of('reason'), of('metadata of a step')];
    const step = { toState: 'FUNDED', reason, metadata: { remark } };
    await commands(admin, 'POST', `/v1/positions/${positionId}/transition`, step, [reason, remark]);
    const path = `/v1/institutions/${institutionId}/policies/US`;
    watched.planted.known('bound', '98231764.55');
    await commands(admin, 'PUT', path, { position: { maxAmount: '98231764.55' } }, ['98231764.55']);

    const lists = [`positions?holderReference=${holderReference}`, `assets?metadata[${key}]=${note}`];
    for (const list of lists)
      expect((await sends(admin, 200, 'GET', `/v1/${list}`)).body.data).toHaveLength(1);
    tellsNothing();
  });

  test('tells nothing of what was asked for and refused', async () => {
    await sends(admin, 400, 'GET', `/v1/positions?limit=${of('limit')}`);
    await sends(admin, 400, 'GET', `/v1/positions?${of('query parameter')}=${of('query')}`);
    await sends(admin, 400, 'GET', `/v1/positions?cursor=${of('cursor')}`);
    await sends(admin, 400, 'GET', `/v1/positions?holderReference=%ff${of('query with a broken escape')}`);
    await sends(admin, 400, 'GET', `/v1/%ff${of('path with a broken escape')}`);
    await sends(admin, 404, 'GET', `/v1/${of('unknown path')}?apiKey=${of('key in a URL')}`);
    await sends(admin, 405, 'DELETE', `/v1/positions?${of('query of a wrong method')}`);
    await sends(admin, 404, 'GET', `/v1/positions/${of('id')}`);
    await sends(admin, 404, 'GET', `/v1/positions/${of('id with a NUL')}%00`);
    tellsNothing();
  });

  test('tells nothing of bodies that are refused', async () => {
    const position = { assetId, currency: 'USD', amount: '1.00', holderReference: 'holder' };
    const fields: [number, object][] = [
      [400, { [of('unknown field')]: of('value of an unknown field') }],
      [400, { amount: of('amount that is none') }],
      [400, { holderReference: `${of('reference with a NUL')}\u0000` }],
      [400, { holderReference: { [of('member')]: of('nested') } }],
      [400, { currency: of('currency') }],
      [404, { assetId: of('id in a body') }],
      [422, { amount: '98231764.56', holderReference: of('holder against the policy') }],
    ];
    for (const [status, field] of fields) {
      await sends(admin, status, 'POST', '/v1/positions', { json: { ...position, ...field } });
    }
    const bodies = [`{"label":"${of('broken JSON')}`, of('no JSON'), `{"a":"${of('raw NUL')}\u0000"}`];
    for (const raw of [...bodies, `{"__proto__":{"label":"${of('prototype')}"}}`]) {
      await sends(admin, 400, 'POST', '/v1/assets', { raw });
    }
    const large = `{"label":"${of('large body').padEnd(1_100_000)}"}`;
    await sends(admin, 413, 'POST', '/v1/assets', { raw: large });
    const headers = { 'content-type': `text/plain; note=${of('media type')}` };
    await sends(admin, 415, 'POST', '/v1/assets', { raw: of('text'), headers });
    await sends(admin, 400, 'POST', '/v1/assets', {
      json: {},
      headers: { 'idempotency-key': `é ${of('bad key')}` },
    });
    await sends(admin, 412, 'PATCH', `/v1/assets/${assetId}`, {
      json: { label: of('label under a stale version') },
      headers: { 'if-match': '"999"' },
    });
    tellsNothing();
  });

  test('tells nothing of the keys that are sent, good or bad', async () => {
    const path = '/v1/positions';
    const revoked = await issueKey('read_only');
    const good = await issueKey('read_only');
    const { process } = watched;
    await sends(process.client(), 200, 'GET', path, { headers: { authorization: `Bearer ${good.text}` } });
    await sends(process.client(revoked.text), 200, 'GET', path);
    await sends(admin, 200, 'POST', `/v1/institutions/${institutionId}/api-keys/${revoked.id}/revoke`);
    const basic = Buffer.from(`user:${of('password of Basic')}`).toString('base64');
    watched.planted.known('Basic', basic);
    const bad = [revoked.text, good.text.slice(0, -1), good.text.slice(0, 60), `${good.text}0`];
    for (const text of [...bad, good.text.replace(/.{8}$/, 'ffffffff'), of('no key')]) {
      await sends(process.client(text), 401, 'GET', path);
      await sends(process.client(), 401, 'POST', path, {
        headers: { authorization: `Bearer ${text}` },
        raw: of('body'),
      });
    }
    await sends(process.client(), 401, 'GET', path, { headers: { authorization: `Basic ${basic}` } });
    await sends(process.client(good.text), 403, 'POST', path, {
      json: { holderReference: of('forbidden body') },
    });
    tellsNothing();
  });

  test('tells nothing of what is no whole request', async () => {
    const heads = [
      `${of('no request')}\r\n\r\n`,
      `GET /${of('broken path')} HTTP/1.1\r\n${of('broken header')}\r\n\r\n`,
      `GET http://${of('host')}.example/?${of('query of a whole URL')} HTTP/1.1\r\nHost: ${of('Host')}\r\nConnection: close\r\n\r\n`,
      `CONNECT ${of('proxied')}:443 HTTP/1.1\r\nHost: a\r\nProxy-Authorization: ${of('proxy')}\r\n\r\n`,
      `GET / HTTP/1.1\r\nHost: a\r\nX-Long: ${of('long header').padEnd(40_000, 'x')}\r\n\r\n`,
    ];
    const statuses: (string | undefined)[] = [];
    for (const head of heads) {
      using wire = await Wire.to(watched.process.url);
      wire.send(head);
      statuses.push(/^HTTP\/1.1 (\d+)/.exec(await wire.untilClosed())?.[1]);
    }
    expect(statuses).toEqual(['400', '400', '404', '400', '431']);
    tellsNothing();
  });

  test('tells of a request whose sender was gone before it was answered', async () => {
    const wire = await Wire.to(watched.process.url);
    wire.send(
      `POST /v1/institutions HTTP/1.1\r\nHost: a\r\nX-API-Key: ${watched.installation.rootKey}\r\n` +
        'Content-Type: application/json\r\nContent-Length: 100\r\nExpect: 100-continue\r\n\r\n{',
    );
    // The service has its head, and finds out meanwhile whose it is.
    await wire.until('100 Continue');
    await pause(200);
    wire[Symbol.dispose]();
    await untilLogged('request cut off');
    const told = linesOf(watched).filter(({ msg }) => msg === 'request cut off');
    expect(told).toMatchObject([{ method: 'POST', route: '/v1/institutions', role: 'root' }]);
    tellsNothing();
  });

  if (backend === 'postgres') {
    test('tells nothing of statements that the database refuses, and says why it did', async () => {
      const database = watched.database as TroubledDatabase;
      const [holderReference, label] = [of('holder that is refused'), of('label that is refused')];
      await database.alter(`
        ALTER TABLE positions ADD CONSTRAINT positions_planted_check CHECK (holder_reference <> '${holderReference}');
        CREATE FUNCTION refuse_planted() RETURNS trigger LANGUAGE plpgsql AS
          $$ BEGIN PERFORM NEW.label::integer; RETURN NEW; END $$;
        CREATE TRIGGER refuse_planted BEFORE UPDATE ON assets FOR EACH ROW EXECUTE FUNCTION refuse_planted()`);
      const json = { assetId, currency: 'USD', amount: '1.00', holderReference };
      await sends(admin, 500, 'POST', '/v1/positions', { json });
      await sends(admin, 500, 'PATCH', `/v1/assets/${assetId}`, { json: { label } });
      await database.alter('REVOKE SELECT ON positions FROM escrowgrid_app');
      await sends(admin, 500, 'GET', `/v1/positions?holderReference=${of('parameter of a refused query')}`);
      await database.alter(
        'GRANT SELECT ON positions TO escrowgrid_app; DROP TRIGGER refuse_planted ON assets',
      );
      const faults = linesOf(watched).filter(({ msg }) => msg === 'A request failed.');
      expect(faults.map(({ err }) => err)).toMatchObject([
        { type: 'RefusedStatement', message: expect.stringMatching(/23514.*positions_planted_check/) },
        { type: 'RefusedStatement', message: expect.stringContaining('22P02') },
        { type: 'RefusedStatement', message: expect.stringContaining('42501') },
      ]);
      tellsNothing();
    });

    test('tells nothing of a database that cannot be reached, and says that it cannot', async () => {
      const database = watched.database as TroubledDatabase;
      database.takeAway();
      const json = {
        assetId,
        currency: 'USD',
        amount: '1.00',
        holderReference: of('holder without a store'),
      };
      await sends(admin, 503, 'POST', '/v1/positions', { json });
      await sends(admin, 503, 'GET', `/v1/positions?holderReference=${of('query without a store')}`);
      for (let probes = 0; probes < 3; probes += 1) {
        await sends(watched.process.client(), 503, 'GET', '/health/ready');
      }
      await database.bringBack();
      await sends(admin, 201, 'POST', '/v1/positions', { json });
      await untilLogged('Requests are no longer answered 503.');
      await sends(watched.process.client(), 200, 'GET', '/health/ready');
      await untilLogged('The service is ready again.');
      const told = linesOf(watched).filter(({ context }) => TELLS_OF_HEALTH.includes(String(context)));
      const [reason, causeCode] = ['The database cannot be reached.', 'ECONNREFUSED'];
      expect(told).toMatchObject([
        { level: 'warn', msg: 'Requests are answered 503.', reason, causeCode },
        { level: 'warn', msg: 'The service is not ready.', reason },
        { level: 'warn', msg: 'Requests are no longer answered 503.', failures: 2 },
        { level: 'warn', msg: 'The service is ready again.' },
      ]);
      // Each request has its line all the same, and none has a stack.
      const refused = linesOf(watched).filter(({ status }) => status === 503);
      expect(refused.map(({ code }) => code)).toEqual([
        ...Array.from({ length: 2 }, () => 'service.unavailable'),
        ...Array.from({ length: 3 }, () => 'health.not_ready'),
      ]);
      expect(refused.filter(({ err }) => err !== undefined)).toEqual([]);
      tellsNothing();
    });
  }

  test('tells of every request, whose it was, and how it ended, to the end', async () => {
    await expect(watched.process.terminate()).resolves.toBe(0);
    const lines = linesOf(watched);
    expect(lines).toContainEqual(expect.objectContaining({ msg: 'The service is listening.', backend }));
    expect(lines).toContainEqual(expect.objectContaining({ level: 'debug', context: 'RouterExplorer' }));
    const requests = lines.filter(({ msg }) => msg === 'request');
    for (const status of [200, 201, 400, 401, 403, 404, 405, 412, 413, 415, 422]) {
      expect(requests).toContainEqual(expect.objectContaining({ status, requestId: expect.any(String) }));
    }
    const route = '/v1/positions/:positionId/transition';
    expect(requests).toContainEqual(
      expect.objectContaining({ method: 'POST', route, status: 200, role: 'admin', institutionId }),
    );
    tellsNothing();
  });

  if (backend === 'postgres') {
    test('is as silent as the tables, which hold no secret either, nor what a refused request brought along', async () => {
      const rows = await (watched.database as TroubledDatabase).allRows();
      for (const table of ['audit_events', 'idempotency_records', 'api_keys'])
        expect(rows).toContain(`${table}: (`);
      const stored = watched.planted.foundIn(rows);
      expect(stored).toEqual(expect.arrayContaining(['holder', 'reason', 'label of a key (admin)']));
      const nowhere =
        /^(key|no key|key text|.*root key|.*pepper|password|Basic|cookie|referer|user agent|forwarded.*|request id|origin|proxy|.*body|.*JSON|raw NUL|prototype|text|nested|value of an.*|.*query.*|cursor|limit)\b/;
      expect(stored.filter((what) => nowhere.test(what))).toEqual([]);
      expect(watched.planted.names.filter((what) => nowhere.test(what)).length).toBeGreaterThan(100);
    });
  }

  test('would be found to tell of it, had it told anything', () => {
    const { planted, written } = watched;
    expect(planted.names.length).toBeGreaterThan(200);
    expect(planted.foundIn(written + planted.all.toUpperCase())).toEqual(planted.names);
  });
});

describe('what a service writes that cannot start', () => {
  /** All that it wrote, and how it ended. */
  async function fail(
    installation: Installation,
    settings: Record<string, string>,
  ): Promise<[string, string]> {
    let written = '';
    const started = ServiceProcess.start(
      installation,
      { LOG_LEVEL: 'trace', ...settings },
      (text) => (written += text),
    );
    const end = await started.then(
      () => 'It started.',
      (error: Error) => error.message,
    );
    return [end, written];
  }

  test('says that its password was refused, or its database away, and tells no secret', async () => {
    const { installation, database, planted, process } = await watch('postgres');
    await process.kill();
    const wrong = { DATABASE_URL: database?.url(planted.value('wrong password')) ?? '' };
    // Whoever starts the service gave it the host and the user, and needs to know which of them were taken.
    const secrets = (text: string): string[] =>
      planted.foundIn(text).filter((what) => !what.includes('of the database'));
    const [refused, ofPassword] = await fail(installation, wrong);
    expect(refused).toBe('The service ended with status 1.');
    expect(ofPassword).toContain('User or password was not accepted.');
    expect(ofPassword).toContain('"context":"TypeOrmModule"');
    database?.takeAway();
    const [away, ofAbsence] = await fail(installation, {});
    expect(away).toBe('The service ended with status 1.');
    expect(ofAbsence).toContain('Nothing listens there');
    expect([...secrets(ofPassword), ...secrets(ofAbsence)]).toEqual([]);
    await database?.close();
    await installation.database?.close();
  });

  test('names the settings at fault, and tells nothing of what they were', async () => {
    const planted = new Planted();
    const [end, written] = await fail(await newInstallation('memory'), {
      STORE_BACKEND: 'postgres',
      DATABASE_URL: `postgresq://user:${planted.value('password')}@${planted.value('host')}:5432/a`,
      ROOT_API_KEY: `two words ${planted.value('root key')}`,
      API_KEY_PEPPER: `ä${planted.value('pepper')}`,
    });
    expect(end).toBe('The service ended with status 78.');
    for (const name of ['DATABASE_URL', 'ROOT_API_KEY', 'API_KEY_PEPPER'])
      expect(written).toContain(`${name}: `);
    expect(planted.foundIn(written)).toEqual([]);
  });
});
