import { Body, Controller, Query } from '@nestjs/common';
import { CreditLineService, LedgerService, PaymentService } from '@aftercare/contracts';
import { Bus } from '@aftercare/messaging';
import { ChangeOnce, Create, List, Read } from '../http/endpoint.js';
import { listRequest } from '../http/paging.js';
import { PathId } from '../http/path-id.js';
import { VersionDto } from '../http/shared.dto.js';
import {
  DraftCreditLineDto, ListPaymentsQuery, ListPostingsQuery, MatchPaymentDto, OfDealerQuery, RecordPaymentDto, TrialBalanceQuery,
} from './money.dto.js';

const payment = PaymentService.method;
const creditLine = CreditLineService.method;
const ledger = LedgerService.method;

@Controller('payments')
export class PaymentsController {
  constructor(private readonly bus: Bus) {}

  @Create('', 'payment.post', payment.recordPayment)
  record(@Body() body: RecordPaymentDto): Promise<Buffer> {
    return this.bus.callJson(payment.recordPayment, body);
  }

  @List('', 'payment.read', payment.listPayments)
  list(@Query() query: ListPaymentsQuery): Promise<Buffer> {
    return this.bus.callJson(payment.listPayments, listRequest(query));
  }

  @Read(':id', 'payment.read', payment.getPayment)
  get(@PathId() id: string): Promise<Buffer> {
    return this.bus.callJson(payment.getPayment, { id });
  }

  @ChangeOnce(':id/match', 'payment.post', payment.matchPayment)
  match(@PathId() id: string, @Body() body: MatchPaymentDto): Promise<Buffer> {
    return this.bus.callJson(payment.matchPayment, { ...body, id });
  }
}

@Controller('deposits')
export class DepositsController {
  constructor(private readonly bus: Bus) {}

  @Read('', 'payment.read', payment.getDeposit)
  get(@Query() query: OfDealerQuery): Promise<Buffer> {
    return this.bus.callJson(payment.getDeposit, query);
  }
}

@Controller('credit-lines')
export class CreditLinesController {
  constructor(private readonly bus: Bus) {}

  @Create('', 'credit-line.draft', creditLine.draftCreditLine)
  draft(@Body() body: DraftCreditLineDto): Promise<Buffer> {
    return this.bus.callJson(creditLine.draftCreditLine, body);
  }

  @ChangeOnce(':id/approve', 'credit-line.approve', creditLine.approveCreditLine)
  approve(@PathId() id: string, @Body() body: VersionDto): Promise<Buffer> {
    return this.bus.callJson(creditLine.approveCreditLine, { ...body, id });
  }

  @Read('', 'receivable.read', creditLine.getCreditLine)
  get(@Query() query: OfDealerQuery): Promise<Buffer> {
    return this.bus.callJson(creditLine.getCreditLine, query);
  }
}

@Controller('ledger')
export class LedgerController {
  constructor(private readonly bus: Bus) {}

  @Read('trial-balance', 'ledger.read', ledger.getTrialBalance)
  trialBalance(@Query() query: TrialBalanceQuery): Promise<Buffer> {
    return this.bus.callJson(ledger.getTrialBalance, query);
  }

  @List('postings', 'ledger.read', ledger.listPostings)
  postings(@Query() query: ListPostingsQuery): Promise<Buffer> {
    return this.bus.callJson(ledger.listPostings, listRequest(query));
  }
}
