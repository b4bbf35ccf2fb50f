import { StoreUnavailable, type DomainError } from '#kernel';
import { Catch, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { PROBLEM_MEDIA_TYPE, toProblem, toRefusal } from './problem.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set where the answer is a problem: what it tells of. */
    refusal?: DomainError;
  }
}

/** Seconds after which a client may try again while the store is away. */
const RETRY_AFTER_SECONDS = 2;

/** Answers every failure with a problem document. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger(ProblemFilter.name);

  /** @param onUnavailable is told of every request that failed for want of the store, of which no line is logged here */
  constructor(private readonly onUnavailable: (reason: StoreUnavailable) => void = () => undefined) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    this.answer(error, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
  }

  /** Also serves the failures that Fastify meets before Nest is asked. */
  answer(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
    request.refusal = toRefusal(error);
    const problem = toProblem(request.refusal, request.url, request.id);
    if (problem.status === 500) this.log(error, request.id);
    if (error instanceof StoreUnavailable) this.onUnavailable(error);
    if (problem.status === 503) void reply.header('retry-after', RETRY_AFTER_SECONDS);
    if (problem.status === 401) void reply.header('www-authenticate', 'Bearer realm="escrowgrid"');
    void reply
      .status(problem.status)
      .header('content-type', PROBLEM_MEDIA_TYPE)
      .send(JSON.stringify(problem));
  }

  /** As `err`, of which the log tells only what holds no data. */
  private log(error: unknown, requestId: string): void {
    this.logger.error({ requestId, err: error }, 'A request failed.');
  }
}
