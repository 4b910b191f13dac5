import { Controller, Query, type StreamableFile } from '@nestjs/common';
import { Bus } from '@aftercare/messaging';
import { Print } from '../http/endpoint.js';
import { PathId } from '../http/path-id.js';
import { dealerStatementForm } from './dealer-statement-form.js';
import { invoiceStatementForm } from './invoice-statement-form.js';
import { priceListForm } from './price-list-form.js';
import { DealerStatementPrintQuery, PriceListPrintQuery, RecordPrintQuery } from './print.dto.js';
import { Prints } from './prints.js';
import { receiptForm } from './receipt-form.js';
import { slipForm } from './slip-form.js';

@Controller('charge-slips')
export class SlipPrintController {
  constructor(private readonly bus: Bus, private readonly prints: Prints) {}

  @Print(':id/print', 'slip.read')
  async print(@PathId() id: string, @Query() query: RecordPrintQuery): Promise<StreamableFile> {
    return this.prints.answer(await slipForm(this.bus, id, await this.prints.run(query)));
  }
}

@Controller('price-lists')
export class PriceListPrintController {
  constructor(private readonly bus: Bus, private readonly prints: Prints) {}

  @Print(':id/print', 'price-list.read')
  async print(@PathId() id: string, @Query() { suggestedOnly = false, ...query }: PriceListPrintQuery): Promise<StreamableFile> {
    return this.prints.answer(await priceListForm(this.bus, id, { run: await this.prints.run(query), suggestedOnly }));
  }
}

@Controller('receipts')
export class ReceiptPrintController {
  constructor(private readonly bus: Bus, private readonly prints: Prints) {}

  @Print(':id/print', 'receipt.read')
  async print(@PathId() id: string, @Query() query: RecordPrintQuery): Promise<StreamableFile> {
    return this.prints.answer(await receiptForm(this.bus, id, await this.prints.run(query)));
  }
}

@Controller('statements')
export class StatementPrintController {
  constructor(private readonly bus: Bus, private readonly prints: Prints) {}

  @Print('dealer/print', 'receivable.read')
  async print(@Query() { dealerId = '', month, ...query }: DealerStatementPrintQuery): Promise<StreamableFile> {
    return this.prints.answer(await dealerStatementForm(this.bus, { dealerId, month }, await this.prints.run(query)));
  }
}

@Controller('invoices')
export class InvoicePrintController {
  constructor(private readonly bus: Bus, private readonly prints: Prints) {}

  @Print(':id/print', 'invoice.read')
  async print(@PathId() id: string, @Query() query: RecordPrintQuery): Promise<StreamableFile> {
    return this.prints.answer(await invoiceStatementForm(this.bus, id, await this.prints.run(query)));
  }
}

export const moneyPrintControllers = [SlipPrintController, ReceiptPrintController, PriceListPrintController, StatementPrintController, InvoicePrintController];
