import { Body, Controller, Query } from '@nestjs/common';
import { CustomerReceiptService } from '@aftercare/contracts';
import { Bus } from '@aftercare/messaging';
import { Change, Create, List, Read } from '../http/endpoint.js';
import { listRequest } from '../http/paging.js';
import { PathId } from '../http/path-id.js';
import { ReasonedDto } from '../http/shared.dto.js';
import { GiveReceiptDto, ListReceiptsQuery } from './receipts.dto.js';

const receipt = CustomerReceiptService.method;

/** Receipts of dealers to their customers. */
@Controller('receipts')
export class ReceiptsController {
  constructor(private readonly bus: Bus) {}

  @Create('', 'receipt.give', receipt.giveReceipt)
  give(@Body() body: GiveReceiptDto): Promise<Buffer> {
    return this.bus.callJson(receipt.giveReceipt, body);
  }

  @List('', 'receipt.read', receipt.listReceipts)
  list(@Query() query: ListReceiptsQuery): Promise<Buffer> {
    return this.bus.callJson(receipt.listReceipts, listRequest(query));
  }

  @Read(':id', 'receipt.read', receipt.getReceipt)
  get(@PathId() id: string): Promise<Buffer> {
    return this.bus.callJson(receipt.getReceipt, { id });
  }

  @Change(':id/void', 'receipt.void', receipt.voidReceipt)
  void(@PathId() id: string, @Body() body: ReasonedDto): Promise<Buffer> {
    return this.bus.callJson(receipt.voidReceipt, { ...body, id });
  }
}
