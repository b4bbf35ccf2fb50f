import { describe, expect, test } from '@jest/globals';
import { ImportFaults } from './domain/import-refused.js';
import { readLines } from './read-lines.js';

async function* inChunks(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += size)
    yield Promise.resolve(bytes.subarray(start, start + size));
}

async function linesOf(bytes: Uint8Array, size = 1_000): Promise<string[]> {
  const lines: string[] = [];
  for await (const { number, text } of readLines(inChunks(bytes, size), new ImportFaults())) {
    lines.push(`${number} ${text}`);
  }
  return lines;
}

describe('the lines of an export', () => {
  test.each([1, 2, 3, 7, 1_000])('are whole however they come, %d bytes at a time', async (size) => {
    expect(await linesOf(Buffer.from('é\n\n🌉🌉\nlast\n'), size)).toEqual(['1 é', '2 ', '3 🌉🌉', '4 last']);
  });

  test('are given with the bytes that they were', async () => {
    const bytes = Buffer.from('é\nlast\n');
    const found: Uint8Array[] = [];
    for await (const line of readLines(inChunks(bytes, 3), new ImportFaults()))
      found.push(Buffer.from(line.bytes));
    expect(Buffer.concat(found)).toEqual(bytes);
  });

  test.each<[string, Uint8Array, string]>([
    ['without an end', Buffer.from('one\ntwo'), 'line 2: the line is cut off in its midst'],
    ['that is no UTF-8', Buffer.from([0x61, 0x0a, 0xc3, 0x0a]), 'line 2: the line is no text in UTF-8'],
    [
      'that has no end for long',
      Buffer.alloc(2_000_000, 'a'),
      'line 1: the line is longer than any of an export',
    ],
  ])('are refused with one %s', async (_, bytes, said) => {
    await expect(linesOf(bytes, 100_000)).rejects.toThrow(said);
  });
});
