import { Body, Controller, Query, Req, Res, StreamableFile } from '@nestjs/common';
import { InvoiceBatchService } from '@aftercare/contracts';
import { Bus } from '@aftercare/messaging';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { download } from '../attachments/attachments.controller.js';
import { answerOf } from '../auth/auth.schemas.js';
import { Change, Create, Download, List, Read, Upload } from '../http/endpoint.js';
import { listRequest } from '../http/paging.js';
import { PathId } from '../http/path-id.js';
import { ReasonedDto } from '../http/shared.dto.js';
import { SHEET_TYPE } from '../http/sheet.js';
import { readUpload } from '../http/upload.js';
import { invoiceResultForm } from '../imports/import-forms.js';
import { ImportTemplates } from '../imports/import-templates.js';
import { ImportQuery } from '../imports/imports.controller.js';
import { SheetImports, type Begun } from '../imports/sheet-imports.js';
import { CreateInvoiceBatchDto, ListInvoiceBatchesQuery, ListInvoiceBatchRowsQuery } from './finance.dto.js';

const batch = InvoiceBatchService.method;
const begun = answerOf({ id: { type: 'string' }, service: { type: 'string' } });

/** B-3: files for the tax platform; the rows of a batch as a sheet are the file, which comes back with numbers and dates filled in. */
@Controller('invoice-batches')
export class InvoiceBatchesController {
  constructor(private readonly bus: Bus) {}

  @Create('', 'invoice.change', batch.createInvoiceBatch)
  create(@Body() body: CreateInvoiceBatchDto): Promise<Buffer> {
    return this.bus.callJson(batch.createInvoiceBatch, body);
  }

  @List('', 'invoice-batch.read', batch.listInvoiceBatches)
  list(@Query() query: ListInvoiceBatchesQuery): Promise<Buffer> {
    return this.bus.callJson(batch.listInvoiceBatches, listRequest(query));
  }

  @Read(':id', 'invoice-batch.read', batch.getInvoiceBatch)
  get(@PathId() id: string): Promise<Buffer> {
    return this.bus.callJson(batch.getInvoiceBatch, { id });
  }

  @List(':id/rows', 'invoice-batch.read', batch.listInvoiceBatchRows)
  rows(@PathId() id: string, @Query() query: ListInvoiceBatchRowsQuery): Promise<Buffer> {
    return this.bus.callJson(batch.listInvoiceBatchRows, { ...listRequest(query), id });
  }

  @Change(':id/close', 'invoice.change', batch.closeInvoiceBatch)
  close(@PathId() id: string, @Body() body: ReasonedDto): Promise<Buffer> {
    return this.bus.callJson(batch.closeInvoiceBatch, { ...body, id });
  }
}

@Controller('imports/invoice-results')
export class InvoiceResultImportsController {
  constructor(private readonly imports: SheetImports, private readonly templates: ImportTemplates) {}

  @Upload('', 'import.invoice-results', begun, 202)
  async begin(@Req() request: FastifyRequest, @Query() { dryRun = false }: ImportQuery): Promise<Begun> {
    return this.imports.begin(invoiceResultForm, await readUpload(request), { dryRun });
  }

  @Download('template', 'import.invoice-results')
  async template(@Res({ passthrough: true }) reply: FastifyReply): Promise<StreamableFile> {
    download(reply, SHEET_TYPE, 'invoice-results.xlsx');
    return new StreamableFile(await this.templates.of(invoiceResultForm));
  }
}
