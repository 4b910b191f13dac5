import {
  addMoney, checkPaperDate, defineSteps, INVOICE_KINDS, isRealDate, isZeroMoney, keptAmount, Refusal, type InvoiceKind, type InvoiceState, type InvoiceWish,
} from '@aftercare/domain';
import { invoiceable, type InvoiceableLine } from '../receivables/receivable.rules.js';

export type InvoiceAction = 'issue' | 'deliver' | 'withdraw' | 'take-back';

/** B-2: requested → issued → delivered; red letters over all its lines take it back, a request that is not issued is withdrawn. */
export const invoiceSteps = defineSteps<InvoiceState, InvoiceAction>({
  initial: 'requested',
  steps: {
    issue: { from: ['requested'], to: 'issued' },
    deliver: { from: ['issued'], to: 'delivered' },
    withdraw: { from: ['requested'], to: 'withdrawn' },
    'take-back': { from: ['issued', 'delivered'], to: 'red_letter' },
  },
  final: ['red_letter', 'withdrawn'],
});

/** A slip with its lines, as far as invoicing looks at it. */
export interface SlipToInvoice {
  slipId: string;
  slipNumber: string;
  dealerId: string;
  invoiceWish: InvoiceWish;
  lines: readonly InvoiceableLine[];
}

/** A line as it stands on an invoice. */
export interface InvoicedLine {
  slipId: string;
  lineId: string;
  quantity: number;
  netAmount: string;
  taxAmount: string;
}

/**
 * F-4, B-1: what may be invoiced of slips: not those that wish never, and of each line what is left and on no live invoice. A slip of which nothing
 * is to be paid is invoiced only where it is named.
 */
export function linesToInvoice(slips: readonly SlipToInvoice[], { named }: { named: boolean }): InvoicedLine[] {
  return slips.filter((slip) => slip.invoiceWish !== 'never').map((slip) =>
    slip.lines.filter((line) => line.invoiceId === '').map((line) => ({ slipId: slip.slipId, lineId: line.lineId, ...invoiceable(line) })).filter((line) => line.quantity > 0))
    .filter((lines) => named || !isZeroMoney(addMoney(...lines.map(({ netAmount }) => netAmount)))).flat();
}

/** The slips of which nothing is to be invoiced. */
export function slipsWithout(lines: readonly InvoicedLine[], slips: readonly SlipToInvoice[]): SlipToInvoice[] {
  return slips.filter(({ slipId }) => !lines.some((line) => line.slipId === slipId));
}

/** B-1, F-4: an invoice that is asked for over named slips is over each of them. Refuses NOTHING_TO_INVOICE with the first that wishes never or is taken back. */
export function assertOverEach(without: readonly Pick<SlipToInvoice, 'slipNumber'>[]): void {
  if (without.length === 0) return;
  throw new Refusal('failed_precondition', 'NOTHING_TO_INVOICE', 'Of a slip that is named nothing is to be invoiced.', { slipNumber: without[0].slipNumber });
}

/** Totals of an invoice and per slip: sums of the rounded lines, net and tax each (F-2). Refuses AMOUNT_TOO_LARGE. */
export function invoiceTotals(slips: readonly SlipToInvoice[], lines: readonly InvoicedLine[]) {
  const sum = (chosen: readonly InvoicedLine[]) => {
    const netAmount = addMoney(...chosen.map((line) => line.netAmount));
    const taxAmount = addMoney(...chosen.map((line) => line.taxAmount));
    return { netAmount, taxAmount, grossAmount: addMoney(netAmount, taxAmount) };
  };
  const total = sum(lines);
  return {
    netTotal: total.netAmount, taxTotal: total.taxAmount, grossTotal: keptAmount(total.grossAmount, 'slipIds'),
    slips: slips.map((slip) => ({ slip, mine: lines.filter((line) => line.slipId === slip.slipId) }))
      .filter(({ mine }) => mine.length > 0)
      .map(({ slip, mine }) => ({ slipId: slip.slipId, slipNumber: slip.slipNumber, ...sum(mine) })),
  };
}

/** B-1: one invoice is over slips of one dealer. Refuses DEALER_MISMATCH. */
export function assertOneDealer(slips: readonly Pick<SlipToInvoice, 'dealerId'>[], dealerId: string): void {
  if (slips.every((slip) => slip.dealerId === dealerId)) return;
  throw new Refusal('failed_precondition', 'DEALER_MISMATCH', 'An invoice is over slips of one dealer.');
}

/** Refuses NOTHING_TO_INVOICE. */
export function assertSomething(lines: readonly InvoicedLine[]): void {
  if (lines.length > 0) return;
  throw new Refusal('failed_precondition', 'NOTHING_TO_INVOICE', 'There is nothing left to invoice.');
}

/** B-1: an invoice is made out to a title and a tax number. Refuses TAX_IDENTITY_MISSING. */
export function assertTaxIdentity(dealer: { title: string; taxNumber: string }): void {
  if (dealer.title !== '' && dealer.taxNumber !== '') return;
  throw new Refusal('failed_precondition', 'TAX_IDENTITY_MISSING', 'The dealer has no tax identity yet.');
}

/** Refuses INVOICE_KIND_UNKNOWN. */
export function assertInvoiceKind(kind: string): InvoiceKind {
  const known = INVOICE_KINDS.find((each) => each === kind);
  if (known) return known;
  throw new Refusal('invalid_argument', 'INVOICE_KIND_UNKNOWN', 'An invoice is general or special.', { field: 'kind' });
}

const NUMBER = /^\d{20}$/;

/** A digital invoice 数电票 has a number of 20 digits and a date. Refuses INVOICE_NUMBER_INVALID, INVALID_DATE. */
export function assertInvoicePaper(invoiceNumber: string, invoiceDate: string): void {
  if (!NUMBER.test(invoiceNumber)) throw new Refusal('invalid_argument', 'INVOICE_NUMBER_INVALID', 'The number of a digital invoice has 20 digits.', { field: 'invoiceNumber' });
  if (!isRealDate(invoiceDate)) throw new Refusal('invalid_argument', 'INVALID_DATE', 'Not a calendar date.', { field: 'invoiceDate' });
}

const PAPERS_MAX = 20;

/** B-3: papers are added to an invoice or red letter that is issued. Refuses PAPERS_MISSING, PAPERS_TOO_MANY, STEP_NOT_ALLOWED. */
export function withPapers<F extends { id: string }>(issued: boolean, files: readonly F[], added: readonly F[]): F[] {
  if (!issued) throw new Refusal('failed_precondition', 'STEP_NOT_ALLOWED', 'Papers belong to what is issued.');
  if (added.length === 0) throw new Refusal('invalid_argument', 'PAPERS_MISSING', 'There are no papers.', { field: 'files' });
  const all = [...files, ...added.filter(({ id }) => files.every((file) => file.id !== id))];
  if (all.length > PAPERS_MAX) throw new Refusal('invalid_argument', 'PAPERS_TOO_MANY', 'These are too many papers.', { field: 'files' });
  return all;
}

/** B-6: an invoice's paper is there when it is entered. Refuses INVALID_DATE, DATE_IN_FUTURE. */
export function assertInvoiceDate(date: string, today: string): void {
  checkPaperDate('invoiceDate', date, today);
}
