import { Body, Controller, Query } from '@nestjs/common';
import { CreditLineService, LedgerService, PaymentService, RefundService } from '@aftercare/contracts';
import { Bus } from '@aftercare/messaging';
import { Change, ChangeOnce, Create, List, Read } from '../http/endpoint.js';
import { listRequest } from '../http/paging.js';
import { PathId } from '../http/path-id.js';
import { ReasonedDto, VersionDto } from '../http/shared.dto.js';
import { AccountStatementQuery, ListRefundsQuery, RequestRefundDto, UnmatchPaymentDto, VoucherEntriesQuery } from './finance.dto.js';
import { DraftCreditLineDto, ListPaymentsQuery, ListPostingsQuery, MatchPaymentDto, OfDealerQuery, RecordPaymentDto, TrialBalanceQuery } from './money.dto.js';

const payment = PaymentService.method;
const creditLine = CreditLineService.method;
const ledger = LedgerService.method;
const refund = RefundService.method;

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

  @ChangeOnce(':id/unmatch', 'payment.post', payment.unmatchPayment)
  unmatch(@PathId() id: string, @Body() body: UnmatchPaymentDto): Promise<Buffer> {
    return this.bus.callJson(payment.unmatchPayment, { ...body, id });
  }
}

@Controller('refunds')
export class RefundsController {
  constructor(private readonly bus: Bus) {}

  @Create('', 'payment.post', refund.requestRefund)
  request(@Body() body: RequestRefundDto): Promise<Buffer> {
    return this.bus.callJson(refund.requestRefund, body);
  }

  @List('', 'payment.read', refund.listRefunds)
  list(@Query() query: ListRefundsQuery): Promise<Buffer> {
    return this.bus.callJson(refund.listRefunds, listRequest(query));
  }

  @Read(':id', 'payment.read', refund.getRefund)
  get(@PathId() id: string): Promise<Buffer> {
    return this.bus.callJson(refund.getRefund, { id });
  }

  @ChangeOnce(':id/approve', 'refund.approve', refund.approveRefund)
  approve(@PathId() id: string, @Body() body: VersionDto): Promise<Buffer> {
    return this.bus.callJson(refund.approveRefund, { ...body, id });
  }

  @Change(':id/reject', 'refund.reject', refund.rejectRefund)
  reject(@PathId() id: string, @Body() body: ReasonedDto): Promise<Buffer> {
    return this.bus.callJson(refund.rejectRefund, { ...body, id });
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

  /** An account over a period; as a sheet it has the postings with the balance after each. */
  @List('statement', 'ledger.read', ledger.getAccountStatement)
  statement(@Query() query: AccountStatementQuery): Promise<Buffer> {
    return this.bus.callJson(ledger.getAccountStatement, listRequest(query));
  }

  /** As a sheet, what the finance package imports. */
  @List('voucher-entries', 'ledger.read', ledger.listVoucherEntries)
  voucherEntries(@Query() query: VoucherEntriesQuery): Promise<Buffer> {
    return this.bus.callJson(ledger.listVoucherEntries, listRequest(query));
  }
}
