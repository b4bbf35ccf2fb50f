import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { tap, type Observable } from 'rxjs';
import { ListResponse } from './page-query.js';

/** Links a page to the next one (RFC 8288): the same list, with its cursor. */
@Injectable()
export class NextLinkInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(
      tap((answer: unknown) => {
        if (!(answer instanceof ListResponse) || answer.page.nextCursor === null) return;
        const http = context.switchToHttp();
        const [path = '', query] = http.getRequest<FastifyRequest>().url.split('?', 2);
        const parameters = new URLSearchParams(query);
        parameters.set('cursor', answer.page.nextCursor);
        void http
          .getResponse<FastifyReply>()
          .header('link', `<${path}?${parameters.toString()}>; rel="next"`);
      }),
    );
  }
}
