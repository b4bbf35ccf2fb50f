import type { Line } from './domain/export-check.js';
import type { ImportFaults } from './domain/import-refused.js';

/** Longer than any row is. */
const MAX_LINE_BYTES = 1_048_576;
const LINE_FEED = 0x0a;

/** The lines of a text in UTF-8, each as soon as it is there whole. One is held at a time. */
export async function* readLines(
  source: AsyncIterable<Uint8Array>,
  faults: ImportFaults,
): AsyncGenerator<Line> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let rest: Buffer = Buffer.alloc(0);
  let number = 0;
  const decode = (bytes: Buffer): string => {
    try {
      return decoder.decode(bytes);
    } catch {
      return faults.end(number, 'the line is no text in UTF-8');
    }
  };
  for await (const chunk of source) {
    let bytes = rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([rest, chunk]);
    for (let end = bytes.indexOf(LINE_FEED); end >= 0; end = bytes.indexOf(LINE_FEED)) {
      number += 1;
      yield { number, text: decode(bytes.subarray(0, end)), bytes: bytes.subarray(0, end + 1) };
      bytes = bytes.subarray(end + 1);
    }
    if (bytes.length > MAX_LINE_BYTES) faults.end(number + 1, 'the line is longer than any of an export');
    rest = bytes;
  }
  if (rest.length > 0) faults.end(number + 1, 'the line is cut off in its midst');
}
