import { globSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import ts from 'typescript';

const PAGES = ['docs/SECURITY.md', 'docs/INVARIANTS.md'];
const SPECS = globSync('{apps,libs,migrations,scripts}/**/*spec.ts').filter(
  (path) => !path.includes('gate-fixtures'),
);

/** A test that a page names: the file, and the words of the test where it quotes any. */
interface Named {
  readonly page: string;
  readonly file: string;
  readonly words?: string;
}

/** Every test that a page names, in its order. What is quoted is of the file that was named last before. */
function namedIn(page: string, text: string): Named[] {
  let file = '';
  return [...text.matchAll(/^#+ .*|`([^`\s]*spec\.ts)`|“([^”]+)”/gm)].flatMap(([, named, words]) => {
    if (named === undefined && words === undefined) {
      file = '';
      return [];
    }
    file = named ?? file;
    return [{ page, file, ...(words === undefined ? {} : { words: words.replaceAll(/\s+/g, ' ') }) }];
  });
}

/** The files that a name stands for: one, or all that fit a name with stars. */
function filesOf(name: string): string[] {
  const pattern = new RegExp(`(?:^|/)${name.split('*').map(RegExp.escape).join('[^/]*')}$`);
  return name === '' ? [] : SPECS.filter((path) => pattern.test(path));
}

/** The names of tests and suites in a file, alone and behind those of the suites around them; `…` for what is put in. */
function testNames(path: string): string[] {
  const names: string[] = [];
  const visit = (node: ts.Node, around: readonly string[]): void => {
    const own = nameOf(node);
    const inner = own === undefined ? around : [own, ...around.map((outer) => `${outer} ${own}`)];
    if (own !== undefined) names.push(...inner);
    ts.forEachChild(node, (child) => visit(child, inner));
  };
  visit(ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true), []);
  return names;
}

function nameOf(node: ts.Node): string | undefined {
  if (!ts.isCallExpression(node) || !/^(?:test|describe)\b/.test(node.expression.getText())) return undefined;
  const [first] = node.arguments;
  if (first === undefined) return undefined;
  if (ts.isStringLiteralLike(first)) return first.text.replaceAll(/%[sijp]|\$\w+/g, '…');
  if (!ts.isTemplateExpression(first)) return undefined;
  return [first.head.text, ...first.templateSpans.map(({ literal }) => literal.text)].join('…');
}

/** What is wrong with how a page names a test; undefined when there is such a test. */
function faultOf({ file, words }: Named): string | undefined {
  const files = filesOf(file);
  if (files.length === 0) return file === '' ? `no file is named before “${words}”` : `there is no ${file}`;
  if (files.length > 1 && !file.includes('*')) return `${file} may be any of ${files.join(', ')}`;
  if (words === undefined) return undefined;
  const pattern = new RegExp(`^${words.split('…').map(RegExp.escape).join('.*')}$`);
  const isThere = files.some((path) => testNames(path).some((name) => pattern.test(name)));
  return isThere ? undefined : `no test or suite of ${file} is called “${words}”`;
}

describe('pages that name tests', () => {
  test.each(PAGES)('%s names none that is not there', (page) => {
    const named = namedIn(page, readFileSync(page, 'utf8'));
    expect(named.length).toBeGreaterThan(20);
    expect(named.flatMap((each) => faultOf(each) ?? [])).toEqual([]);
  });

  test('docs/SECURITY.md speaks of each of the ten risks once, and names a test of each', () => {
    const text = readFileSync('docs/SECURITY.md', 'utf8');
    const rows = [...text.matchAll(/^\| (API\d+) .*/gm)];
    expect(rows.map(([, risk]) => risk)).toEqual(
      Array.from({ length: 10 }, (_none, index) => `API${index + 1}`),
    );
    expect(rows.filter(([row]) => namedIn('', row).length === 0)).toEqual([]);
  });

  test.each([
    ['a file that is not there', '`nowhere.e2e-spec.ts`', 'there is no nowhere.e2e-spec.ts'],
    ['a name that stands for several files', '`schema.spec.ts`', expect.stringContaining('may be any of')],
    [
      'words of no test',
      '`attacks/keys.e2e-spec.ts` “are let in”',
      expect.stringContaining('is called “are let in”'),
    ],
    [
      'the beginning of a name for all of it',
      '`attacks/keys.e2e-spec.ts` “are refused”',
      expect.stringContaining('no test'),
    ],
    [
      'words of a suite before',
      '`attacks/keys.e2e-spec.ts`\n\n## Next\n\n“are refused: …”',
      expect.stringContaining('no file'),
    ],
  ])('would not pass with %s', (_, text, fault) => {
    expect(namedIn('page', text).flatMap((each) => faultOf(each) ?? [])).toEqual([fault]);
  });

  test('may leave out of a name what is put in when it runs', () => {
    const named = namedIn('page', '`attacks/keys.e2e-spec.ts` “are refused: …”, “keys that are none, on …,”');
    expect(named.map(({ words }) => words)).toEqual([
      undefined,
      'are refused: …',
      'keys that are none, on …,',
    ]);
    expect(named.flatMap((each) => faultOf(each) ?? [])).toEqual([]);
  });
});
