import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { loadRootApiKeys } from '#config';
import { ExportCheck, ImportFaults, readLines, type Progress, type Trailer } from '#transfer';

/**
 * Takes an export from a service that runs, with its root key, and makes sure that it is whole.
 *
 * @param url of the export itself
 * @throws Error in words; what was written is not to be used then
 */
export async function exportFromService(
  url: URL,
  environment: NodeJS.ProcessEnv,
  writable: Writable,
  { progress, signal }: { readonly progress: Progress; readonly signal: AbortSignal },
): Promise<Trailer> {
  const answer = await fetch(url, {
    headers: { authorization: `Bearer ${rootKeyOf(environment)}` },
    redirect: 'error',
    signal,
  });
  if (answer.status !== 200 || answer.body === null) {
    throw new Error(`The service answered ${answer.status}: ${await detailOf(answer)}`);
  }
  const faults = new ImportFaults();
  const check = new ExportCheck(faults);
  let trailer: Trailer | undefined;
  const checked = async function* (source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    let kind: string | undefined;
    let done = 0;
    for await (const line of readLines(source, faults)) {
      const said = check.take(line);
      if (said !== undefined && said.kind !== kind) {
        kind = said.kind;
        done = 0;
        progress.begin(kind, undefined);
      }
      progress.advance((done += 1));
      yield line.bytes;
    }
    faults.refuse();
    trailer = check.end();
  };
  await pipeline(Readable.fromWeb(answer.body), checked, writable, {
    signal,
    end: writable !== process.stdout,
  });
  if (trailer === undefined) throw new Error('The export has ended without its last line.');
  return trailer;
}

function rootKeyOf(environment: NodeJS.ProcessEnv): string {
  const [key] = loadRootApiKeys(environment);
  if (key === undefined)
    throw new Error(
      'The service gives its export to the root key alone: set ROOT_API_KEY or ROOT_API_KEY_FILE.',
    );
  return key;
}

/** What a problem document says. */
async function detailOf(answer: Response): Promise<string> {
  const text = await answer.text();
  try {
    const { detail } = JSON.parse(text) as { detail?: string };
    return detail ?? 'without a word';
  } catch {
    return 'with something that is no answer of EscrowGrid; is the URL right?';
  }
}
