import type { components } from './schema.js';

/** A refusal as the service describes it (RFC 9457), with what a rule compared among its members. */
export type Problem = components['schemas']['Problem'] & { readonly [extension: string]: unknown };

/** What `openapi-fetch` answers. */
export interface Result {
  readonly data?: unknown;
  readonly error?: unknown;
  readonly response: Response;
}

/** A request that was not answered with a success. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly status: number;
  /** Undefined when the answer is not from the service, but from something in front of it. So are the next two. */
  readonly code: Problem['code'] | undefined;
  readonly detail: string | undefined;
  readonly requestId: string | undefined;
  /** The fields at fault. */
  readonly errors: NonNullable<Problem['errors']>;
  /** The whole document. */
  readonly problem: Problem | undefined;

  constructor({ error, response }: Result) {
    const problem = isProblem(error) ? error : undefined;
    super(
      problem
        ? `${problem.code}: ${problem.detail}`
        : `The answer is ${response.status}, and no problem document.`,
    );
    this.status = response.status;
    this.code = problem?.code;
    this.detail = problem?.detail;
    this.requestId = problem?.requestId;
    this.errors = problem?.errors ?? [];
    this.problem = problem;
  }
}

function isProblem(error: unknown): error is Problem {
  return typeof error === 'object' && error !== null && typeof (error as Partial<Problem>).code === 'string';
}

type DataOf<Answered> = Answered extends { readonly data: infer Data; readonly error?: never } ? Data : never;

/**
 * The data of an answer.
 *
 * @throws ProblemError when the answer is no success: a 304 has no data either
 */
export async function unwrap<Answered extends Result>(
  answer: Answered | Promise<Answered>,
): Promise<DataOf<Answered>> {
  const result: Result = await answer;
  if (!result.response.ok) throw new ProblemError(result);
  return result.data as DataOf<Answered>;
}
