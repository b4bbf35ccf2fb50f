/** In every text below, so that it is known wherever it turns up. */
export const MARK = 'zq7kx';

/** Texts that mean something to SQL, to JSON paths, to patterns, to JavaScript, or to a log. */
export const INJECTIONS: readonly string[] = [
  `${MARK}'`,
  `${MARK}"`,
  `${MARK}\\`,
  `${MARK}\\'`,
  `${MARK}' OR '1'='1`,
  `${MARK}" OR ""="`,
  `${MARK}') OR ('1'='1`,
  `' OR 1=1 -- ${MARK}`,
  `${MARK}'/* comment */OR/**/'a'='a`,
  `${MARK}'; DROP TABLE positions; --`,
  `${MARK}'); DELETE FROM ledger_events; --`,
  `${MARK}' UNION SELECT id, key_hash, NULL FROM api_keys --`,
  `${MARK}$$; SELECT pg_sleep(0); $$`,
  `${MARK}'||(SELECT key_hash FROM api_keys LIMIT 1)||'`,
  `${MARK}' AND 1=CAST((SELECT version()) AS int) --`,
  `$1 ${MARK}`,
  `:id ${MARK} ?`,
  `%${MARK}%`,
  `_____${MARK}`,
  `${MARK}%' ESCAPE '!`,
  `.*${MARK}|.*`,
  `{"$gt":"","mark":"${MARK}"}`,
  `{"$ne":null,"mark":"${MARK}"}`,
  `["${MARK}"]`,
  `${MARK}"}'::jsonb OR true --`,
  `$.** ? (@ == "${MARK}")`,
  `${MARK},__proto__,constructor,prototype`,
  `\${7*7}${MARK}{{7*7}}<%= 7*7 %>`,
  `<script>alert("${MARK}")</script>`,
  `=cmd|'/C calc'!A0 ${MARK}`,
  `../../../../etc/passwd ${MARK}`,
  `${MARK} \u202Eevil\u202C`,
  `${MARK} ＇ ＂ ʼ OR 1=1`,
];

/** Texts that no field takes: with control characters, too long, or of no characters at all. */
export const UNTAKEABLE: readonly string[] = [
  `${MARK}\u0000`,
  `\u0000' OR '1'='1 ${MARK}`,
  `${MARK}\r\nX-Injected: yes`,
  `${MARK}\n{"level":"error"}`,
  `${MARK}\u001b[31m`,
  `${MARK}\u0085`,
];

/** Patterns that would fit what there is, and paths to all of it. */
export const WILDCARDS: readonly string[] = [
  '%',
  '%%',
  '_%',
  '%1%',
  'holder__',
  '.*',
  '^',
  '*',
  '?',
  '$.*',
  '$**',
  '[[:alpha:]]*',
];

export const VERY_LONG = `${MARK}${"'".repeat(4_000)}`;

/** JSON in place of a text. */
export const JSON_INJECTIONS: readonly unknown[] = [
  { $gt: '' },
  { $ne: null },
  { $where: `1 /* ${MARK} */` },
  [`${MARK}`],
  [[]],
  {},
  { toString: MARK },
  { length: 1, 0: MARK },
  true,
  0,
];
