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
  record(@Body() body: RecordPaymentDto): Promise<string> {
    return this.bus.callText(payment.recordPayment, body);
  }

  @List('', 'payment.read', payment.listPayments)
  list(@Query() query: ListPaymentsQuery): Promise<string> {
    return this.bus.callText(payment.listPayments, listRequest(query));
  }

  @Read(':id', 'payment.read', payment.getPayment)
  get(@PathId() id: string): Promise<string> {
    return this.bus.callText(payment.getPayment, { id });
  }

  @ChangeOnce(':id/match', 'payment.post', payment.matchPayment)
  match(@PathId() id: string, @Body() body: MatchPaymentDto): Promise<string> {
    return this.bus.callText(payment.matchPayment, { ...body, id });
  }
}

@Controller('deposits')
export class DepositsController {
  constructor(private readonly bus: Bus) {}

  @Read('', 'payment.read', payment.getDeposit)
  get(@Query() query: OfDealerQuery): Promise<string> {
    return this.bus.callText(payment.getDeposit, query);
  }
}

@Controller('credit-lines')
export class CreditLinesController {
  constructor(private readonly bus: Bus) {}

  @Create('', 'credit-line.draft', creditLine.draftCreditLine)
  draft(@Body() body: DraftCreditLineDto): Promise<string> {
    return this.bus.callText(creditLine.draftCreditLine, body);
  }

  @ChangeOnce(':id/approve', 'credit-line.approve', creditLine.approveCreditLine)
  approve(@PathId() id: string, @Body() body: VersionDto): Promise<string> {
    return this.bus.callText(creditLine.approveCreditLine, { ...body, id });
  }

  @Read('', 'receivable.read', creditLine.getCreditLine)
  get(@Query() query: OfDealerQuery): Promise<string> {
    return this.bus.callText(creditLine.getCreditLine, query);
  }
}

@Controller('ledger')
export class LedgerController {
  constructor(private readonly bus: Bus) {}

  @Read('trial-balance', 'ledger.read', ledger.getTrialBalance)
  trialBalance(@Query() query: TrialBalanceQuery): Promise<string> {
    return this.bus.callText(ledger.getTrialBalance, query);
  }

  @List('postings', 'ledger.read', ledger.listPostings)
  postings(@Query() query: ListPostingsQuery): Promise<string> {
    return this.bus.callText(ledger.listPostings, listRequest(query));
  }
}
