import { Open, Operation, requestFaults } from '#http';
import { declaredFaults } from '#kernel';
import { Controller, Get, Header, Param } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { PROBLEM_PAGES_POLICY, problemPage, problemsPage } from './problem-pages.js';

const HTML = 'text/html; charset=utf-8';
const A_PAGE = {
  content: { 'text/html': { schema: { type: 'string', example: '<!doctype html>' } } },
} as const;

/** What the `type` of a problem document leads to, for whoever reads one: no key is needed. */
@ApiTags('problems')
@Controller('problems')
export class ProblemsController {
  @Get()
  @Open()
  @Header('content-type', HTML)
  @Header('content-security-policy', PROBLEM_PAGES_POLICY)
  @Operation({ id: 'listProblems', summary: 'Describe all problems on one page' })
  @ApiOkResponse(A_PAGE)
  list(): string {
    return problemsPage(declaredFaults());
  }

  @Get(':code')
  @Open()
  @Header('content-type', HTML)
  @Header('content-security-policy', PROBLEM_PAGES_POLICY)
  @Operation({
    id: 'readProblem',
    summary: 'Describe a problem on a page',
    refuses: ['request.unknown_route'],
  })
  @ApiOkResponse(A_PAGE)
  read(@Param('code') code: string): string {
    const fault = declaredFaults().find((declared) => declared.code === code);
    if (fault !== undefined) return problemPage(fault);
    throw requestFaults['request.unknown_route'].because('There is no problem of that code.');
  }
}
