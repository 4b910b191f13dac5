import { Readable } from 'node:stream';
import { Body, Controller, Query, Res, StreamableFile } from '@nestjs/common';
import { InvoiceService, RedLetterService } from '@aftercare/contracts';
import { Bus } from '@aftercare/messaging';
import type { FastifyReply } from 'fastify';
import { download } from '../attachments/attachments.controller.js';
import { Ask, Change, ChangeOnce, Create, Download, List, Read } from '../http/endpoint.js';
import { listRequest } from '../http/paging.js';
import { PathId } from '../http/path-id.js';
import { ReasonedDto, VersionDto } from '../http/shared.dto.js';
import { zip } from '../http/zip.js';
import { InvoiceArchives } from './invoice-archives.js';
import { AttachPapersDto, DraftRedLetterDto, InvoiceArchiveQuery, InvoicePapersQuery, ListRedLettersQuery } from './finance.dto.js';
import { IssueInvoiceDto, ListInvoicesQuery, PreviewInvoiceDto, RequestInvoiceDto } from './money.dto.js';

const invoice = InvoiceService.method;
const redLetter = RedLetterService.method;

@Controller('invoices')
export class InvoicesController {
  constructor(
    private readonly bus: Bus,
    private readonly archives: InvoiceArchives,
  ) {}

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

  @List('papers', 'invoice.read', invoice.listInvoicePapers)
  papers(@Query() query: InvoicePapersQuery): Promise<Buffer> {
    return this.bus.callJson(invoice.listInvoicePapers, listRequest(query));
  }

  /** A dealer's invoices and red letters of a period with their files, as one ZIP. */
  @Download('archive', 'invoice.read')
  async archive(@Query() { dealerId = '', from, to }: InvoiceArchiveQuery, @Res({ passthrough: true }) reply: FastifyReply): Promise<StreamableFile> {
    const entries = await this.archives.pack({ dealerId, from, to });
    download(reply, 'application/zip', `invoices-${from}-${to}.zip`);
    return new StreamableFile(Readable.from(zip(entries)));
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

  @Change(':id/withdraw', 'invoice.change', invoice.withdrawInvoice)
  withdraw(@PathId() id: string, @Body() body: ReasonedDto): Promise<Buffer> {
    return this.bus.callJson(invoice.withdrawInvoice, { ...body, id });
  }

  @Change(':id/attach-files', 'invoice.change', invoice.attachInvoiceFiles)
  attach(@PathId() id: string, @Body() body: AttachPapersDto): Promise<Buffer> {
    return this.bus.callJson(invoice.attachInvoiceFiles, { ...body, id });
  }

  @ChangeOnce(':invoiceId/draft-red-letter', 'red-letter.draft', redLetter.draftRedLetter)
  draftRedLetter(@PathId('invoiceId') invoiceId: string, @Body() body: DraftRedLetterDto): Promise<Buffer> {
    return this.bus.callJson(redLetter.draftRedLetter, { ...body, invoiceId });
  }
}

@Controller('red-letters')
export class RedLettersController {
  constructor(private readonly bus: Bus) {}

  @List('', 'invoice.read', redLetter.listRedLetters)
  list(@Query() query: ListRedLettersQuery): Promise<Buffer> {
    return this.bus.callJson(redLetter.listRedLetters, listRequest(query));
  }

  @Read(':id', 'invoice.read', redLetter.getRedLetter)
  get(@PathId() id: string): Promise<Buffer> {
    return this.bus.callJson(redLetter.getRedLetter, { id });
  }

  @Change(':id/approve', 'red-letter.approve', redLetter.approveRedLetter)
  approve(@PathId() id: string, @Body() body: VersionDto): Promise<Buffer> {
    return this.bus.callJson(redLetter.approveRedLetter, { ...body, id });
  }

  @Change(':id/discard', 'red-letter.discard', redLetter.discardRedLetter)
  discard(@PathId() id: string, @Body() body: ReasonedDto): Promise<Buffer> {
    return this.bus.callJson(redLetter.discardRedLetter, { ...body, id });
  }

  @ChangeOnce(':id/issue', 'red-letter.draft', redLetter.issueRedLetter)
  issue(@PathId() id: string, @Body() body: IssueInvoiceDto): Promise<Buffer> {
    return this.bus.callJson(redLetter.issueRedLetter, { ...body, id });
  }

  @Change(':id/deliver', 'red-letter.draft', redLetter.deliverRedLetter)
  deliver(@PathId() id: string, @Body() body: VersionDto): Promise<Buffer> {
    return this.bus.callJson(redLetter.deliverRedLetter, { ...body, id });
  }

  @Change(':id/attach-files', 'red-letter.draft', redLetter.attachRedLetterFiles)
  attach(@PathId() id: string, @Body() body: AttachPapersDto): Promise<Buffer> {
    return this.bus.callJson(redLetter.attachRedLetterFiles, { ...body, id });
  }
}
