import { Body, Controller, Query, Req, Res, StreamableFile } from '@nestjs/common';
import { MoneyOpeningService } from '@aftercare/contracts';
import { Bus } from '@aftercare/messaging';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { download } from '../attachments/attachments.controller.js';
import { answerOf } from '../auth/auth.schemas.js';
import { Change, ChangeOnce, Download, List, Read, Upload } from '../http/endpoint.js';
import { listRequest } from '../http/paging.js';
import { PathId } from '../http/path-id.js';
import { ReasonedDto, VersionDto } from '../http/shared.dto.js';
import { SHEET_TYPE } from '../http/sheet.js';
import { readUpload } from '../http/upload.js';
import { openingMoneyForm } from '../imports/import-forms.js';
import { ImportTemplates } from '../imports/import-templates.js';
import { ImportQuery } from '../imports/imports.controller.js';
import { SheetImports, type Begun } from '../imports/sheet-imports.js';
import { ListMoneyOpeningsQuery } from './finance.dto.js';

const opening = MoneyOpeningService.method;
const begun = answerOf({ id: { type: 'string' }, service: { type: 'string' } });

/** what dealers owed and had at the cut-over date, as documents of their own kind. */
@Controller('money-openings')
export class MoneyOpeningsController {
  constructor(private readonly bus: Bus) {}

  @List('', 'money-opening.read', opening.listMoneyOpenings)
  list(@Query() query: ListMoneyOpeningsQuery): Promise<Buffer> {
    return this.bus.callJson(opening.listMoneyOpenings, listRequest(query));
  }

  @Read(':id', 'money-opening.read', opening.getMoneyOpening)
  get(@PathId() id: string): Promise<Buffer> {
    return this.bus.callJson(opening.getMoneyOpening, { id });
  }

  @ChangeOnce(':id/approve', 'money-opening.approve', opening.approveMoneyOpening)
  approve(@PathId() id: string, @Body() body: VersionDto): Promise<Buffer> {
    return this.bus.callJson(opening.approveMoneyOpening, { ...body, id });
  }

  @Change(':id/discard', 'money-opening.discard', opening.discardMoneyOpening)
  discard(@PathId() id: string, @Body() body: ReasonedDto): Promise<Buffer> {
    return this.bus.callJson(opening.discardMoneyOpening, { ...body, id });
  }

  @ChangeOnce(':id/reverse', 'money-opening.approve', opening.reverseMoneyOpening)
  reverse(@PathId() id: string, @Body() body: ReasonedDto): Promise<Buffer> {
    return this.bus.callJson(opening.reverseMoneyOpening, { ...body, id });
  }
}

@Controller('imports/opening-money')
export class OpeningMoneyImportsController {
  constructor(private readonly imports: SheetImports, private readonly templates: ImportTemplates) {}

  @Upload('', 'import.opening-money', begun, 202)
  async begin(@Req() request: FastifyRequest, @Query() { dryRun = false }: ImportQuery): Promise<Begun> {
    return this.imports.begin(openingMoneyForm, await readUpload(request), { dryRun });
  }

  @Download('template', 'import.opening-money')
  async template(@Res({ passthrough: true }) reply: FastifyReply): Promise<StreamableFile> {
    download(reply, SHEET_TYPE, 'opening-money.xlsx');
    return new StreamableFile(await this.templates.of(openingMoneyForm));
  }
}
