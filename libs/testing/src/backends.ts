/** The stores every behaviour is tested on. */
export const BACKENDS = ['memory', 'postgres'] as const;

export type Backend = (typeof BACKENDS)[number];
