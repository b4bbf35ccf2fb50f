import { Id, Moment, Text } from '#http';

export class BalancesQuery {
  @Id('inst', { optional: true, description: 'With the root key: of all institutions when left out.' })
  institutionId?: string;

  @Id('ast', { optional: true, description: 'Of positions on one asset.' })
  assetId?: string;

  @Text({ optional: true, description: 'Of positions of one holder.', example: 'holder-1' })
  holderReference?: string;

  @Moment({
    optional: true,
    description: 'As of this moment, inclusive; not in the future. Now when left out.',
  })
  asOf?: Date;
}
