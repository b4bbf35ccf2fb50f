import { requestFaults } from '#http';
import type { FastifyInstance } from 'fastify';

/** Takes JSON bodies (RFC 8259: in UTF-8) and no others; Fastify alone would take text, and mend broken UTF-8. */
export function acceptJsonBodies(fastify: FastifyInstance): void {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const parse = fastify.getDefaultJsonParser('error', 'error');
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    let text: string;
    try {
      text = decoder.decode(body as Buffer);
    } catch {
      done(requestFaults['request.malformed_json'].because('The body is not UTF-8 text.'));
      return;
    }
    void parse(request, text, done);
  });
}
