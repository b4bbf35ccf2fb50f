export const POSITION_STATES = [
  'CREATED',
  'FUNDED',
  'PARTIALLY_RELEASED',
  'RELEASED',
  'CANCELLED',
  'EXPIRED',
] as const;
export type PositionState = (typeof POSITION_STATES)[number];

type LifecycleTable = Readonly<Record<string, readonly string[]>>;

/** Where a position can go from each state. A state that leads nowhere is terminal. */
export const LIFECYCLE: Readonly<Record<PositionState, readonly PositionState[]>> = {
  CREATED: ['FUNDED', 'CANCELLED', 'EXPIRED'],
  FUNDED: ['PARTIALLY_RELEASED', 'RELEASED', 'CANCELLED', 'EXPIRED'],
  PARTIALLY_RELEASED: ['PARTIALLY_RELEASED', 'RELEASED', 'CANCELLED', 'EXPIRED'],
  RELEASED: [],
  CANCELLED: [],
  EXPIRED: [],
};

export function isTerminal(state: PositionState): boolean {
  return LIFECYCLE[state].length === 0;
}

/**
 * Checks that a lifecycle is whole: every state it leads to is described, every state can be reached from
 * CREATED, and from every state a terminal one can be reached, so that no money is ever locked in.
 *
 * @throws Error naming the state at fault
 */
export function checkLifecycle(table: LifecycleTable): void {
  const states = Object.keys(table);
  for (const [from, targets] of Object.entries(table)) {
    const unknown = targets.find((target) => !states.includes(target));
    if (unknown !== undefined)
      throw new Error(`The lifecycle leads from ${from} to the unknown state ${unknown}.`);
  }
  const reached = reachableFrom('CREATED', table);
  for (const state of states) {
    if (!reached.has(state)) throw new Error(`The lifecycle never reaches the state ${state}.`);
    const ends = [...reachableFrom(state, table)].some((target) => table[target]?.length === 0);
    if (!ends) throw new Error(`The lifecycle never ends from the state ${state}.`);
  }
}

function reachableFrom(start: string, table: LifecycleTable): ReadonlySet<string> {
  const reached = new Set([start]);
  for (const state of reached) for (const target of table[state] ?? []) reached.add(target);
  return reached;
}
