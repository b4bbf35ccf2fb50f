import { declareFaults } from '#kernel';

export const sealFaults = declareFaults({
  'checkpoint.unknown': {
    kind: 'unknown',
    title: 'Unknown checkpoint',
    meaning: 'The institution has no checkpoint of that number.',
  },
});
