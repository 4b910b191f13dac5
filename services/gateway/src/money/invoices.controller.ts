import { Body, Controller, Query } from '@nestjs/common';
import { InvoiceService } from '@aftercare/contracts';
import { Bus } from '@aftercare/messaging';
import { Ask, Change, ChangeOnce, Create, List, Read } from '../http/endpoint.js';
import { listRequest } from '../http/paging.js';
import { PathId } from '../http/path-id.js';
import { VersionDto } from '../http/shared.dto.js';
import { IssueInvoiceDto, ListInvoicesQuery, PreviewInvoiceDto, RequestInvoiceDto } from './money.dto.js';

const invoice = InvoiceService.method;

@Controller('invoices')
export class InvoicesController {
  constructor(private readonly bus: Bus) {}

  @Ask('preview', 'invoice.preview', invoice.previewInvoice)
  preview(@Body() body: PreviewInvoiceDto): Promise<Buffer> {
    return this.bus.callJson(invoice.previewInvoice, body);
  }

  @Create('', 'invoice.change', invoice.requestInvoice)
  request(@Body() body: RequestInvoiceDto): Promise<Buffer> {
    return this.bus.callJson(invoice.requestInvoice, body);
  }

  @List('', 'invoice.read', invoice.listInvoices)
  list(@Query() query: ListInvoicesQuery): Promise<Buffer> {
    return this.bus.callJson(invoice.listInvoices, listRequest(query));
  }

  @Read(':id', 'invoice.read', invoice.getInvoice)
  get(@PathId() id: string): Promise<Buffer> {
    return this.bus.callJson(invoice.getInvoice, { id });
  }

  @ChangeOnce(':id/issue', 'invoice.change', invoice.issueInvoice)
  issue(@PathId() id: string, @Body() body: IssueInvoiceDto): Promise<Buffer> {
    return this.bus.callJson(invoice.issueInvoice, { ...body, id });
  }

  @Change(':id/deliver', 'invoice.change', invoice.deliverInvoice)
  deliver(@PathId() id: string, @Body() body: VersionDto): Promise<Buffer> {
    return this.bus.callJson(invoice.deliverInvoice, { ...body, id });
  }
}
