import { declareFaults } from '#kernel';

export const healthFaults = declareFaults({
  'health.not_ready': {
    kind: 'unavailable',
    title: 'Not ready',
    meaning: 'The service should get no traffic now; `checks` says which check failed.',
  },
});
