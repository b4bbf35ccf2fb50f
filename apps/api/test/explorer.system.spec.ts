import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { chromium, type Browser, type Locator, type Page } from 'playwright-core';
import { closeService, openService, type Service } from './support/service.js';
import { done } from './support/tenant.js';

/** Debian's. Its sandbox refuses to run as root, which is who runs these tests in a container. */
const CHROMIUM = { executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] };

describe('the explorer in a browser', () => {
  let browser: Browser;
  let service: Service;
  let page: Page;
  let requests: { method: string; url: string; headers: Readonly<Record<string, string>> }[];
  /** What the browser complains of: failed loads, thrown errors, and what the policy of the page blocked. */
  let complaints: string[];

  beforeAll(async () => {
    browser = await chromium.launch(CHROMIUM);
    service = await openService('postgres', { DOCS_ENABLED: 'true' });
  });
  afterAll(async () => {
    await browser.close();
    await closeService(service);
  });

  beforeEach(async () => {
    requests = [];
    complaints = [];
    page = await browser.newPage();
    page.on('request', (request) => {
      const url = request.url();
      if (url.startsWith('data:')) return;
      requests.push({ method: request.method(), url, headers: request.headers() });
    });
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(`${service.url}/docs`);
    await operation('get', '/v1/positions').waitFor();
  });
  afterEach(() => page.close());

  function operation(method: string, path: string): Locator {
    return page.locator(`.opblock-${method}`, { has: page.locator(`[data-path="${path}"]`) });
  }

  async function authorize(apiKey: string): Promise<void> {
    await page.getByRole('button', { name: 'Authorize' }).click();
    const dialog = page.locator('.dialog-ux');
    await expect(dialog.locator('input').count()).resolves.toBe(1);
    await dialog.locator('input').fill(apiKey);
    await dialog.getByRole('button', { name: 'Apply credentials' }).click();
    await dialog.getByRole('button', { name: 'Close' }).last().click();
  }

  /** Sends a request from the page, and answers the status and body that the page then shows. */
  async function execute(sent: Locator, body?: unknown): Promise<{ status: string; body: unknown }> {
    await sent.locator('.opblock-summary-control').click();
    if (body !== undefined) await sent.locator('textarea.body-param__text').fill(JSON.stringify(body));
    await sent.getByRole('button', { name: 'Execute' }).click();
    const answer = sent.locator('.live-responses-table tbody');
    return {
      status: await answer.locator('.response-col_status').innerText(),
      body: JSON.parse(await answer.locator('.highlight-code code').innerText()),
    };
  }

  const sentTo = (path: string) => requests.filter(({ url }) => new URL(url).pathname === path);

  test('it loads without a complaint, and all of it from the service', async () => {
    expect(complaints).toEqual([]);
    expect(new Set(requests.map(({ url }) => new URL(url).origin))).toEqual(new Set([service.url]));
    expect(await page.title()).toBe('EscrowGrid API');
    expect(sentTo('/openapi.json')).toHaveLength(1);
  });

  test('it sends requests with the key that was entered once, and shows their answers', async () => {
    await authorize(service.installation.rootKey);
    const institution = { name: 'Northern Escrow', regions: ['US'] };
    const created = await execute(operation('post', '/v1/institutions'), institution);
    expect(created).toMatchObject({ status: '201', body: institution });
    const { data } = done(await service.root.get('/v1/institutions'));
    expect(data).toEqual([created.body]);
    const listed = await execute(operation('get', '/v1/institutions'));
    expect(listed).toMatchObject({ status: '200', body: { data: [created.body] } });
    const withKey = { 'x-api-key': service.installation.rootKey };
    expect(sentTo('/v1/institutions')).toMatchObject([
      { method: 'POST', headers: withKey },
      { method: 'GET', headers: withKey },
    ]);
    expect(complaints).toEqual([]);
    expect(new Set(requests.map(({ url }) => new URL(url).origin))).toEqual(new Set([service.url]));
  });

  test('it leaves out what is optional, in place of sending an example of it', async () => {
    await authorize(service.installation.rootKey);
    const institution = { name: 'Southern Escrow', regions: ['SG'] };
    expect(await execute(operation('post', '/v1/institutions'), institution)).toMatchObject({
      status: '201',
    });
    for (const path of ['/v1/assets', '/v1/positions']) {
      expect(await execute(operation('get', path))).toMatchObject({ status: '200' });
      expect(sentTo(path).map(({ url }) => new URL(url).search.replace('?limit=50', ''))).toEqual(['']);
    }
    const headers = requests.flatMap((request) => Object.keys(request.headers));
    expect(headers).toContain('x-api-key');
    for (const name of ['idempotency-key', 'x-request-id', 'if-match', 'if-none-match']) {
      expect(headers).not.toContain(name);
    }
  });

  test('without a key it shows the refusal', async () => {
    const { status, body } = await execute(operation('get', '/v1/positions'));
    expect({ status, body }).toMatchObject({ status: '401', body: { code: 'auth.missing_key' } });
  });

  test('a reload forgets the key', async () => {
    await authorize(service.installation.rootKey);
    await page.reload();
    const { status } = await execute(operation('get', '/v1/positions'));
    expect(status).toBe('401');
  });

  test('a script that was slipped into the page does not run', async () => {
    await expect(page.addScriptTag({ content: 'document.title = "Not ours";' })).rejects.toThrow(
      /Content Security Policy/,
    );
    expect(await page.title()).toBe('EscrowGrid API');
    expect(complaints).toEqual([expect.stringMatching(/inline script.*script-src 'self'/)]);
  });
});
