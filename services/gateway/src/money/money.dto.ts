import { EXCLUSIONS, INVOICE_KINDS, INVOICE_STATES, INVOICE_WISHES, PAYMENT_METHODS, SLIP_DIRECTIONS, SLIP_ORIGINS, SLIP_STATES } from '@aftercare/domain';
import { Amount, Code, Flag, Id, Ids, Items, LocalDate, Month, OneOf, Price, Quantity, Text } from '../http/fields.js';
import { PageQuery, QueryFlag, Sort } from '../http/paging.js';
import { AttachmentDto, PictureDto, VersionDto } from '../http/shared.dto.js';

const LINES = { min: 1, max: 200 };
const PAYMENT_STATES = ['open', 'partly_matched', 'matched'];
/** What money can arrive by; deposit and credit line are not new money. */
export const RECEIVED_BY = ['bank_transfer', 'cash', 'wechat_pay', 'alipay'];

export class ManualSlipLineDto {
  @Id() partId: string;
  @Quantity() quantity: number;
  @Price({ optional: true }) unitPrice?: string;
  /** The free line that an exclusion was found for after the fact. */
  @Id({ optional: true }) shippingLineId?: string;
  /** Which one. */
  @OneOf(EXCLUSIONS, { optional: true }) exclusion?: string;
}

export class CreateManualSlipDto {
  @Id() dealerId: string;
  @Items(() => ManualSlipLineDto, LINES) lines: ManualSlipLineDto[];
  @OneOf(PAYMENT_METHODS) paymentMethod: string;
  @OneOf(INVOICE_WISHES) invoiceWish: string;
  @Text(500) reason: string;
  /** Photos of an exclusion. */
  @Items(() => PictureDto, { max: 20 }, { optional: true }) evidence?: PictureDto[];
}

export class ReversedLineDto {
  @Id() lineId: string;
  @Quantity() quantity: number;
}

export class ReverseChargeSlipDto extends VersionDto {
  @Items(() => ReversedLineDto, { max: 200 }, { optional: true }) lines?: ReversedLineDto[];
  @Text(500) reason: string;
}

export class SetInvoiceWishDto extends VersionDto {
  @OneOf(INVOICE_WISHES) invoiceWish: string;
  /** Who of the dealer asked; for the manufacturer, who acts on its behalf. */
  @Text(100, { optional: true }) askedBy?: string;
}

export class ListChargeSlipsQuery extends PageQuery {
  @Id({ optional: true }) dealerId?: string;
  @OneOf(SLIP_STATES, { optional: true }) state?: string;
  @Id({ optional: true }) requestId?: string;
  @Month({ optional: true }) month?: string;
  @OneOf(SLIP_ORIGINS, { optional: true }) origin?: string;
  @OneOf(SLIP_DIRECTIONS, { optional: true }) direction?: string;
  @Code(40, { optional: true }) reason?: string;
  @OneOf(INVOICE_WISHES, { optional: true }) invoiceWish?: string;
  /** Its beginning. */
  @Code(40, { optional: true }) number?: string;
  @Sort('-createdAt', 'createdAt', '-number', 'number') sort?: string;
}

/** The register's filters, for its sums. */
export class SumChargeSlipsQuery {
  @Id({ optional: true }) dealerId?: string;
  @OneOf(SLIP_STATES, { optional: true }) state?: string;
  @Id({ optional: true }) requestId?: string;
  @Month({ optional: true }) month?: string;
  @OneOf(SLIP_ORIGINS, { optional: true }) origin?: string;
  @OneOf(SLIP_DIRECTIONS, { optional: true }) direction?: string;
  @Code(40, { optional: true }) reason?: string;
  @OneOf(INVOICE_WISHES, { optional: true }) invoiceWish?: string;
  @Code(40, { optional: true }) number?: string;
}

export class ListReceivablesQuery extends PageQuery {
  @Id({ optional: true }) dealerId?: string;
  @OneOf(INVOICE_WISHES, { optional: true }) invoiceWish?: string;
  @QueryFlag() @Flag({ optional: true }) onlyOpen?: boolean;
  @QueryFlag() @Flag({ optional: true }) onlyNotInvoiced?: boolean;
  @Sort('confirmedAt') sort?: string;
}

export class RecordPaymentDto {
  @Id() dealerId: string;
  @OneOf(RECEIVED_BY) method: string;
  @Amount({ positive: true }) amount: string;
  @Text(100, { optional: true }) reference?: string;
  @LocalDate({ optional: true }) bankDate?: string;
}

export class AllocationDto {
  @Id() slipId: string;
  @Amount({ positive: true }) amount: string;
}

export class MatchPaymentDto extends VersionDto {
  @Items(() => AllocationDto, { max: 200 }) allocations: AllocationDto[];
  @Flag({ optional: true }) restToDeposit?: boolean;
}

export class ListPaymentsQuery extends PageQuery {
  @Id({ optional: true }) dealerId?: string;
  @OneOf(PAYMENT_STATES, { optional: true }) state?: string;
  @QueryFlag() @Flag({ optional: true }) postedByItself?: boolean;
  @Sort('-receivedAt') sort?: string;
}

/** Whose balance is asked for; a dealer's own when empty. */
export class OfDealerQuery {
  @Id({ optional: true }) dealerId?: string;
}

export class DraftCreditLineDto {
  @Id() dealerId: string;
  @Amount() limit: string;
}

export class TrialBalanceQuery {
  @LocalDate({ optional: true }) asOf?: string;
}

export class ListPostingsQuery extends PageQuery {
  @Code(60, { optional: true }) account?: string;
  @Id({ optional: true }) dealerId?: string;
  @Sort('-at') sort?: string;
}

export class PreviewInvoiceDto {
  @Id() dealerId: string;
  @Ids({ max: 500 }, { optional: true }) slipIds?: string[];
}

export class RequestInvoiceDto extends PreviewInvoiceDto {
  @OneOf(INVOICE_KINDS) kind: string;
}

export class IssueInvoiceDto extends VersionDto {
  @Code(30) invoiceNumber: string;
  @LocalDate() invoiceDate: string;
  @Items(() => AttachmentDto, { max: 10 }, { optional: true }) files?: AttachmentDto[];
}

export class ListInvoicesQuery extends PageQuery {
  @Id({ optional: true }) dealerId?: string;
  @OneOf(INVOICE_STATES, { optional: true }) state?: string;
  @Sort('-createdAt') sort?: string;
}
