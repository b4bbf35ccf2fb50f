import { Allow, Caller } from '#http';
import { scopeOf, type Principal } from '#kernel';
import { Controller, Get, Param } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { VerificationService } from '../verification.service.js';
import { toVerificationResponse, VerificationResponse } from './verification.response.js';

@ApiTags('ledger')
@Controller('v1/positions')
export class VerificationController {
  constructor(private readonly verification: VerificationService) {}

  @Get(':positionId/ledger/verification')
  @Allow('root', 'admin', 'read_only')
  @ApiOkResponse({ type: VerificationResponse })
  async verify(@Caller() caller: Principal, @Param('positionId') id: string): Promise<VerificationResponse> {
    return toVerificationResponse(await this.verification.verify(scopeOf(caller), id));
  }
}
