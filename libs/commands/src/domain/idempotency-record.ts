import { PLATFORM_ID, Reply, type IdempotencyKey, type Principal, type ReplyHeaders } from '#kernel';

/** The answer to a command that its sender gave a key, kept in the commit of its effect. */
export interface IdempotencyRecord {
  /** The tenant of the sender; {@link PLATFORM_ID} for the root key. */
  readonly institutionId: string;
  readonly key: string;
  readonly requestHash: string;
  readonly status: number;
  readonly headers: ReplyHeaders;
  /** JSON text. */
  readonly body: string;
  readonly createdAt: Date;
  /** From then on the record may be removed; until it is, it holds. */
  readonly expiresAt: Date;
}

/** Whose keys a principal uses: those of one tenant say nothing of another's. */
export function keyOwnerOf(principal: Principal): string {
  return principal.role === 'root' ? PLATFORM_ID : principal.institutionId;
}

export function recordOf(
  reply: Reply,
  { key, requestHash }: IdempotencyKey,
  made: { readonly by: Principal; readonly at: Date; readonly maxAgeMs: number },
): IdempotencyRecord {
  return {
    institutionId: keyOwnerOf(made.by),
    key,
    requestHash,
    status: reply.status,
    headers: reply.headers,
    body: JSON.stringify(reply.keptBody ?? null),
    createdAt: made.at,
    expiresAt: new Date(made.at.getTime() + made.maxAgeMs),
  };
}

/** The kept answer, to be given again. */
export function replyOf({ status, headers, body }: IdempotencyRecord): Reply {
  return Reply.replayed(status, body, headers);
}
