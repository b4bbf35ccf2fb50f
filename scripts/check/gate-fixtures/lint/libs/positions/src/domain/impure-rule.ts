// breaks: house/pure-domain (8)
import { randomUUID } from 'node:crypto';

export function open(): unknown[] {
  return [Date.now(), new Date(), Date(), Math.random(), randomUUID(), performance.now()];
}
