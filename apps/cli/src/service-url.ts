/** Hosts that are this machine, as a URL writes them. */
const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/;

/**
 * Where a service gives its export, which may stand behind a path. The root key is sent there, so that a way on which
 * others could read it must have been wished for.
 *
 * @throws Error in words, which repeat nothing that is secret in the URL
 */
export function exportUrlOf(from: string, isPlainHttpFine: boolean): URL {
  const url = URL.parse(from);
  if (url === null || !['http:', 'https:'].includes(url.protocol)) {
    throw new Error('--from: must be the URL of a service, such as https://escrow.example');
  }
  if (url.username !== '' || url.password !== '') {
    throw new Error(
      '--from: must hold no user and no password, since the service asks for its root key alone',
    );
  }
  if (url.protocol === 'http:' && !LOOPBACK.test(url.hostname) && !isPlainHttpFine) {
    throw new Error(
      '--from: by http: whoever is on the way to another host could read the root key; take https:, or say --plain-http',
    );
  }
  url.pathname = `${url.pathname.replace(/\/$/, '')}/v1/export`;
  url.search = '';
  url.hash = '';
  return url;
}
