import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { declaredFaults } from '#kernel';
import { BACKENDS } from '#testing';
import type { Answer } from './support/client.js';
import { expectProblem } from './support/problems.js';
import { closeService, openService, type Service } from './support/service.js';

const committed = readFileSync('docs/errors.md', 'utf8');

/** What a reader sees of a page. */
function textOf(page: string): string {
  return page
    .replace(/<style>[^]*<\/style>/, '')
    .replace(/<[^>]*>/g, '')
    .replace(/&(lt|gt|quot|#39|amp);/g, (entity) => TEXT_OF[entity] ?? entity);
}
const TEXT_OF: Readonly<Record<string, string>> = {
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
  '&amp;': '&',
};

test('docs/errors.md has a row with an anchor for every code that the service declares, and no other row', () => {
  const rows = [...committed.matchAll(/^\| <a id="([^"]+)"><\/a>`([^`]+)` \|/gm)];
  expect(rows.map(([, , code]) => code)).toEqual(declaredFaults().map(({ code }) => code));
  expect(rows.map(([, anchor]) => anchor)).toEqual(rows.map(([, , code]) => code));
  expect(committed.match(/^\| .*`/gm)).toHaveLength(rows.length);
});

describe.each(BACKENDS)('the descriptions of problems on %s', (backend) => {
  let service: Service;
  beforeAll(async () => {
    service = await openService(backend);
  });
  afterAll(() => closeService(service));

  function expectPage(answer: Answer): void {
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(answer.headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; style-src 'sha256-[\w+/]{43}='; base-uri 'none'; form-action 'none'; frame-ancestors 'none'$/,
    );
  }

  test('every code has a page for everybody with its code, status, title and meaning', async () => {
    const rows = [...committed.matchAll(/^\| .*`([^`]+)` \| (\d{3}) \| ([^|]+) \| (.+) \|$/gm)];
    expect(rows.length).toBeGreaterThan(40);
    for (const [, code = '', status = '', title = '', meaning = ''] of rows) {
      const answer = await service.client().get(`/problems/${code}`);
      expectPage(answer);
      const text = textOf(answer.text);
      expect(text).toContain(`Code${code}`);
      expect(text).toContain(`Status${status}`);
      expect(text.split(title)).toHaveLength(3);
      expect(text).toContain(`Meaning${meaning.replaceAll('`', '')}`);
    }
  });

  test('all of them stand in one table, each at its own anchor and with a link to its page', async () => {
    const answer = await service.client().get('/problems');
    expectPage(answer);
    const anchors = [...answer.text.matchAll(/<tr id="([^"]+)">/g)].map(([, anchor]) => anchor);
    expect(anchors).toEqual(declaredFaults().map(({ code }) => code));
    const links = [...answer.text.matchAll(/<a href="([^"]+)">/g)].map(
      ([, link = '']) => new URL(link, `${service.url}/problems`).pathname,
    );
    expect(links).toEqual(anchors.map((code) => `/problems/${code}`));
    const text = textOf(answer.text);
    for (const { title, meaning } of declaredFaults()) {
      expect(text).toContain(title + meaning.replaceAll('`', ''));
    }
  });

  test('a page leads back to its place in the table', async () => {
    const { text } = await service.client().get('/problems/field.required');
    const [, link = ''] = /<a href="([^"]+)">/.exec(text) ?? [];
    expect(new URL(link, `${service.url}/problems/field.required`).href).toBe(
      `${service.url}/problems#field.required`,
    );
  });

  test('the type of a refusal, seen from the URL that was asked, leads to its description', async () => {
    const refusals: [path: string, answer: Answer][] = [
      ['/v1/positions', await service.client().get('/v1/positions')],
      ['/v1/positions/pos_x', await service.root.get('/v1/positions/pos_x')],
      ['/v1/positions?limit=0', await service.root.get('/v1/positions?limit=0')],
      ['/no/such/route', await service.root.get('/no/such/route')],
      ['/v1/positions/batch', await service.root.delete('/v1/positions/batch')],
    ];
    const led: string[] = [];
    for (const [path, { body }] of refusals) {
      const url = new URL(body.type, service.url + path);
      const description = await fetch(url);
      expect(description.status).toBe(200);
      const text = textOf(await description.text());
      expect(text).toContain(body.title);
      expect(text).toContain(`Code${body.code}`);
      led.push(url.href.replace(service.url, ''));
    }
    expect(led).toEqual([
      '/problems/auth.missing_key',
      '/problems/position.unknown',
      '/problems/request.invalid',
      '/problems/request.unknown_route',
      '/problems/request.wrong_method',
    ]);
  });

  test.each(['/problems/no.such_code', '/problems/', '/problems/__proto__', '/problems/field.required/x'])(
    '%s is an unknown route',
    async (path) => {
      const unknown = { status: 404, code: 'request.unknown_route' };
      expectProblem(await service.client().get(path), path, unknown);
    },
  );

  test('a key that is no good does not stand in the way', async () => {
    expectPage(await service.client('garbage').get('/problems'));
    expectPage(await service.client('garbage').get('/problems/auth.invalid_key'));
  });
});
