import { declareFaults } from '#kernel';

export const commandFaults = declareFaults({
  'command.conflict': {
    kind: 'conflict',
    title: 'Conflict with other commands',
    meaning: 'Other commands kept changing what this one depends on. Nothing was changed: send it again.',
  },
  'idempotency.mismatch': {
    kind: 'refused',
    title: 'Idempotency key of another request',
    meaning:
      'The `Idempotency-Key` was used for a request that differs in method, path, query or body. Nothing was changed: take a new key for a new request.',
  },
});
