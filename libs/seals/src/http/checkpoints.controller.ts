import { Allow, Caller, Operation, PageQuery, toListResponse, toPageRequest, type ListResponse } from '#http';
import { scopeOf, type Principal } from '#kernel';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { SealsService } from '../seals.service.js';
import { CheckpointResponse, toCheckpointResponse } from './checkpoint.response.js';
import {
  CheckpointVerificationResponse,
  toCheckpointVerificationResponse,
} from './checkpoint-verification.response.js';

@ApiTags('seals')
@Controller('v1/institutions/:institutionId/checkpoints')
export class CheckpointsController {
  constructor(private readonly seals: SealsService) {}

  @Get()
  @Allow('root', 'admin', 'read_only')
  @Operation({
    id: 'listCheckpoints',
    summary: 'List checkpoints',
    description:
      'What the ledger and the audit trail were, signed, up to a minute ago: none while seals are off. With the root key also of the platform’s own audit trail, under the id of 26 zeros.',
    listOf: CheckpointResponse,
    refuses: ['institution.unknown'],
  })
  async list(
    @Caller() caller: Principal,
    @Param('institutionId') institutionId: string,
    @Query() query: PageQuery,
  ): Promise<ListResponse<CheckpointResponse>> {
    const request = toPageRequest(query, 'sequence');
    const page = await this.seals.list(scopeOf(caller), institutionId, request);
    return toListResponse(page, request, toCheckpointResponse);
  }

  @Get(':number/verification')
  @Allow('root', 'admin', 'read_only')
  @Operation({
    id: 'verifyCheckpoint',
    summary: 'Verify a checkpoint',
    description:
      'Whether its signature holds, it follows from the checkpoint before, and every event that it seals is still there and as it was.',
    ok: CheckpointVerificationResponse,
    refuses: ['institution.unknown', 'checkpoint.unknown'],
  })
  async verify(
    @Caller() caller: Principal,
    @Param('institutionId') institutionId: string,
    @Param('number') number: string,
  ): Promise<CheckpointVerificationResponse> {
    const verified = await this.seals.verify(scopeOf(caller), institutionId, number);
    return toCheckpointVerificationResponse(verified);
  }
}
