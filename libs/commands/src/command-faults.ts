import { declareFaults } from '#kernel';

export const commandFaults = declareFaults({
  'command.conflict': {
    kind: 'conflict',
    title: 'Conflict with other commands',
    meaning: 'Other commands kept changing what this one depends on. Nothing was changed: send it again.',
  },
});
