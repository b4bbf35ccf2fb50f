import { Allow, Caller, Operation } from '#http';
import { scopeOf, type Principal } from '#kernel';
import { Controller, Get, Param } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { VerificationService } from '../verification.service.js';
import { toVerificationResponse, VerificationResponse } from './verification.response.js';

@ApiTags('ledger')
@Controller('v1/positions')
export class VerificationController {
  constructor(private readonly verification: VerificationService) {}

  @Get(':positionId/ledger/verification')
  @Allow('root', 'admin', 'read_only')
  @Operation({
    id: 'verifyPosition',
    summary: 'Verify the record of a position',
    description:
      'Whether the hash chain, the events and the amounts of a position agree: a changed or removed row is found.',
    ok: VerificationResponse,
    refuses: ['position.unknown'],
  })
  async verify(@Caller() caller: Principal, @Param('positionId') id: string): Promise<VerificationResponse> {
    return toVerificationResponse(await this.verification.verify(scopeOf(caller), id));
  }
}
