/** Where an institution does business; a policy holds for one region. */
export const REGIONS = ['US', 'EU_UK', 'SG', 'UAE'] as const;
export type Region = (typeof REGIONS)[number];

/** The fields of business that an asset template can belong to. */
export const VERTICALS = ['CONSTRUCTION', 'TRADE_FINANCE'] as const;
export type Vertical = (typeof VERTICALS)[number];
