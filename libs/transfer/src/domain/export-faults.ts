import { declareFaults } from '#kernel';

export const exportFaults = declareFaults({
  'export.under_way': {
    kind: 'conflict',
    title: 'Export under way',
    meaning: 'A process of the service writes one export at a time: wait until the other one has been taken.',
  },
});
