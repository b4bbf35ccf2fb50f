import { requestFaults } from '#http';
import type { FastifyInstance } from 'fastify';
import { repeatsMember } from './repeated-members.js';

const OTHER_CHARSET = /;\s*charset\s*=\s*(?!"?utf-8"?\s*(?:;|$))/i;

/** Takes JSON bodies (RFC 8259: in UTF-8) and no others; Fastify alone would take text, and mend broken UTF-8. */
export function acceptJsonBodies(fastify: FastifyInstance): void {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const parse = fastify.getDefaultJsonParser('error', 'error');
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    const { 'content-encoding': coding = 'identity' } = request.headers;
    if (coding.toLowerCase() !== 'identity') {
      done(requestFaults['request.unsupported_media_type'].because('No Content-Encoding is taken.'));
      return;
    }
    if (OTHER_CHARSET.test(request.headers['content-type'] ?? '')) {
      done(requestFaults['request.unsupported_media_type'].because('JSON is sent in UTF-8.'));
      return;
    }
    let text: string;
    try {
      text = decoder.decode(body as Buffer);
    } catch {
      done(requestFaults['request.malformed_json'].because('The body is not UTF-8 text.'));
      return;
    }
    void parse(request, text, (error, value) => {
      if (error === null && repeatsMember(text, value)) {
        done(requestFaults['request.malformed_json'].because('An object names a member twice.'));
      } else done(error, value);
    });
  });
}
