import { Body, Controller, Query, Req, Res, StreamableFile } from '@nestjs/common';
import { PartPriceService } from '@aftercare/contracts';
import { Bus } from '@aftercare/messaging';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { download } from '../attachments/attachments.controller.js';
import { answerOf } from '../auth/auth.schemas.js';
import { ChangeOnce, Download, List, Read, ReplaceOnce, Upload } from '../http/endpoint.js';
import { listRequest } from '../http/paging.js';
import { PathId } from '../http/path-id.js';
import { SHEET_TYPE } from '../http/sheet.js';
import { OnQuery } from '../http/shared.dto.js';
import { readUpload } from '../http/upload.js';
import { partPriceForm } from '../imports/import-forms.js';
import { ImportTemplates } from '../imports/import-templates.js';
import { ImportQuery } from '../imports/imports.controller.js';
import { SheetImports } from '../imports/sheet-imports.js';
import { CopySuggestedPricesDto, EndPartPricesDto, ListPartPricesQuery, SetPartPricesDto } from './part-prices.dto.js';

const price = PartPriceService.method;
const text = { type: 'string' };

/** D-3: what a dealer's customers pay for parts, beside what the manufacturer suggests. */
@Controller('dealers')
export class PartPricesController {
  constructor(private readonly bus: Bus) {}

  @List(':dealerId/part-prices', 'part-price.read', price.listPartPrices)
  list(@PathId('dealerId') dealerId: string, @Query() query: ListPartPricesQuery): Promise<Buffer> {
    return this.bus.callJson(price.listPartPrices, { ...listRequest(query), dealerId });
  }

  @Read(':dealerId/part-prices/:partId', 'part-price.read', price.getPartPrice)
  get(@PathId('dealerId') dealerId: string, @PathId('partId') partId: string, @Query() query: OnQuery): Promise<Buffer> {
    return this.bus.callJson(price.getPartPrice, { ...query, dealerId, partId });
  }

  @ReplaceOnce(':dealerId/part-prices', 'part-price.set', price.setPartPrices)
  set(@PathId('dealerId') dealerId: string, @Body() body: SetPartPricesDto): Promise<Buffer> {
    return this.bus.callJson(price.setPartPrices, { ...body, dealerId });
  }

  @ChangeOnce(':dealerId/part-prices/end', 'part-price.set', price.endPartPrices)
  end(@PathId('dealerId') dealerId: string, @Body() body: EndPartPricesDto): Promise<Buffer> {
    return this.bus.callJson(price.endPartPrices, { ...body, dealerId });
  }

  @ChangeOnce(':dealerId/part-prices/copy-suggested', 'part-price.set', price.copySuggestedPrices)
  copySuggested(@PathId('dealerId') dealerId: string, @Body() body: CopySuggestedPricesDto): Promise<Buffer> {
    return this.bus.callJson(price.copySuggestedPrices, { ...body, dealerId });
  }
}

/** D-3, X-2: a dealer's own prices from a sheet, the exported list with another column of own prices for example. */
@Controller('imports/part-prices')
export class PartPriceImportsController {
  constructor(
    private readonly imports: SheetImports,
    private readonly templates: ImportTemplates,
  ) {}

  @Upload('', 'part-price.set', answerOf({ id: text, service: text }), 202)
  async begin(@Req() request: FastifyRequest, @Query() { dryRun = false }: ImportQuery): Promise<{ id: string; service: string }> {
    return this.imports.begin(partPriceForm, await readUpload(request), { dryRun });
  }

  @Download('template', 'part-price.set')
  async template(@Res({ passthrough: true }) reply: FastifyReply): Promise<StreamableFile> {
    download(reply, SHEET_TYPE, `${partPriceForm.name}.xlsx`);
    return new StreamableFile(await this.templates.of(partPriceForm));
  }
}
