import { describe, expect, test } from '@jest/globals';
import { exportUrlOf } from './service-url.js';

describe('where a service is asked for its export', () => {
  test.each([
    ['https://escrow.example', 'https://escrow.example/v1/export'],
    ['https://gateway.example/escrow', 'https://gateway.example/escrow/v1/export'],
    ['https://gateway.example:8443/escrow/?a=b#c', 'https://gateway.example:8443/escrow/v1/export'],
    ['http://localhost:4000', 'http://localhost:4000/v1/export'],
    ['http://127.1.2.3:4000/', 'http://127.1.2.3:4000/v1/export'],
    ['http://[::1]:4000', 'http://[::1]:4000/v1/export'],
  ])('%s is %s', (from, url) => {
    expect(exportUrlOf(from, false).href).toBe(url);
  });

  test.each(['http://escrow.example', 'http://10.0.0.1:4000', 'http://localhost.example', 'http://[::2]'])(
    '%s is asked only if the network is trusted, since the root key could be read on the way',
    (from) => {
      expect(() => exportUrlOf(from, false)).toThrow('or say --plain-http');
      expect(exportUrlOf(from, true).pathname).toBe('/v1/export');
    },
  );

  test.each(['escrow.example', 'ftp://escrow.example', '', 'file:///etc/passwd'])(
    '%p is no service',
    (from) => {
      expect(() => exportUrlOf(from, true)).toThrow(/^--from: must be the URL of a service/);
    },
  );

  test('holds no password, and none is repeated', () => {
    const ask = (): URL => exportUrlOf('https://user:hidden@escrow.example', false);
    expect(ask).toThrow(/^(?!.*hidden)--from: must hold no user and no password/);
  });
});
