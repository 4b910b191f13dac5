import { addMoney, compareMoney, isZeroMoney, Refusal, splitByLargestRemainder, subtractMoney } from '@aftercare/domain';

/** What of a receivable decides how much is owed. */
export interface Owed {
  grossTotal: string;
  reversedTotal: string;
  paidTotal: string;
}

/** F-2: what is still owed, with tax. */
export function outstandingOf(owed: Owed): string {
  return subtractMoney(subtractMoney(owed.grossTotal, owed.reversedTotal), owed.paidTotal);
}

/** F-5: nothing is owed any more. */
export function isPaid(owed: Owed): boolean {
  return compareMoney(outstandingOf(owed), '0.00') <= 0;
}

/**
 * F-5: what a reversal does to a receivable: what was paid beyond the new total goes to the deposit. Answers the new
 * sums and that excess.
 */
export function afterReversal(owed: Owed, reversedGross: string): Owed & { toDeposit: string } {
  const reversedTotal = addMoney(owed.reversedTotal, reversedGross);
  const left = subtractMoney(owed.grossTotal, reversedTotal);
  const toDeposit = compareMoney(owed.paidTotal, left) > 0 ? subtractMoney(owed.paidTotal, left) : '0.00';
  return { grossTotal: owed.grossTotal, reversedTotal, paidTotal: subtractMoney(owed.paidTotal, toDeposit), toDeposit };
}

/** A line as far as releasing and invoicing look at it. */
export interface InvoiceableLine {
  lineId: string;
  quantity: number;
  netAmount: string;
  taxAmount: string;
  releasedQuantity: number;
  releasedNet: string;
  releasedTax: string;
  /** Live invoice it is on; empty for none. */
  invoiceId: string;
  /** That invoice is asked for, and not issued. */
  requested: boolean;
}

/** Pieces and amounts that may still be invoiced of a line (B-1, F-5). */
export function invoiceable(line: InvoiceableLine): { quantity: number; netAmount: string; taxAmount: string } {
  return {
    quantity: line.quantity - line.releasedQuantity,
    netAmount: subtractMoney(line.netAmount, line.releasedNet),
    taxAmount: subtractMoney(line.taxAmount, line.releasedTax),
  };
}

/** What a release takes of a line. */
export interface ReleaseShare {
  lineId: string;
  quantity: number;
  netAmount: string;
  taxAmount: string;
}

/**
 * F-5: whether lines may be released for a reversal: not while one is on a live invoice, of which the request is withdrawn first or, once it is
 * issued, a red letter is written, and not more than is left. A part of a line takes its share, the last part the rest. Answers what is
 * released, or the reason why not.
 */
export function decideRelease(
  lines: readonly InvoiceableLine[],
  asked: readonly { lineId: string; quantity: number }[],
): { shares: ReleaseShare[] } | { refused: 'RED_LETTER_FIRST' | 'INVOICE_REQUESTED' | 'ALREADY_RELEASED_OTHERWISE' } {
  const shares: ReleaseShare[] = [];
  for (const { lineId, quantity } of asked) {
    const line = lines.find((each) => each.lineId === lineId);
    if (!line) throw new Refusal('not_found', 'NOT_FOUND', 'There is no such slip line.', { kind: 'slip line' });
    if (line.invoiceId !== '') return { refused: line.requested ? 'INVOICE_REQUESTED' : 'RED_LETTER_FIRST' };
    const left = invoiceable(line);
    if (quantity < 1 || quantity > left.quantity) return { refused: 'ALREADY_RELEASED_OTHERWISE' };
    const share = (amount: string): string =>
      quantity === left.quantity ? amount : splitByLargestRemainder(amount, [quantity, left.quantity - quantity])[0];
    shares.push({ lineId, quantity, netAmount: share(left.netAmount), taxAmount: share(left.taxAmount) });
  }
  return { shares };
}

/**
 * F-4: a wish can change until invoiced; a receivable of before the platform went live has no lines, and no invoice is over it. Refuses
 * NOTHING_TO_INVOICE, INVOICE_REQUESTED while the invoice can still be withdrawn, ALREADY_INVOICED.
 */
export function assertWishOpen(lines: readonly Pick<InvoiceableLine, 'invoiceId' | 'requested'>[]): void {
  if (lines.length === 0) throw new Refusal('failed_precondition', 'NOTHING_TO_INVOICE', 'No invoice is over what was owed before the platform went live.');
  const invoiced = lines.filter((line) => line.invoiceId !== '');
  if (invoiced.some((line) => !line.requested)) throw new Refusal('failed_precondition', 'ALREADY_INVOICED', 'The slip is on an invoice; its wish no longer changes.');
  if (invoiced.length > 0) throw new Refusal('failed_precondition', 'INVOICE_REQUESTED', 'An invoice is requested for the slip.');
}

/** On a live invoice as a whole: every line of which something is left is on one. */
export function isInvoiced(lines: readonly InvoiceableLine[]): boolean {
  return lines.some((line) => line.invoiceId !== '') && lines.every((line) => line.invoiceId !== '' || line.quantity === line.releasedQuantity);
}

/** What a deposit or a payment can pay of a slip: at most what is owed and at most what is there. */
export function payable(available: string, outstanding: string): string {
  if (compareMoney(available, '0.00') <= 0 || isZeroMoney(outstanding)) return '0.00';
  return compareMoney(available, outstanding) > 0 ? outstanding : addMoney(available);
}
