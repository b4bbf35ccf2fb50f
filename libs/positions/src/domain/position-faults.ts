import { declareFaults } from '#kernel';

export const positionFaults = declareFaults({
  'position.unknown': {
    kind: 'unknown',
    title: 'Unknown position',
    meaning: 'There is no such position, or it is not of the key’s institution.',
  },
  'position.future_moment': {
    kind: 'malformed',
    title: 'Moment in the future',
    meaning: '`asOf` asks for a moment that is yet to come, by the clock of the service.',
  },
  'position.illegal_transition': {
    kind: 'conflict',
    title: 'Illegal transition',
    meaning:
      'The lifecycle does not lead from the position’s state to the one asked for; `allowed` lists where it leads.',
  },
  'position.amount_required': {
    kind: 'malformed',
    title: 'Amount required',
    meaning: 'A partial release must say how much is released.',
  },
  'position.amount_mismatch': {
    kind: 'refused',
    title: 'Amount differs from what moves',
    meaning: 'The step moves a fixed amount, given as `expected`; leave `amount` out or send exactly that.',
  },
  'position.insufficient_remaining': {
    kind: 'refused',
    title: 'Insufficient remaining amount',
    meaning: 'More was to be released than remains; `requested` and `remaining` give the numbers.',
  },
  'position.nothing_would_remain': {
    kind: 'refused',
    title: 'Nothing would remain',
    meaning: 'A partial release leaves something. Releasing all that remains is a transition to RELEASED.',
  },
});
