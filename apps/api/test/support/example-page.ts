/** A request as a page of examples shows it. */
export interface ShownRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Undefined when there is none. */
  readonly body?: string;
}

/** The block of a request, which can be read, and the one that says what it is answered. */
export interface Example {
  readonly request: string;
  readonly answer: string;
}

/** A page of prose and blocks of HTTP, each request followed by its answer. */
export class ExamplePage {
  private constructor(
    /** Prose and blocks by turns, prose first and last. */
    private readonly parts: readonly string[],
    readonly examples: readonly Example[],
  ) {}

  /** @throws Error naming the block that cannot be read, or is of another language */
  static parse(text: string): ExamplePage {
    const parts: string[] = [];
    let end = 0;
    for (const { 0: whole, 1: block = '', index } of text.matchAll(BLOCK)) {
      parts.push(text.slice(end, index), block);
      end = index + whole.length;
    }
    parts.push(text.slice(end));
    for (const prose of parts.filter((_part, index) => index % 2 === 0)) {
      const stray = STRAY.exec(prose);
      if (stray) throw new Error(`No block of HTTP, so that nobody would run it: ${stray[0]}`);
    }
    const blocks = parts.filter((_part, index) => index % 2 === 1);
    const examples: Example[] = [];
    for (let index = 0; index < blocks.length; index += 2) {
      const [request = '', answer] = blocks.slice(index);
      readRequest(request);
      if (answer === undefined) throw new Error(`A request without an answer: ${request.split('\n', 1)[0]}`);
      namesIn(answer);
      examples.push({ request, answer });
    }
    return new ExamplePage(parts, examples);
  }

  /** The page with other answers, of which there must be as many. */
  withAnswers(answers: readonly string[]): string {
    const fenced = (block: string): string => `\`\`\`http\n${block}\n\`\`\`\n`;
    return this.parts
      .map((part, index) => {
        if (index % 2 === 0) return part;
        return fenced(index % 4 === 1 ? part : (answers[(index - 3) / 4] ?? ''));
      })
      .join('');
  }
}

/**
 * What an answer was, in the form of its block: the status, those headers that the shown block has (`(none)` where
 * they were not sent), and the body.
 */
export function writeAnswer(
  { status, headers, text }: { readonly status: number; readonly headers: Headers; readonly text: string },
  reason: string,
  shown: string,
): string {
  const lines = namesIn(shown).map((name) => `${name}: ${headers.get(name) ?? '(none)'}`);
  const body = text === '' ? [] : ['', isJson(headers) ? pretty(text) : text];
  return [`${status} ${reason}`, ...lines, ...body].join('\n');
}

const BLOCK = /^```http\n([\s\S]*?)\n?^```\n/gm;
const STRAY = /^.*(?:```|~~~).*$|^(?: {4}|\t).*$/m;

/** @throws Error naming the line that is neither request line nor header, or the request whose body lacks its type */
export function readRequest(block: string): ShownRequest {
  const [head = '', ...rest] = block.split('\n\n');
  const [line = '', ...fields] = head.split('\n');
  const [, method, path] = /^(GET|HEAD|POST|PUT|PATCH|DELETE) (\/\S*)$/.exec(line) ?? [];
  if (method === undefined || path === undefined) throw new Error(`No request line: ${line}`);
  const headers = fields.map((field): [string, string] => {
    const [, name, value] = /^([A-Za-z-]+): (\S.*)$/.exec(field) ?? [];
    if (name === undefined || value === undefined) throw new Error(`No header, under ${line}: ${field}`);
    return [name.toLowerCase(), value];
  });
  const request = { method, path, headers: Object.fromEntries(headers) };
  if (rest.length === 0) return request;
  // A client would add it unasked, and what the page shows would not be what is sent.
  if (request.headers['content-type'] === undefined) throw new Error(`No Content-Type, under ${line}`);
  return { ...request, body: rest.join('\n\n') };
}

/** The headers that an answer shows. */
function namesIn(answer: string): string[] {
  const [head = ''] = answer.split('\n\n', 1);
  const [status, ...fields] = head.split('\n');
  return fields.map((field) => {
    const [, name] = /^([A-Za-z-]+):/.exec(field) ?? [];
    if (name === undefined) throw new Error(`No header, under ${status}: ${field}`);
    return name;
  });
}

function isJson(headers: Headers): boolean {
  return /^application\/(?:problem\+)?json\b/.test(headers.get('content-type') ?? '');
}

const WIDTH = 110;
/** Members that hold JSON as it is stored, which PostgreSQL and memory give back in orders of their own. */
const STORED = ['config', 'metadata', 'payload'];

/** JSON over several lines, its small objects and lists on one. Nothing that was sent is lost or added. */
function pretty(text: string): string {
  const value: unknown = JSON.parse(text);
  if (JSON.stringify(value) !== text) throw new Error(`The answer cannot be shown as it was sent: ${text}`);
  return layOut(value, '');
}

function layOut(value: unknown, indent: string, isStored = false): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const isList = Array.isArray(value);
  const members = Object.entries(value);
  if (members.length === 0) return isList ? '[]' : '{}';
  if (isStored && !isList) members.sort(([left], [right]) => (left < right ? -1 : 1));
  const margin = `${indent}  `;
  const written = members.map(
    ([name, member]) =>
      (isList ? '' : `${JSON.stringify(name)}: `) + layOut(member, margin, isStored || STORED.includes(name)),
  );
  const line = written.join(', ');
  const [open, close, blank] = isList ? ['[', ']', ''] : ['{', '}', ' '];
  if (line.length < WIDTH && !/[{\n]/.test(line)) return open + blank + line + blank + close;
  return `${open}\n${margin}${written.join(`,\n${margin}`)}\n${indent}${close}`;
}
