import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';

const NOTHING = /[ \t]*(?:#.*)?$/my;
/**
 * One `KEY=value`. In quotes a value may hold anything, line ends too; without them no #, which would have to begin a
 * comment: the password that holds one would be cut off there.
 */
const ENTRY =
  /[ \t]*(?:export[ \t]+)?([A-Za-z_]\w*)[ \t]*=[ \t]*(?:"[^"]*"|'[^']*'|`[^`]*`|[^\s"'`#][^\s#]*(?:[ \t]+[^\s#]+)*)?[ \t]*(?:(?<=[ \t])#.*)?$/my;

/**
 * Reads a file of `KEY=value` lines. Comments begin with #, behind a blank where they follow a value; a value may be
 * in quotes of any kind. Faults are told by their line, since its text may hold a secret.
 */
export function readConfigFile(path: string, faults: string[]): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  let text: string;
  try {
    text = readFileSync(path, 'utf8').replaceAll('\r\n', '\n');
  } catch {
    faults.push(`CONFIG_FILE: the file ${path} cannot be read`);
    return values;
  }
  for (let at = 0; at <= text.length;) {
    const entry = matchAt(ENTRY, text, at);
    const name = entry?.[1];
    if (entry !== null && name !== undefined) {
      if (values.has(name)) faults.push(`CONFIG_FILE: says ${name} twice`);
      // One at a time: where a value is a blank, Node's reading of the whole would take the next line for it.
      values.set(name, parseEnv(entry[0].trimEnd())[name] ?? '');
    } else if (matchAt(NOTHING, text, at) === null) {
      faults.push(
        `CONFIG_FILE: line ${lineNumber(text, at)} is no KEY=value; a value with # or quotes in it is put in quotes of another kind`,
      );
    }
    const end = text.indexOf('\n', at + (entry?.[0].length ?? 0));
    at = end < 0 ? text.length + 1 : end + 1;
  }
  return values;
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

function lineNumber(text: string, at: number): number {
  return text.slice(0, at).split('\n').length;
}
