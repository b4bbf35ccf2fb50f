import { Catch, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { PROBLEM_MEDIA_TYPE, toProblem } from './problem.js';

/** Seconds after which a client may try again while the store is away. */
const RETRY_AFTER_SECONDS = 2;

/** Answers every failure with a problem document. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger(ProblemFilter.name);

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    this.answer(error, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
  }

  /** Also serves the failures that Fastify meets before Nest is asked. */
  answer(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
    const problem = toProblem(error, request.url, request.id);
    if (problem.status >= 500) this.log(error, request.id);
    if (problem.status === 503) void reply.header('retry-after', RETRY_AFTER_SECONDS);
    if (problem.status === 401) void reply.header('www-authenticate', 'Bearer realm="escrowgrid"');
    void reply
      .status(problem.status)
      .header('content-type', PROBLEM_MEDIA_TYPE)
      .send(JSON.stringify(problem));
  }

  /** Names what failed without what it failed on: the messages and fields of a driver's errors hold data. */
  private log(error: unknown, requestId: string): void {
    const { name, message, stack, cause } =
      error instanceof Error ? error : new Error('Something was thrown that is no error.');
    const causeCode = (cause as { code?: unknown } | null | undefined)?.code;
    this.logger.error({ requestId, name, message, causeCode, stack }, 'A request failed.');
  }
}
