/** A command of a page, and what the page shows that it prints. */
export interface ShownCommand {
  readonly command: string;
  readonly shown: readonly string[];
}

/** Something that a section of a page has done: a command that it shows, or what a test does unseen, by its name. */
export type Step = ShownCommand | { readonly unseen: string };

export interface Section {
  readonly heading: string;
  readonly steps: readonly Step[];
}

const FENCE = '```';
const UNSEEN = /^<!-- test: (.*) -->$/;

/** The sections of a page that have anything done, in its order: what is between `console` fences, behind `$ `. */
export function sectionsOf(page: string): Section[] {
  const sections: { heading: string; steps: Step[] }[] = [];
  let inside: 'nothing' | 'console' | 'other' = 'nothing';
  for (const line of page.split('\n')) {
    if (line.startsWith(FENCE)) {
      const language = line.slice(FENCE.length);
      inside = inside !== 'nothing' ? 'nothing' : language === 'console' ? 'console' : 'other';
    } else if (inside === 'console') {
      addTo(sections.at(-1)?.steps ?? [], line);
    } else if (inside === 'nothing') {
      const [, heading] = /^##+ (.*)/.exec(line) ?? [];
      if (heading !== undefined) sections.push({ heading, steps: [] });
      const [, unseen] = UNSEEN.exec(line) ?? [];
      if (unseen !== undefined) sections.at(-1)?.steps.push({ unseen });
    }
  }
  return sections.filter(({ steps }) => steps.length > 0);
}

function addTo(steps: Step[], line: string): void {
  const last = steps.at(-1);
  if (line.startsWith('$ ')) steps.push({ command: line.slice(2), shown: [] });
  else if (last === undefined || 'unseen' in last) throw new Error(`This follows no command: ${line}`);
  else if (line.startsWith('> ') && last.shown.length === 0) {
    steps.splice(-1, 1, { ...last, command: `${last.command}\n${line.slice(2)}` });
  } else steps.splice(-1, 1, { ...last, shown: [...last.shown, line] });
}

/** What is another each time, and what stands for it. */
const VARYING: readonly [RegExp, string][] = [
  [/\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|\+00| UTC)?/g, 'TIME'],
  [/\d{8}T\d{6,9}Z(?:-\w{8})?/g, 'TIME'],
  [/\b(inst|ak|aud|pos|le|tmpl|ast|req)_[0-9a-z]{26}\b/g, '$1_ID'],
  [/\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, 'ID'],
  [/\b[0-9a-f]{64}\b/g, 'HASH'],
  [/\begk_\w+/g, 'KEY'],
  [/\b[0-9a-f]{16}\b/g, 'ID'],
  [/_scratch_\d+_\d+/g, '_scratch_ID'],
  [/\b\d+(?:\.\d+)?(?: s| ms|KiB)\b/g, 'MUCH'],
  [/\b\d\d:\d\d:\d\d\.\d+/g, 'MUCH'],
  [/Ms":-?\d+(?:\.\d+)?/g, 'Ms":MUCH'],
  [/"(pid|failures)":\d+/g, '"$1":MANY'],
  [/\bprocess \d+/g, 'process NUMBER'],
  [/(?:cost|time)=[\d.]+/g, 'MUCH'],
  [/-{2,}/g, '--'],
  [/[ \t]+/g, ' '],
];

function plain(line: string): string {
  return VARYING.reduce((text, [pattern, name]) => text.replaceAll(pattern, name), line).trim();
}

/**
 * Whether a command printed what is shown: but for times, ids and the like, and with anything where a `…` stands; alone
 * on a line, that stands for any number of lines.
 */
export function isAsShown(shown: readonly string[], printed: string): boolean {
  const lines = shown.map((line) =>
    line.trim() === '…' ? '(?:.*\n)*' : `${plain(line).split('…').map(RegExp.escape).join('.*')}\n`,
  );
  const text = printed.split('\n').map(plain).join('\n').trimEnd();
  return new RegExp(`^${lines.join('').replaceAll('\\x20', ' ')}$`).test(text === '' ? '' : `${text}\n`);
}
