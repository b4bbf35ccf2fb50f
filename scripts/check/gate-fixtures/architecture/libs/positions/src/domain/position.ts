import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { Money } from '#kernel';
import { State } from './state.js';

export class Position {
  readonly knows = [createHash, canonicalize, Money, State];
}
