import canonicalize from 'canonicalize';

export class Money {
  readonly text = canonicalize({});
}
