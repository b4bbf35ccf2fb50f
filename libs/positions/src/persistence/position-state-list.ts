/** Every position state as the inside of an SQL `IN (…)`, shared by the CHECKs of the three position tables. */
export const POSITION_STATE_LIST = `'CREATED', 'FUNDED', 'PARTIALLY_RELEASED', 'RELEASED', 'CANCELLED', 'EXPIRED'`;
