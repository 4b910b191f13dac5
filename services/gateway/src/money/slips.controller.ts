import { Body, Controller, Query } from '@nestjs/common';
import { ChargeSlipService, ReceivableService } from '@aftercare/contracts';
import { Bus } from '@aftercare/messaging';
import { Change, ChangeOnce, Create, List, Read } from '../http/endpoint.js';
import { listRequest } from '../http/paging.js';
import { PathId } from '../http/path-id.js';
import { ReasonedDto, VersionDto } from '../http/shared.dto.js';
import { CreateManualSlipDto, ListChargeSlipsQuery, ListReceivablesQuery, ReverseChargeSlipDto, SetInvoiceWishDto, SumChargeSlipsQuery } from './money.dto.js';

const slip = ChargeSlipService.method;
const receivable = ReceivableService.method;

@Controller('charge-slips')
export class ChargeSlipsController {
  constructor(private readonly bus: Bus) {}

  @Create('', 'slip.confirm', slip.createManualSlip)
  create(@Body() body: CreateManualSlipDto): Promise<Buffer> {
    return this.bus.callJson(slip.createManualSlip, body);
  }

  @List('', 'slip.read', slip.listChargeSlips)
  list(@Query() query: ListChargeSlipsQuery): Promise<Buffer> {
    return this.bus.callJson(slip.listChargeSlips, listRequest(query));
  }

  @Read('totals', 'slip.read', slip.sumChargeSlips)
  totals(@Query() query: SumChargeSlipsQuery): Promise<Buffer> {
    return this.bus.callJson(slip.sumChargeSlips, query);
  }

  @Read(':id', 'slip.read', slip.getChargeSlip)
  get(@PathId() id: string): Promise<Buffer> {
    return this.bus.callJson(slip.getChargeSlip, { id });
  }

  @ChangeOnce(':id/confirm', 'slip.confirm', slip.confirmChargeSlip)
  confirm(@PathId() id: string, @Body() body: VersionDto): Promise<Buffer> {
    return this.bus.callJson(slip.confirmChargeSlip, { ...body, id });
  }

  @Change(':id/discard', 'slip.discard', slip.discardChargeSlip)
  discard(@PathId() id: string, @Body() body: ReasonedDto): Promise<Buffer> {
    return this.bus.callJson(slip.discardChargeSlip, { ...body, id });
  }

  @ChangeOnce(':id/reverse', 'slip.reverse', slip.reverseChargeSlip)
  reverse(@PathId() id: string, @Body() body: ReverseChargeSlipDto): Promise<Buffer> {
    return this.bus.callJson(slip.reverseChargeSlip, { ...body, id });
  }
}

/** The wish belongs to the slip in the eyes of people; invoicing keeps it. */
@Controller('charge-slips')
export class InvoiceWishController {
  constructor(private readonly bus: Bus) {}

  @Change(':slipId/set-invoice-wish', 'slip.wish', receivable.setInvoiceWish)
  set(@PathId('slipId') slipId: string, @Body() body: SetInvoiceWishDto): Promise<Buffer> {
    return this.bus.callJson(receivable.setInvoiceWish, { ...body, slipId });
  }
}

@Controller('receivables')
export class ReceivablesController {
  constructor(private readonly bus: Bus) {}

  @List('', 'receivable.read', receivable.listReceivables)
  list(@Query() query: ListReceivablesQuery): Promise<Buffer> {
    return this.bus.callJson(receivable.listReceivables, listRequest(query));
  }

  @Read(':slipId', 'receivable.read', receivable.getReceivable)
  get(@PathId('slipId') slipId: string): Promise<Buffer> {
    return this.bus.callJson(receivable.getReceivable, { slipId });
  }
}
