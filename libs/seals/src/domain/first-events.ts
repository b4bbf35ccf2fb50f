import type { SealedEvent, SealedEvents, SealedRange } from './checkpoint.js';

/**
 * The first events of a range, at most `most` of each kind, and the range that they are all of: the events of one moment
 * are not divided. Undefined when more than `most` share the first moment.
 *
 * @param found the first `most + 1` of each kind, or all there are
 */
export function firstEventsOf(
  found: SealedEvents,
  range: SealedRange,
  most: number,
): { readonly events: SealedEvents; readonly range: SealedRange } | undefined {
  const beyond = [found.ledgerEvents[most], found.auditEvents[most]].flatMap(
    (event) => event?.at.getTime() ?? [],
  );
  if (beyond.length === 0) return { events: found, range };
  const until = new Date(Math.min(...beyond) - 1);
  const isWithin = ({ at }: SealedEvent): boolean => at <= until;
  const events = {
    ledgerEvents: found.ledgerEvents.filter(isWithin),
    auditEvents: found.auditEvents.filter(isWithin),
  };
  if (events.ledgerEvents.length + events.auditEvents.length === 0) return undefined;
  return { events, range: { after: range.after, until } };
}
