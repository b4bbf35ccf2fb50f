import { once } from 'node:events';
import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { ExportStalled, ExportStream } from './export-stream.js';

const LONG_MS = 600_000;

/** Chunks that say how many of them were asked for, and whether they were let go of. */
function someChunks(many: number, { fault, length = 1_000 }: { fault?: Error; length?: number } = {}) {
  const seen = { asked: 0, letGo: 0 };
  const chunks = async function* (): AsyncGenerator<string> {
    for (let index = 0; index < many; index += 1) {
      seen.asked += 1;
      yield Promise.resolve(`chunk ${index}\n`.padEnd(length, '…'));
    }
    if (fault !== undefined) throw fault;
  };
  const letGo = async (): Promise<void> => Promise.resolve(void (seen.letGo += 1));
  return { seen, stream: (stallMs = LONG_MS) => new ExportStream(chunks(), letGo, stallMs) };
}

async function textOf(stream: ExportStream): Promise<string> {
  let text = '';
  for await (const chunk of stream) text += String(chunk);
  return text;
}

describe('the stream of an export', () => {
  test('gives out every chunk in its order, and then lets go', async () => {
    const { seen, stream } = someChunks(100);
    const text = await textOf(stream());
    expect(text.match(/chunk \d+/g)).toEqual(Array.from({ length: 100 }, (_none, index) => `chunk ${index}`));
    expect(seen).toEqual({ asked: 100, letGo: 1 });
  });

  test('asks for no more than is taken', async () => {
    const { seen, stream } = someChunks(100);
    const untaken = stream();
    untaken.read();
    for (let turns = 0; turns < 20; turns += 1) await turn();
    expect(seen.asked).toBeLessThanOrEqual(2);
    untaken.destroy();
    await once(untaken, 'close');
    expect(seen.letGo).toBe(1);
  });

  test('lets go, and fails, when nobody has taken anything for long', async () => {
    const { seen, stream } = someChunks(100);
    const stalled = stream(20);
    stalled.read();
    const [error] = (await once(stalled, 'error')) as [unknown];
    expect(error).toBeInstanceOf(ExportStalled);
    expect(seen.letGo).toBe(1);
  });

  test('lets go, and fails, when somebody takes a byte now and then', async () => {
    const { seen, stream } = someChunks(2, { length: 1_000_000 });
    const slow = stream(50);
    const stalled = once(slow, 'error');
    while (!slow.destroyed) {
      slow.read(1);
      await sleep(5);
    }
    expect((await stalled)[0]).toBeInstanceOf(ExportStalled);
    expect(seen.letGo).toBe(1);
  });

  test('gives out a big chunk in pieces, so that who takes it slowly is not taken for gone', async () => {
    const { stream } = someChunks(2, { length: 1_000_000 });
    const pieces: Buffer[] = [];
    for await (const piece of stream()) pieces.push(piece as Buffer);
    expect(Math.max(...pieces.map(({ length }) => length))).toBe(1_048_576);
    expect(pieces).toHaveLength(6);
    expect(Buffer.concat(pieces).toString()).toMatch(/^chunk 0\n…+chunk 1\n…+$/);
  });

  test('fails with what its chunks fail with, and lets go', async () => {
    const { seen, stream } = someChunks(3, { fault: new Error('The database is gone.') });
    await expect(textOf(stream())).rejects.toThrow('The database is gone.');
    expect(seen).toEqual({ asked: 3, letGo: 1 });
  });

  test('fails with why it was ended rather than with why it could not let go', async () => {
    const failing = new ExportStream(
      (async function* () {
        yield Promise.resolve('chunk');
      })(),
      async () => Promise.reject(new Error('It does not let go.')),
      LONG_MS,
    );
    failing.destroy(new Error('Enough.'));
    await expect(once(failing, 'close')).rejects.toThrow('Enough.');
  });
});
