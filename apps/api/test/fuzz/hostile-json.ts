import fc, { type Arbitrary } from 'fast-check';
import { changedAt, sizeOf, textOf, token, tokensIn, type Tree } from './json-tree.js';

const LONE = '\ud800';
const quoted = (...texts: string[]): string[] => texts.map((text) => JSON.stringify(text));

/** Values of the wrong type or range, and texts that some code somewhere takes for something else. */
const WRONG_VALUES: readonly string[] = [
  ...['null', 'true', 'false', '0', '-0', '1', '-1', '1.5', '1e3', '1e400', '-1e400', '1e-400', '-0.0'],
  ...['123456789012345678901234567890', '9007199254740993', '0.1000000000000000055511151231257827'],
  ...['[]', '{}', '[[]]', '[null]', '[{}]', '{"":null}', '{"a":1,"a":2}', '{"length":4294967296}'],
  ...['{"toString":1}', '{"valueOf":null}', '{"toJSON":"x"}', '{"then":{}}', '{"constructor":{"name":"x"}}'],
  ...['{"__proto__":{"a":1}}', '{"constructor":{"prototype":{"a":1}}}', '{"$ref":"#"}', '{"$ne":""}'],
  ...quoted('', ' ', '0', '-0', '-1.00', '+1.00', '1e3', '1E400', '0x10', '1_000', '1,5', '.5', '1.', '00.1'),
  ...quoted('١٠', '１２.００', '1२', 'Infinity', 'NaN', '99999999999999999999999999', '0.000000001'),
  ...quoted('999999999999999999999999.99999999', '0.00', '1.001', 'usd', 'XXX', 'XAU', 'root', 'MOON'),
  ...quoted('2026-02-30T00:00:00Z', '0000-01-01T00:00:00Z', '9999-12-31T23:59:59.999999999Z', '2026-01-01'),
  ...quoted('+275760-09-13T00:00:00.000Z', '2026-01-01T00:00:00+99:99', '2016-12-31T23:59:60Z', '-1'),
  ...quoted(
    '2026-01-01T24:00:00Z',
    '2026-01-01T00:00:00',
    '١٩٩٩-01-01T00:00:00Z',
    '2026-01-01T00:00:00-00:00',
  ),
  ...quoted("' OR '1'='1' --", '"; --', '${7*7}', '{{7*7}}', '%s%n', '<script>x</script>', '$where', '\\'),
  ...quoted('\0', 'a\0b', 'a\nb', '\u007f', '\u0085', '\u2028', '\ufeffx', '\u202ex', '\uffff', 'e\u0301'),
  ...quoted(LONE, 'a\udc00', '\udc00\ud800', '💰', '💰'.repeat(100), '💰'.repeat(101), 'x'.repeat(201)),
  ...quoted('x'.repeat(1001), 'é'.repeat(10_000), '__proto__', 'constructor', 'toString'),
  ...quoted(
    '~our.institution~',
    '~our.template~',
    '~our.asset~',
    '~our.partial.position~',
    '~our.spare.key~',
  ),
  ...quoted('~their.institution~', '~their.template~', '~their.asset~', '~their.position~', '~no.asset~'),
];

/** What is no JSON. A lone surrogate stands here as itself, and is sent as the three bytes that no UTF-8 has. */
const NO_JSON: readonly string[] = [
  ...[
    '',
    ' ',
    'undefined',
    'NaN',
    '-Infinity',
    '01',
    '.5',
    '1.',
    '+1',
    '-',
    '0x1',
    '1e',
    'tru',
    "'x'",
    '`x`',
  ],
  ...['"', '"x', '"\\x41"', '"\\u12"', '"\\', '{', '[', ']', '}', '{]', '[1,]', '[,1]', '{"a":1,}', '{"a"}'],
  ...['{a:1}', '{1:1}', '/**/1', '1//', '#', '1 1', '\u00a01', '\ufeff1', '"a\nb"', '"\0"', '"\u0001"'],
  ...[`"${LONE}"`, `"a\udc00b"`, '"\u007f"'],
];

