import { Allow, Operation } from '#http';
import { Controller, Get, Header } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { Registry } from 'prom-client';
import { METRICS_PATH } from './metrics-token.js';
import { Scrape } from './scrape.js';

const EXAMPLE = `# HELP escrowgrid_pool_waiting Operations that wait for a database connection.
# TYPE escrowgrid_pool_waiting gauge
escrowgrid_pool_waiting 0
`;

@ApiTags('metrics')
@Controller(METRICS_PATH)
export class MetricsController {
  constructor(private readonly scrape: Scrape) {}

  @Get()
  @Allow('root')
  @Header('content-type', Registry.PROMETHEUS_CONTENT_TYPE)
  @Operation({
    id: 'readMetrics',
    summary: 'Read metrics in the text format of Prometheus',
    description:
      'The sum over all processes of the service. Besides the root key, the metrics token of the operator lets in, as `Authorization: Bearer`. Each metric is described in docs/METRICS.md.',
  })
  @ApiOkResponse({ content: { 'text/plain': { schema: { type: 'string', example: EXAMPLE } } } })
  async read(): Promise<string> {
    return this.scrape.text();
  }
}
