import { AMOUNT_SCHEMA, CURRENCY_SCHEMA, idSchema, TIME_SCHEMA, VERSION_SCHEMA } from '#http';
import { REGIONS } from '#kernel';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { PolicyInForce } from '../domain/policy.js';

export class PositionRulesResponse {
  @ApiPropertyOptional({ ...AMOUNT_SCHEMA, example: '100.00' })
  minAmount?: string;

  @ApiPropertyOptional({ ...AMOUNT_SCHEMA, example: '250000.00' })
  maxAmount?: string;

  @ApiPropertyOptional({ type: 'array', items: CURRENCY_SCHEMA })
  allowedCurrencies?: readonly string[];
}

export class PolicyResponse {
  @ApiProperty(idSchema('inst'))
  institutionId: string;

  @ApiProperty({ enum: REGIONS })
  region: string;

  @ApiProperty()
  position: PositionRulesResponse;

  @ApiProperty(VERSION_SCHEMA)
  version: number;

  @ApiProperty(TIME_SCHEMA)
  createdAt: string;

  @ApiProperty(TIME_SCHEMA)
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
