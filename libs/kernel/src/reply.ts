/** What an answer says besides its status and body. */
export interface ReplyHeaders {
  /** The entity tag (RFC 9110) of what is answered, with its quotes. */
  readonly etag?: string;
  /** The path of the resource that was created. */
  readonly location?: string;
  /** Only on an answer that was kept and is given again. */
  readonly 'idempotent-replayed'?: 'true';
}

/** What a successful command answers: known before its commit, so that it can be kept with it. */
export class Reply<Body = unknown> {
  private constructor(
    readonly status: number,
    readonly body: Body,
    readonly headers: ReplyHeaders,
    /** The body as it is kept for a repetition of the command: without what is shown only once. */
    readonly keptBody: unknown = body,
    /** JSON text that is sent as it is, in place of a body. */
    readonly text?: string,
  ) {}

  static ok<Body>(body: Body): Reply<Body> {
    return new Reply(200, body, headersOf(body));
  }

  /** @param location the path of what was created, where it can be read by itself */
  static created<Body>(body: Body, location?: string): Reply<Body> {
    return new Reply(201, body, { ...headersOf(body), ...(location === undefined ? {} : { location }) });
  }

  static noContent(): Reply<undefined> {
    return new Reply(204, undefined, {});
  }

  /** The answer to an equal command that was carried out before: the same text, byte for byte. */
  static replayed(status: number, text: string, headers: ReplyHeaders): Reply {
    return new Reply(status, undefined, { ...headers, 'idempotent-replayed': 'true' }, undefined, text);
  }

  /** The same answer, tagged with what tells it from others when it carries no version. */
  tagged(etag: string): Reply<Body> {
    return new Reply(this.status, this.body, { ...this.headers, etag }, this.keptBody);
  }

  /** The same answer, of which another body is kept. */
  keeping(keptBody: unknown): Reply<Body> {
    return new Reply(this.status, this.body, this.headers, keptBody);
  }
}

/** The entity tag of a resource that carries its version; undefined for whatever else is answered. */
export function entityTagOf(body: unknown): string | undefined {
  const version = (body as { readonly version?: unknown } | null | undefined)?.version;
  return typeof version === 'number' ? `"${version}"` : undefined;
}

function headersOf(body: unknown): ReplyHeaders {
  const etag = entityTagOf(body);
  return etag === undefined ? {} : { etag };
}
