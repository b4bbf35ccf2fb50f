import { Money, newId } from '#kernel';
import { openPosition, type Happened, type Made, type NewPosition } from './domain/open-position.js';

export function made(at = new Date('2026-01-01T00:00:00.000Z')): Made {
  return { eventId: newId('ple'), ledgerEventId: newId('le'), at };
}

/** A position that was just opened, with the events of its opening. */
export function anOpening(overrides: Partial<NewPosition> & { at?: Date } = {}): Happened {
  const { at, ...input } = overrides;
  return openPosition(
    {
      institutionId: newId('inst'),
      assetId: newId('ast'),
      holderReference: 'holder-1',
      amount: Money.parse('USD', '1000.10'),
      externalReference: null,
      ...input,
    },
    { ...made(at), positionId: newId('pos') },
  );
}
