import { REGIONS } from '#kernel';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { PolicyInForce } from '../domain/policy.js';

export class PositionRulesResponse {
  @ApiPropertyOptional()
  minAmount?: string;

  @ApiPropertyOptional()
  maxAmount?: string;

  @ApiPropertyOptional({ type: String, isArray: true })
  allowedCurrencies?: readonly string[];
}

export class PolicyResponse {
  @ApiProperty()
  institutionId: string;

  @ApiProperty({ enum: REGIONS })
  region: string;

  @ApiProperty()
  position: PositionRulesResponse;

  @ApiProperty({ type: 'integer' })
  version: number;

  @ApiProperty({ format: 'date-time' })
  createdAt: string;

  @ApiProperty({ format: 'date-time' })
  updatedAt: string;
}

export function toPolicyResponse(policy: PolicyInForce): PolicyResponse {
  return {
    institutionId: policy.institutionId,
    region: policy.region,
    position: policy.rules,
    version: policy.version,
    createdAt: policy.createdAt.toISOString(),
    updatedAt: policy.updatedAt.toISOString(),
  };
}
