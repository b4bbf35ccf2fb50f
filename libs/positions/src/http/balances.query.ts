import { Id, Moment, Text } from '#http';

export class BalancesQuery {
  @Id('inst', { optional: true, description: 'With the root key: of all institutions when left out.' })
  institutionId?: string;

  @Text({ optional: true })
  assetId?: string;

  @Text({ optional: true })
  holderReference?: string;

  @Moment({
    optional: true,
    description: 'As of this moment, inclusive; not in the future. Now when left out.',
  })
  asOf?: Date;
}
