import { declareFaults } from '#kernel';

export const institutionFaults = declareFaults({
  'institution.unknown': {
    kind: 'unknown',
    title: 'Unknown institution',
    meaning: 'There is no such institution, or it is not that of the key.',
  },
});
