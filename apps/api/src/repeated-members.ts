const [QUOTE, BACKSLASH, COLON] = ['"', '\\', ':'].map((character) => character.charCodeAt(0));

/**
 * Whether a JSON text names a member twice in one object, of which its parsed value has kept the last: two parties
 * could take such a text for two different ones.
 *
 * @param text that was parsed, so that it is known to be well formed
 */
export function repeatsMember(text: string, value: unknown): boolean {
  return membersWritten(text) !== membersKept(value);
}

/** Outside its strings, a JSON text has one colon for each member. */
function membersWritten(text: string): number {
  let members = 0;
  let isInString = false;
  for (let index = 0; index < text.length; index++) {
    const character = text.charCodeAt(index);
    if (character === QUOTE) isInString = !isInString;
    else if (isInString && character === BACKSLASH) index++;
    else if (!isInString && character === COLON) members++;
  }
  return members;
}

function membersKept(value: unknown): number {
  let members = 0;
  const left = [value];
  for (let part = left.pop(); part !== undefined; part = left.pop()) {
    if (typeof part !== 'object' || part === null) continue;
    const parts: unknown[] = Array.isArray(part) ? part : Object.values(part);
    if (parts !== part) members += parts.length;
    for (const inner of parts) if (typeof inner === 'object' && inner !== null) left.push(inner);
  }
  return members;
}