/** Valid JSON of a size or depth that is hard on whoever walks it, as a function since most runs need few of them. */
const HEAVY: readonly (() => string)[] = [
  ...[17, 5_000, 20_000, 90_000].flatMap((levels) => [
    () => '['.repeat(levels) + ']'.repeat(levels),
    () => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`,
  ]),
  () => '['.repeat(200_000),
  () => '{"a":'.repeat(400_000),
  () => `[${'0,'.repeat(100_000)}0]`,
  () => `[${'{},'.repeat(50_000)}{}]`,
  () => `[${'null,'.repeat(300_000)}null]`,
  () => `{${Array.from({ length: 20_000 }, (_none, index) => `"k${index}":1`).join(',')}}`,
  () => `"${'x'.repeat(100_000)}"`,
  () => `"${'\\u0000'.repeat(20_000)}"`,
  () => `"${'x'.repeat(1024 * 1024)}"`,
  () => '9'.repeat(100_000),
  () => `1e${'9'.repeat(10_000)}`,
];

const STRANGE_NAMES: readonly string[] = [
  ...['x', '', ' ', '0', '-1', 'a/b~c', 'a.b', 'a[b]', '$where', '\0', '\n', LONE, '💰', 'x'.repeat(10_000)],
  ...['__proto__', 'constructor', 'prototype', 'toString', 'valueOf', 'hasOwnProperty', '__defineGetter__'],
  ...['toJSON', 'then', 'length', 'name', 'id', 'institutionId', 'state', 'version', 'amount', 'role'],
];

/** What may stand in a text, and mostly must not; most often what one of the backends could not store. */
const STRANGE_CHARACTERS: readonly string[] = [
  ...['\0', '\0', '\0', '\0\0'],
  ...['\b', '\t', '\n', '\r', '\x1b', '\x7f', '\x85', '\xa0', '\xad', '\u0301', '\u200b', '\u200d', '\u2028'],
  ...[LONE, '\udbff', '\udc00', '\udfff', '\udc00\ud800', '\ud800\ud800', '\ud83d\ud83d\udcb0'],
  ...['\u202e', '\u2066', '\ufeff', '\ufffd', '\ufffe', '\uffff', '\u{1f4b0}', '\u{10ffff}', '١', '１'],
  ...['"', "'", '\\', '%', '$', '{{', '\\u0000'],
];

const hostileTrees: Arbitrary<Tree> = fc
  .oneof(
    { weight: 40, arbitrary: fc.constantFrom(...WRONG_VALUES) },
    { weight: 8, arbitrary: fc.constantFrom(...NO_JSON) },
    { weight: 6, arbitrary: fc.json({ maxDepth: 4 }) },
    {
      weight: 4,
      arbitrary: fc.string({ unit: 'binary', maxLength: 30 }).map((text) => JSON.stringify(text)),
    },
    { weight: 9, arbitrary: fc.constantFrom(...HEAVY).map((make) => make()) },
  )
  .map(token);

/** A change of one tree among those of a body. */
type Change = (tree: Tree) => Tree;

const names = fc.constantFrom(...STRANGE_NAMES);
const twinValues = fc.option(hostileTrees, { nil: undefined, freq: 2 });
const wrapped: Change = (tree) => ({ kind: 'list', items: [tree, tree] });

const changes: Arbitrary<Change> = fc.oneof(
  { weight: 6, arbitrary: hostileTrees.map(replacedBy) },
  {
    weight: 9,
    arbitrary: fc.tuple(fc.constantFrom(...STRANGE_CHARACTERS), fc.boolean(), fc.nat()).map(withCharacter),
  },
  { weight: 3, arbitrary: fc.nat().map(without) },
  { weight: 3, arbitrary: fc.tuple(names, hostileTrees, fc.boolean()).map(withMember) },
  { weight: 3, arbitrary: fc.tuple(fc.nat(), twinValues).map(withTwin) },
  { weight: 1, arbitrary: fc.tuple(fc.nat(), names).map(renamed) },
  { weight: 1, arbitrary: fc.constant(wrapped) },
);

/** Makes something of a body wrong, or several things; half of them at its root, where its members are. */
export const jsonFaults: Arbitrary<Change> = fc
  .array(fc.tuple(fc.oneof(fc.constant(0), fc.nat()), changes), { minLength: 1, maxLength: 2 })
  .map(
    (faults) => (body) =>
      faults.reduce((tree, [at, change]) => changedAt(tree, at % sizeOf(tree), change), body),
  );

function replacedBy(other: Tree): Change {
  return () => other;
}

/** In one of its texts, first or last. */
function withCharacter([character, isFirst, at]: readonly [string, boolean, number]): Change {
  const escaped = JSON.stringify(character).slice(1, -1);
  return (tree) => {
    const places = tokensIn(tree, isFreeText);
    return changedAt(tree, places[at % places.length] ?? sizeOf(tree), (text) => {
      const within = textOf(text).slice(1, -1);
      return token(isFirst ? `"${escaped}${within}"` : `"${within}${escaped}"`);
    });
  };
}

/** No id, no word of a list, and neither amount nor moment, all of which another character only makes unknown. */
function isFreeText(text: string): boolean {
  return /^"[^~]*"$/.test(text) && !/^"(?:[A-Z_]*|[\d.TZ:+-]*)"$/.test(text);
}

/** Without one of its parts; null where it has none. */
function without(at: number): Change {
  const isNot =
    (length: number) =>
    (_: unknown, index: number): boolean =>
      index !== at % length;
  return (tree) => {
    if (tree.kind === 'list') return { ...tree, items: tree.items.filter(isNot(tree.items.length)) };
    if (tree.kind === 'token') return token('null');
    return { ...tree, members: tree.members.filter(isNot(tree.members.length)) };
  };
}

function withMember([name, value, isFirst]: readonly [string, Tree, boolean]): Change {
  return (tree) => {
    if (tree.kind === 'list') return { ...tree, items: [...tree.items, value] };
    const members = tree.kind === 'object' ? tree.members : [];
    return { kind: 'object', members: isFirst ? [[name, value], ...members] : [...members, [name, value]] };
  };
}

/** One member twice: with another value, or the same once more. */
function withTwin([at, value]: readonly [number, Tree | undefined]): Change {
  return (tree) => {
    const members = tree.kind === 'object' ? tree.members : [];
    const [name, own] = members[at % members.length] ?? [];
    if (name === undefined || own === undefined) return value ?? tree;
    return { kind: 'object', members: [...members, [name, value ?? own]] };
  };
}

function renamed([at, name]: readonly [number, string]): Change {
  return (tree) => {
    if (tree.kind !== 'object') return tree;
    const members = tree.members.map(
      ([old, value], index) => [index === at % tree.members.length ? name : old, value] as const,
    );
    return { ...tree, members };
  };
}
