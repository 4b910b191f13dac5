import { Controller, Query, Req, Res, StreamableFile } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { download } from '../attachments/attachments.controller.js';
import { answerOf } from '../auth/auth.schemas.js';
import { Download, Upload } from '../http/endpoint.js';
import { Flag } from '../http/fields.js';
import { QueryFlag } from '../http/paging.js';
import { PathId } from '../http/path-id.js';
import { readUpload } from '../http/upload.js';
import { UnitImports } from './unit-imports.js';

const text = { type: 'string' };
const SHEET_TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

export class ImportQuery {
  @QueryFlag() @Flag({ optional: true }) dryRun?: boolean;
}

@Controller('imports/units')
export class UnitImportsController {
  constructor(private readonly imports: UnitImports) {}

  @Upload('', 'import.units', answerOf({ id: text, service: text }), 202)
  async begin(@Req() request: FastifyRequest, @Query() query: ImportQuery): Promise<{ id: string; service: string }> {
    return this.imports.begin(await readUpload(request), query.dryRun ?? false);
  }

  @Download('template', 'import.units')
  async template(@Res({ passthrough: true }) reply: FastifyReply): Promise<StreamableFile> {
    download(reply, SHEET_TYPE, 'units.xlsx');
    return new StreamableFile(await this.imports.template());
  }
}

@Controller('jobs/customers')
export class MarkedUpController {
  constructor(private readonly imports: UnitImports) {}

  @Download(':id/marked-up', 'job.read')
  async markedUp(@PathId() id: string, @Res({ passthrough: true }) reply: FastifyReply): Promise<StreamableFile> {
    download(reply, SHEET_TYPE, 'units-marked-up.xlsx');
    return new StreamableFile(await this.imports.markedUp(id));
  }
}
