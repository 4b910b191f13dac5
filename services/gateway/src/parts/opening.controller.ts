import { Body, Controller, Query, Req, Res, StreamableFile } from '@nestjs/common';
import { OpeningService } from '@aftercare/contracts';
import { Bus } from '@aftercare/messaging';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { download } from '../attachments/attachments.controller.js';
import { answerOf } from '../auth/auth.schemas.js';
import { Change, ChangeOnce, Download, List, Read, Upload } from '../http/endpoint.js';
import { Id, OneOf } from '../http/fields.js';
import { listRequest, PageQuery, Sort } from '../http/paging.js';
import { PathId } from '../http/path-id.js';
import { ReasonedDto, VersionDto } from '../http/shared.dto.js';
import { SHEET_TYPE } from '../http/sheet.js';
import { readUpload } from '../http/upload.js';
import { openingHoldingsForm, openingStockForm } from '../imports/import-forms.js';
import { ImportTemplates } from '../imports/import-templates.js';
import { ImportQuery } from '../imports/imports.controller.js';
import { SheetImports } from '../imports/sheet-imports.js';

const opening = OpeningService.method;
const begun = answerOf({ id: { type: 'string' }, service: { type: 'string' } });

export class ListOpeningsQuery extends PageQuery {
  @OneOf(['stock', 'holdings'], { optional: true }) kind?: string;
  @OneOf(['draft', 'approved', 'discarded', 'reversed'], { optional: true }) state?: string;
  @Id({ optional: true }) warehouseId?: string;
  @Id({ optional: true }) dealerId?: string;
  @Sort('-createdAt') sort?: string;
}

export class ListOpeningLinesQuery extends PageQuery {
  @Sort('partNumber') sort?: string;
}

/** what there was at the cut-over date, as documents of their own kind. */
@Controller('openings')
export class OpeningsController {
  constructor(private readonly bus: Bus) {}

  @List('', 'opening.read', opening.listOpenings)
  list(@Query() query: ListOpeningsQuery): Promise<Buffer> {
    return this.bus.callJson(opening.listOpenings, listRequest(query));
  }

  @Read(':id', 'opening.read', opening.getOpening)
  get(@PathId() id: string): Promise<Buffer> {
    return this.bus.callJson(opening.getOpening, { id });
  }

  @List(':id/lines', 'opening.read', opening.listOpeningLines)
  lines(@PathId() id: string, @Query() query: ListOpeningLinesQuery): Promise<Buffer> {
    return this.bus.callJson(opening.listOpeningLines, { ...listRequest(query), id });
  }

  @Change(':id/approve', 'opening.approve', opening.approveOpening)
  approve(@PathId() id: string, @Body() body: VersionDto): Promise<Buffer> {
    return this.bus.callJson(opening.approveOpening, { ...body, id });
  }

  @Change(':id/discard', 'opening.discard', opening.discardOpening)
  discard(@PathId() id: string, @Body() body: ReasonedDto): Promise<Buffer> {
    return this.bus.callJson(opening.discardOpening, { ...body, id });
  }

  @ChangeOnce(':id/reverse', 'opening.reverse', opening.reverseOpening)
  reverse(@PathId() id: string, @Body() body: ReasonedDto): Promise<Buffer> {
    return this.bus.callJson(opening.reverseOpening, { ...body, id });
  }
}

@Controller('imports/opening-stock')
export class OpeningStockImportsController {
  constructor(private readonly imports: SheetImports, private readonly templates: ImportTemplates) {}

  @Upload('', 'import.opening-stock', begun, 202)
  async begin(@Req() request: FastifyRequest, @Query() { dryRun = false }: ImportQuery): Promise<{ id: string; service: string }> {
    return this.imports.begin(openingStockForm, await readUpload(request), { dryRun });
  }

  @Download('template', 'import.opening-stock')
  async template(@Res({ passthrough: true }) reply: FastifyReply): Promise<StreamableFile> {
    download(reply, SHEET_TYPE, 'opening-stock.xlsx');
    return new StreamableFile(await this.templates.of(openingStockForm));
  }
}

@Controller('imports/opening-holdings')
export class OpeningHoldingsImportsController {
  constructor(private readonly imports: SheetImports, private readonly templates: ImportTemplates) {}

  @Upload('', 'import.opening-holdings', begun, 202)
  async begin(@Req() request: FastifyRequest, @Query() { dryRun = false }: ImportQuery): Promise<{ id: string; service: string }> {
    return this.imports.begin(openingHoldingsForm, await readUpload(request), { dryRun });
  }

  @Download('template', 'import.opening-holdings')
  async template(@Res({ passthrough: true }) reply: FastifyReply): Promise<StreamableFile> {
    download(reply, SHEET_TYPE, 'opening-holdings.xlsx');
    return new StreamableFile(await this.templates.of(openingHoldingsForm));
  }
}
