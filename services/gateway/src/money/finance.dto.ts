import { INVOICE_KINDS } from '@aftercare/domain';
import { Amount, Code, Flag, Id, Ids, Items, LocalDate, Month, Nested, OneOf, Text, Version, Whole } from '../http/fields.js';
import { PageQuery, QueryFlag, QueryNumber, Sort } from '../http/paging.js';
import { AttachmentDto, ReasonedDto, VersionDto } from '../http/shared.dto.js';
import { AllocationDto, RECEIVED_BY } from './money.dto.js';

export class AttachPapersDto extends VersionDto {
  @Items(() => AttachmentDto, { min: 1, max: 10 }) files: AttachmentDto[];
}

export class InvoicePapersQuery extends PageQuery {
  @Id({ optional: true }) dealerId?: string;
  @LocalDate() from: string;
  @LocalDate() to: string;
  @Sort('invoiceDate') sort?: string;
}

/** Whose papers are packed, and of which days. */
export class InvoiceArchiveQuery {
  @Id({ optional: true }) dealerId?: string;
  @LocalDate() from: string;
  @LocalDate() to: string;
}

export class DraftRedLetterDto {
  @Ids({ max: 500 }, { optional: true }) lineIds?: string[];
  @Text(500) reason: string;
}

export class ListRedLettersQuery extends PageQuery {
  @Id({ optional: true }) dealerId?: string;
  @OneOf(['draft', 'approved', 'issued', 'delivered', 'discarded'], { optional: true }) state?: string;
  @Id({ optional: true }) invoiceId?: string;
  @Sort('-createdAt') sort?: string;
}

export class CreateInvoiceBatchDto {
  @Id({ optional: true }) dealerId?: string;
}

export class ListInvoiceBatchesQuery extends PageQuery {
  @OneOf(['open', 'closed'], { optional: true }) state?: string;
  @Sort('-createdAt') sort?: string;
}

export class ListInvoiceBatchRowsQuery extends PageQuery {
  @Sort('number') sort?: string;
}

export class ListStubsQuery extends PageQuery {
  @Id({ optional: true }) dealerId?: string;
  @LocalDate({ optional: true }) from?: string;
  @LocalDate({ optional: true }) to?: string;
  @Sort('confirmedAt') sort?: string;
}

export class ListStubTotalsQuery extends PageQuery {
  @Id({ optional: true }) dealerId?: string;
  @LocalDate({ optional: true }) from?: string;
  @LocalDate({ optional: true }) to?: string;
  @Sort('dealerCode') sort?: string;
}

export class PreviewConsolidationDto {
  @Id({ optional: true }) dealerId?: string;
  @LocalDate() from: string;
  @LocalDate() to: string;
  @Flag({ optional: true }) includeNow?: boolean;
}

export class BeginConsolidationDto extends PreviewConsolidationDto {
  @OneOf(INVOICE_KINDS) kind: string;
}

export class ListConsolidationsQuery extends PageQuery {
  @OneOf(['running', 'done'], { optional: true }) state?: string;
  @Sort('-createdAt') sort?: string;
}

export class ListConsolidationDealersQuery extends PageQuery {
  @Sort('dealerCode') sort?: string;
}

export class UnmatchPaymentDto extends ReasonedDto {
  @Ids({ max: 200 }, { optional: true }) allocationIds?: string[];
  @Flag({ optional: true }) fromDeposit?: boolean;
}

export class RequestRefundDto {
  @Id() dealerId: string;
  @Id({ optional: true }) paymentId?: string;
  @Amount({ positive: true }) amount: string;
  @OneOf(RECEIVED_BY) method: string;
  @Text(500) reason: string;
}

export class ListRefundsQuery extends PageQuery {
  @Id({ optional: true }) dealerId?: string;
  @OneOf(['requested', 'approved', 'rejected'], { optional: true }) state?: string;
  @Sort('-createdAt') sort?: string;
}

export class AccountStatementQuery extends PageQuery {
  @Code(60) account: string;
  @Id({ optional: true }) dealerId?: string;
  @LocalDate() from: string;
  @LocalDate() to: string;
  @Sort('at') sort?: string;
}

export class ReceivablesByAgeQuery extends PageQuery {
  @Id({ optional: true }) dealerId?: string;
  @Sort('dealerCode') sort?: string;
}

export class DealerStatementQuery extends PageQuery {
  @Id({ optional: true }) dealerId?: string;
  @Month() month: string;
  @Sort('at') sort?: string;
}

export class ListDunningsQuery extends PageQuery {
  @Id({ optional: true }) dealerId?: string;
  @QueryNumber() @Whole({ min: 0, max: 3 }, { optional: true }) level?: number;
  @Sort('-at') sort?: string;
}

export class RemindDealerDto {
  @Id() dealerId: string;
}

/** Headings of a bank's file. */
export class BankColumnsDto {
  @Text(60) date: string;
  @Text(60) amount: string;
  @Text(60) reference: string;
  @Text(60, { optional: true }) payerName?: string;
  @Text(60, { optional: true }) payerAccount?: string;
  @Text(60, { optional: true }) transactionNumber?: string;
  @Text(60, { optional: true }) direction?: string;
  @Text(60, { optional: true }) incoming?: string;
}

export class CreateBankFormatDto {
  @Text(60) name: string;
  @Text(60) ownAccount: string;
  @Nested(() => BankColumnsDto) columns: BankColumnsDto;
}

export class ReplaceBankFormatDto extends CreateBankFormatDto {
  @Version() version: number;
}

export class ListBankFormatsQuery extends PageQuery {
  @Sort('name') sort?: string;
}

export class AssignBankLineDto extends VersionDto {
  @Id() dealerId: string;
}

export class ListBankLinesQuery extends PageQuery {
  @OneOf(['waiting', 'received', 'ignored'], { optional: true }) state?: string;
  @Id({ optional: true }) jobId?: string;
  @Sort('-createdAt') sort?: string;
}

export class BankFileQuery {
  @Id() formatId: string;
  @QueryFlag() @Flag({ optional: true }) dryRun?: boolean;
}

export class ListPayablesQuery extends PageQuery {
  @Id({ optional: true }) dealerId?: string;
  @OneOf(['open', 'released', 'settled', 'reversed'], { optional: true }) state?: string;
  @Sort('confirmedAt') sort?: string;
}

export class PayPayableDto extends VersionDto {
  @OneOf(RECEIVED_BY) method: string;
  @Text(100, { optional: true }) reference?: string;
}

export class SetOffPayableDto extends VersionDto {
  @Items(() => AllocationDto, { min: 1, max: 200 }) allocations: AllocationDto[];
}

export class ListMoneyOpeningsQuery extends PageQuery {
  @Id({ optional: true }) dealerId?: string;
  @OneOf(['draft', 'approved', 'discarded', 'reversed'], { optional: true }) state?: string;
  @Sort('-createdAt') sort?: string;
}

export class VoucherEntriesQuery extends PageQuery {
  @LocalDate() from: string;
  @LocalDate() to: string;
  @Sort('at') sort?: string;
}
