import { Allow, exampleId, HASH_SCHEMA, Operation } from '#http';
import { Controller, Get, StreamableFile } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { ExportService } from '../export.service.js';

const MEDIA_TYPE = 'application/x-ndjson';

const EXAMPLE = `{"format":"escrowgrid-export","kinds":[…],"version":1}
{"kind":"institutions","row":{"createdAt":"2026-01-31T12:00:00.000Z","id":"${exampleId('inst')}",…}}
{"counts":{"institutions":1,…},"sha256":"${HASH_SCHEMA.example}"}
`;

@ApiTags('export')
@Controller('v1/export')
export class ExportController {
  constructor(private readonly exports: ExportService) {}

  @Get()
  @Allow('root')
  @Operation({
    id: 'exportAll',
    summary: 'Export everything',
    description:
      'All that is stored, as of one moment, one JSON object a line, with the hashes of keys and without the answers ' +
      'kept for repeated requests. Whole if its last line holds the SHA-256 of those before; one at a time.',
    refuses: ['export.under_way'],
  })
  @ApiOkResponse({ content: { [MEDIA_TYPE]: { schema: { type: 'string', example: EXAMPLE } } } })
  async export(): Promise<StreamableFile> {
    const stream = await this.exports.open();
    const file = new StreamableFile(stream, { type: MEDIA_TYPE });
    // That the rest will not come is seen by whoever waits for it; the log line of the request tells it, too.
    file.setErrorLogger(() => undefined);
    return file;
  }
}
