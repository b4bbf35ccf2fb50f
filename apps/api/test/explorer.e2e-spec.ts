import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { BACKENDS } from '#testing';
import { expectProblem } from './support/problems.js';
import { closeService, openService, type Service } from './support/service.js';

const PATHS = [
  ['/docs', 'text/html; charset=utf-8'],
  ['/docs/explorer.css', 'text/css; charset=utf-8'],
  ['/docs/explorer.js', 'text/javascript; charset=utf-8'],
  ['/docs/icon.svg', 'image/svg+xml'],
  ['/docs/swagger-ui.css', 'text/css; charset=utf-8'],
  ['/docs/swagger-ui-bundle.js', 'text/javascript; charset=utf-8'],
  ['/openapi.json', 'application/json; charset=utf-8'],
] as const;

const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

describe.each(BACKENDS)('the explorer on %s', (backend) => {
  let service: Service;
  beforeAll(async () => {
    service = await openService(backend, { DOCS_ENABLED: 'true' });
  });
  afterAll(() => closeService(service));

  /** Asked without a client, which holds answers to the document: these are no operations of it. */
  async function ask(path: string, headers: Readonly<Record<string, string>> = {}) {
    const response = await fetch(service.url + path, { headers, redirect: 'manual' });
    return { status: response.status, headers: response.headers, text: await response.text() };
  }

  test.each(PATHS)('%s is served to everybody, as %s under a strict policy', async (path, type) => {
    for (const apiKey of [undefined, 'garbage', service.installation.rootKey]) {
      const { status, headers, text } = await ask(path, apiKey === undefined ? {} : { 'x-api-key': apiKey });
      expect(status).toBe(200);
      expect(headers.get('content-type')).toBe(type);
      expect(headers.get('content-security-policy')).toBe(POLICY);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(text).not.toBe('');
    }
  });

  test.each(PATHS.map(([path]) => path))('%s takes no parameters', async (path) => {
    const { status, headers, text } = await ask(`${path}?order=asc`);
    expect(status).toBe(400);
    expect(headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    expect(JSON.parse(text)).toMatchObject({
      code: 'request.invalid',
      errors: [{ pointer: '/order', code: 'field.unknown' }],
    });
  });

  test.each(PATHS.map(([path]) => path))('whoever has %s is not sent it again', async (path) => {
    const first = await ask(path);
    expect(first.headers.get('cache-control')).toBe('no-cache');
    const etag = first.headers.get('etag') ?? '';
    expect(etag).toMatch(/^"[\w-]{43}"$/);
    const again = await ask(path, { 'if-none-match': etag });
    expect({ status: again.status, text: again.text }).toEqual({ status: 304, text: '' });
    expect(again.headers.get('etag')).toBe(etag);
    const other = await ask(path, { 'if-none-match': '"other"' });
    expect({ status: other.status, text: other.text }).toEqual({ status: 200, text: first.text });
  });

  test('the page names files of the service alone, relative to itself, and all of them are there', async () => {
    const { text } = await ask('/docs');
    expect(text).not.toMatch(/<style|<script(?![^>]* src=)|\bon\w+=|javascript:/);
    const names = [...text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, name = '']) => name);
    expect(names.length).toBeGreaterThan(5);
    for (const name of names) {
      expect(name).toMatch(/^(?:docs\/|openapi\.json$)/);
      expect((await ask(new URL(name, `${service.url}/docs`).pathname)).status).toBe(200);
    }
  });

  test('its own files name no host, and its styles load nothing', async () => {
    for (const path of ['/docs', '/docs/explorer.js', '/docs/explorer.css']) {
      const { text } = await ask(path);
      expect(text).not.toMatch(/\/\/[\w-]+\.\w/);
    }
    const { text } = await ask('/docs/swagger-ui.css');
    expect(text).not.toContain('@import');
    const loaded = [...text.matchAll(/url\(["']?([^"')]{5})/g)].map(([, start]) => start);
    expect(new Set(loaded)).toEqual(new Set(['data:']));
  });

  test('a slash too many leads to the page', async () => {
    const { status, headers } = await ask('/docs/');
    expect(status).toBe(308);
    expect(new URL(headers.get('location') ?? '', `${service.url}/docs/`).href).toBe(`${service.url}/docs`);
  });

  test.each(['/docs/nothing.js', '/docs/swagger-ui-bundle.js.map', '/docs/package.json', '/docs-json'])(
    '%s is an unknown route',
    async (path) => {
      const unknown = { status: 404, code: 'request.unknown_route' };
      expectProblem(await service.root.get(path), path, unknown);
    },
  );
});

describe.each(BACKENDS)('a service without docs on %s', (backend) => {
  let service: Service;
  beforeAll(async () => {
    service = await openService(backend);
  });
  afterAll(() => closeService(service));

  test.each([...PATHS.map(([path]) => path), '/docs/', '/docs-json', '/docs-yaml'])(
    '%s is an unknown route',
    async (path) => {
      for (const client of [service.client(), service.root]) {
        expectProblem(await client.get(path), path, { status: 404, code: 'request.unknown_route' });
      }
    },
  );
});
