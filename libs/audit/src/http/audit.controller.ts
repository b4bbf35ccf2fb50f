import { Allow, Caller, filterOf, Operation, toListResponse, toPageRequest, type ListResponse } from '#http';
import { requireScope, scopeOf, type Principal } from '#kernel';
import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { AuditService } from '../audit.service.js';
import { AuditEventResponse, toAuditEventResponse } from './audit-event.response.js';
import { AuditEventsQuery } from './audit-events.query.js';

@ApiTags('audit')
@Controller('v1/audit-events')
export class AuditController {
  constructor(private readonly audit: AuditService) {}

  @Get()
  @Allow('root', 'admin')
  @Operation({
    id: 'listAuditEvents',
    summary: 'List audit events',
    description:
      'Every command that was carried out, and requests that were refused: authentication, role, input, conflicts and rules. What was not found is not on record, nor is reading. Of refusals, `payload` has codes alone (`code`, `faults`, `reason`); of more than are recorded in a minute, the last one tells how many they were (`notRecorded`, `since`, `until`).',
    listOf: AuditEventResponse,
    refuses: ['institution.unknown'],
  })
  async list(
    @Caller() caller: Principal,
    @Query() query: AuditEventsQuery,
  ): Promise<ListResponse<AuditEventResponse>> {
    const request = toPageRequest(query, 'aud');
    const page = await this.audit.list(
      requireScope(scopeOf(caller), query.institutionId),
      filterOf(query),
      request,
    );
    return toListResponse(page, request, toAuditEventResponse);
  }
}
