import { Body, Controller, Query, Req, Res, StreamableFile } from '@nestjs/common';
import { PriceListService } from '@aftercare/contracts';
import { Bus } from '@aftercare/messaging';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { download } from '../attachments/attachments.controller.js';
import { answerOf } from '../auth/auth.schemas.js';
import { Change, Create, Download, List, Read, Upload } from '../http/endpoint.js';
import { listRequest } from '../http/paging.js';
import { PathId } from '../http/path-id.js';
import { ReasonedDto, VersionDto } from '../http/shared.dto.js';
import { SHEET_TYPE } from '../http/sheet.js';
import { readUpload } from '../http/upload.js';
import { priceListForm } from '../imports/import-forms.js';
import { ImportTemplates } from '../imports/import-templates.js';
import { ImportQuery } from '../imports/imports.controller.js';
import { SheetImports } from '../imports/sheet-imports.js';
import { CreatePriceListDto, ListPriceListLinesQuery, ListPriceListsQuery, ListPricesQuery } from './price-lists.dto.js';

const priceList = PriceListService.method;
const begun = answerOf({ id: { type: 'string' }, service: { type: 'string' } });

/** F-7: 《零部件价格表》. */
@Controller('price-lists')
export class PriceListsController {
  constructor(private readonly bus: Bus) {}

  @Create('', 'price-list.draft', priceList.createPriceList)
  create(@Body() body: CreatePriceListDto): Promise<Buffer> {
    return this.bus.callJson(priceList.createPriceList, body);
  }

  @List('', 'price-list.read', priceList.listPriceLists)
  list(@Query() query: ListPriceListsQuery): Promise<Buffer> {
    return this.bus.callJson(priceList.listPriceLists, listRequest(query));
  }

  @Read(':id', 'price-list.read', priceList.getPriceList)
  get(@PathId() id: string): Promise<Buffer> {
    return this.bus.callJson(priceList.getPriceList, { id });
  }

  @List(':id/lines', 'price-list.read', priceList.listPriceListLines)
  lines(@PathId() id: string, @Query() query: ListPriceListLinesQuery): Promise<Buffer> {
    return this.bus.callJson(priceList.listPriceListLines, { ...listRequest(query), id });
  }

  @Change(':id/publish', 'price-list.publish', priceList.publishPriceList)
  publish(@PathId() id: string, @Body() body: VersionDto): Promise<Buffer> {
    return this.bus.callJson(priceList.publishPriceList, { ...body, id });
  }

  @Change(':id/withdraw', 'price-list.withdraw', priceList.withdrawPriceList)
  withdraw(@PathId() id: string, @Body() body: ReasonedDto): Promise<Buffer> {
    return this.bus.callJson(priceList.withdrawPriceList, { ...body, id });
  }
}

/** F-7: what parts cost on a day. */
@Controller('prices')
export class PricesController {
  constructor(private readonly bus: Bus) {}

  @List('', 'price.read', priceList.listPrices)
  list(@Query() query: ListPricesQuery): Promise<Buffer> {
    return this.bus.callJson(priceList.listPrices, listRequest(query));
  }
}

/** a price list from a sheet. */
@Controller('imports/price-lists')
export class PriceListImportsController {
  constructor(private readonly imports: SheetImports, private readonly templates: ImportTemplates) {}

  @Upload('', 'import.price-lists', begun, 202)
  async begin(@Req() request: FastifyRequest, @Query() { dryRun = false }: ImportQuery): Promise<{ id: string; service: string }> {
    return this.imports.begin(priceListForm, await readUpload(request), { dryRun });
  }

  @Download('template', 'import.price-lists')
  async template(@Res({ passthrough: true }) reply: FastifyReply): Promise<StreamableFile> {
    download(reply, SHEET_TYPE, 'price-lists.xlsx');
    return new StreamableFile(await this.templates.of(priceListForm));
  }
}
