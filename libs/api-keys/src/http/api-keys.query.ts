import { OneOf, PageQuery } from '#http';

export class ApiKeysQuery extends PageQuery {
  @OneOf(['true', 'false'], { optional: true, description: 'Whether to list revoked and expired keys too.' })
  includeRevoked?: 'true' | 'false';
}
