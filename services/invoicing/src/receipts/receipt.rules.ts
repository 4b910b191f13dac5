import { addMoney, compareMoney, defineSteps, isAmount, keptAmount, lineAmount, Refusal } from '@aftercare/domain';

export type ReceiptState = 'given' | 'void';
export type ReceiptAction = 'void';

/** B-7: a receipt is final when it is given; a wrong one is voided and another one given. */
export const receiptSteps = defineSteps<ReceiptState, ReceiptAction>({ initial: 'given', steps: { void: { from: ['given'], to: 'void' } }, final: ['void'] });

export const RECEIPT_LINE_KINDS = ['fee', 'part', 'other'] as const;
const QUANTITY_MAX = 1_000;

export interface ReceiptLineDraft {
  kind: string;
  description: string;
  quantity: number;
  unitPrice: string;
}

/**
 * B-7, F-2: every line says what was paid for, how often and at which price; the receipt is the sum of its lines, and more than nothing.
 * Refuses FIELD_MISSING, KIND_UNKNOWN, INVALID_QUANTITY, AMOUNT_INVALID, AMOUNT_TOO_LARGE, each with its field.
 */
export function receiptLines(drafts: readonly ReceiptLineDraft[]): { lines: (ReceiptLineDraft & { amount: string })[]; total: string } {
  if (drafts.length === 0) throw invalid('FIELD_MISSING', 'lines', 'A receipt has at least one line.');
  const lines = drafts.map(({ kind, description, quantity, unitPrice }, index) => {
    const at = (field: string): string => `lines[${index}].${field}`;
    if (!(RECEIPT_LINE_KINDS as readonly string[]).includes(kind)) throw invalid('KIND_UNKNOWN', at('kind'), `One of: ${RECEIPT_LINE_KINDS.join(', ')}.`);
    if (description.trim() === '') throw invalid('FIELD_MISSING', at('description'), 'Say what was paid for.');
    if (!Number.isInteger(quantity) || quantity < 1 || quantity > QUANTITY_MAX) throw invalid('INVALID_QUANTITY', at('quantity'), `A whole number from 1 to ${QUANTITY_MAX}.`);
    if (!isAmount(unitPrice) || unitPrice.startsWith('-')) throw invalid('AMOUNT_INVALID', at('unitPrice'), 'An amount with up to 2 decimals.');
    return { kind, description: description.trim(), quantity, unitPrice: addMoney(unitPrice), amount: keptAmount(lineAmount(unitPrice, quantity), at('unitPrice')) };
  });
  const total = keptAmount(addMoney(...lines.map(({ amount }) => amount)), 'lines');
  if (compareMoney(total, '0') === 0) throw invalid('AMOUNT_INVALID', 'lines', 'A receipt is for more than nothing.');
  return { lines, total };
}

/** B-7: who paid stands on it. Refuses FIELD_MISSING. */
export function payerOf(name: string): string {
  if (name.trim() === '') throw invalid('FIELD_MISSING', 'payerName', 'Say who paid.');
  return name.trim();
}

/** What of the call a receipt is checked against. */
export interface BilledCall {
  dealerId: string;
  customerId: string;
  state: string;
}

/** B-7: a receipt on a call is given by the dealer who has it, to its customer, unless it was cancelled. Refuses STEP_NOT_ALLOWED, CUSTOMER_MISMATCH. */
export function customerOfReceipt(call: BilledCall | undefined, customerId: string): string {
  if (!call) return customerId;
  if (call.state === 'cancelled') throw new Refusal('failed_precondition', 'STEP_NOT_ALLOWED', 'The call was cancelled: there is nothing to pay for it.', { state: call.state });
  if (customerId !== '' && call.customerId !== '' && customerId !== call.customerId) {
    throw new Refusal('failed_precondition', 'CUSTOMER_MISMATCH', 'The call is of another customer.', { field: 'customerId' });
  }
  return customerId || call.customerId;
}

/** C-5: who paid is read by the dealer's own people; they see it plain. */
export function seesPayer(ctx: { dealerId: string | null; dealerStatus: string | null }, receipt: { dealerId: string }): boolean {
  return ctx.dealerId === receipt.dealerId && ctx.dealerStatus !== 'terminated';
}

function invalid(reason: string, field: string, message: string): Refusal {
  return new Refusal('invalid_argument', reason, message, { field });
}
