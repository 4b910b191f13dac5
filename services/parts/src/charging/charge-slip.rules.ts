import {
  addMoney, defineSteps, lineAmount, PAYMENT_METHODS, INVOICE_WISHES, Refusal, refusalReason, splitByLargestRemainder, subtractMoney, taxOf,
  type InvoiceWish, type PaymentMethod, type SlipDirection, type SlipOrigin, type SlipState,
} from '@aftercare/domain';

/** F-5: a draft is confirmed or dropped; a confirmed slip is void only when wholly reversed by reversing slips. */
export const slipSteps = defineSteps<SlipState, 'confirm' | 'drop' | 'void'>({
  initial: 'draft',
  steps: {
    confirm: { from: ['draft'], to: 'confirmed' },
    drop: { from: ['draft'], to: 'void' },
    void: { from: ['confirmed'], to: 'void' },
  },
  final: ['void'],
});

export type SlipAction = 'create' | 'confirm' | 'discard' | 'reverse';

const ROLES_OF: Record<SlipAction, readonly string[]> = {
  create: ['service_clerk', 'finance_clerk'],
  confirm: ['service_clerk', 'finance_clerk'],
  discard: ['service_clerk', 'finance_clerk'],
  reverse: ['service_supervisor', 'finance_clerk'],
};
/** what is paid out is finance's to confirm. */
const CLERKS_OWN: readonly SlipAction[] = ['create', 'confirm', 'discard'];

/** Section 1: clerk and finance confirm, a reimbursement finance alone; supervisor and finance reverse. Refuses ROLE_NOT_ALLOWED. */
export function assertSlipRole(action: SlipAction, role: string, direction: SlipDirection = 'charge'): void {
  const roles = direction === 'reimbursement' && CLERKS_OWN.includes(action) ? ['finance_clerk'] : ROLES_OF[action];
  if (role === 'system' || roles.includes(role)) return;
  throw new Refusal('permission_denied', 'ROLE_NOT_ALLOWED', 'This role may not do that with a charge slip.');
}

/** A slip may be reversed while it is confirmed and is not itself a reversal (F-5). Refuses STEP_NOT_ALLOWED. */
export function assertReversible(slip: { state: SlipState; origin: SlipOrigin }): void {
  if (slip.state === 'confirmed' && slip.origin !== 'reversal') return;
  throw new Refusal('failed_precondition', 'STEP_NOT_ALLOWED', 'Only a confirmed slip that is no reversal is reversed.', { state: slip.state });
}

/** Origins whose drafts stand for themselves; every other draft ends with its document. */
const OWN_DRAFTS: readonly SlipOrigin[] = ['manual', 'reimbursement'];

/** a draft that should not have been made is void without ever having had a number. Refuses SLIP_OF_DOCUMENT, STEP_NOT_ALLOWED. */
export function discardedState(slip: { state: SlipState; origin: SlipOrigin }): SlipState {
  const state = slipSteps.next('drop', slip.state);
  if (OWN_DRAFTS.includes(slip.origin)) return state;
  throw new Refusal('failed_precondition', 'SLIP_OF_DOCUMENT', 'The draft belongs to a document: cancel its lines there.', { origin: slip.origin });
}

/** Steps of a slip that somebody may take, in the order in which they are offered. */
export const OFFERED_STEPS = ['confirm', 'discard', 'reverse'] as const;

/** Why the caller may not do this with the slip now; undefined when he may. */
export function slipRefusal(action: (typeof OFFERED_STEPS)[number], slip: { state: SlipState; origin: SlipOrigin; direction: SlipDirection }, role: string): string | undefined {
  return refusalReason(() => {
    assertSlipRole(action, role, slip.direction);
    if (action === 'confirm') slipSteps.next('confirm', slip.state);
    else if (action === 'discard') discardedState(slip);
    else assertReversible(slip);
  });
}

/** What a line costs. */
export interface Amounts {
  netAmount: string;
  taxAmount: string;
}

/** F-2: price × pieces rounded half up, and its tax rounded half up. */
export function lineAmounts(line: { unitPrice: string; quantity: number }, taxRate: string): Amounts {
  const netAmount = lineAmount(line.unitPrice, line.quantity);
  return { netAmount, taxAmount: taxOf(netAmount, taxRate) };
}

/** F-2: totals are sums of rounded lines; what is owed is the total with tax. */
export function totalsOf(lines: readonly Amounts[]): { netTotal: string; taxTotal: string; grossTotal: string } {
  const netTotal = addMoney(...lines.map((line) => line.netAmount));
  const taxTotal = addMoney(...lines.map((line) => line.taxAmount));
  return { netTotal, taxTotal, grossTotal: addMoney(netTotal, taxTotal) };
}

/** reason code of what is reimbursed. */
export const REPAIR_BY_THIRD_PARTY = 'third_party_repair';

/** F-8: what came of a request is revenue when it ships, a reimbursement never; everything else in the month of its confirmation. */
export function earnsAtConfirmation({ origin, direction }: { origin: SlipOrigin; direction: SlipDirection }): boolean {
  return direction === 'charge' && origin !== 'request';
}

/** A line of a posted slip with what is left of it after earlier reversals. */
export interface LineLeft extends Amounts {
  id: string;
  quantity: number;
}

/** A part of a line to be reversed; amounts positive. */
export interface Reversed extends Amounts {
  lineId: string;
  quantity: number;
}

/**
 * F-5: what a reversal takes from which line; nothing named means everything left. A part of a line takes its share of
 * the line's amounts, the last part all that is left, so that a wholly reversed line comes to zero. A line that has
 * shipped may be reversed as well: its revenue is taken back in the month of the reversal (F-8). Refuses
 * LINE_UNKNOWN, QUANTITY_INVALID, MORE_THAN_LEFT, ALREADY_REVERSED.
 */
export function planReversal(left: readonly LineLeft[], asked: readonly { lineId: string; quantity: number }[]): Reversed[] {
  const wanted = asked.length > 0 ? sumByLine(asked) : new Map(left.map((line) => [line.id, line.quantity]));
  const plan = [...wanted].map(([lineId, quantity]) => {
    const line = left.find((each) => each.id === lineId);
    if (!line) throw new Refusal('not_found', 'LINE_UNKNOWN', 'The slip has no such line.', { lineId });
    if (line.quantity === 0 && quantity > 0) throw alreadyReversed(lineId);
    if (quantity > line.quantity) throw new Refusal('failed_precondition', 'MORE_THAN_LEFT', 'Less is left of the line than is to be reversed.', { lineId, left: line.quantity });
    return { lineId, quantity, ...shareOf(line, quantity) };
  }).filter((line) => line.quantity > 0);
  if (plan.length === 0) throw alreadyReversed('');
  return plan.sort((a, b) => (a.lineId < b.lineId ? -1 : 1));
}

/** True when nothing of the slip is left after the reversal, so that it is void (F-5). */
export function isWhollyReversed(left: readonly LineLeft[], plan: readonly Reversed[]): boolean {
  return left.every((line) => line.quantity === (plan.find((each) => each.lineId === line.id)?.quantity ?? 0));
}

function sumByLine(asked: readonly { lineId: string; quantity: number }[]): Map<string, number> {
  const sums = new Map<string, number>();
  for (const { lineId, quantity } of asked) {
    if (!Number.isInteger(quantity) || quantity < 1) throw new Refusal('invalid_argument', 'QUANTITY_INVALID', 'At least one piece is reversed.', { lineId });
    sums.set(lineId, (sums.get(lineId) ?? 0) + quantity);
  }
  return sums;
}

function alreadyReversed(lineId: string): Refusal {
  return new Refusal('failed_precondition', 'ALREADY_REVERSED', 'Nothing is left of it to be reversed.', { lineId });
}

function shareOf(line: LineLeft, quantity: number): Amounts {
  if (quantity === line.quantity) return { netAmount: line.netAmount, taxAmount: line.taxAmount };
  const weights = [quantity, line.quantity - quantity];
  return { netAmount: splitByLargestRemainder(line.netAmount, weights)[0], taxAmount: splitByLargestRemainder(line.taxAmount, weights)[0] };
}

/** What is left of a line after what reversing slips took. */
export function leftOf(line: LineLeft, taken: readonly Reversed[]): LineLeft {
  const mine = taken.filter((each) => each.lineId === line.id);
  return {
    id: line.id,
    quantity: line.quantity - mine.reduce((sum, each) => sum + each.quantity, 0),
    netAmount: subtractMoney(line.netAmount, addMoney(...mine.map((each) => each.netAmount))),
    taxAmount: subtractMoney(line.taxAmount, addMoney(...mine.map((each) => each.taxAmount))),
  };
}

const PRICE = /^\d{1,10}(\.\d{1,4})?$/;

/** A unit price without tax: not negative, up to 4 decimals. Refuses PRICE_INVALID. */
export function assertPrice(unitPrice: string, field: string): string {
  if (PRICE.test(unitPrice)) return unitPrice;
  throw new Refusal('invalid_argument', 'PRICE_INVALID', 'A unit price is not negative and has up to 4 decimals.', { field });
}

/** F-3: the closed list of payment methods. Refuses PAYMENT_METHOD_UNKNOWN. */
export function assertPaymentMethod(method: string): PaymentMethod {
  const known = PAYMENT_METHODS.find((each) => each === method);
  if (known) return known;
  throw new Refusal('invalid_argument', 'PAYMENT_METHOD_UNKNOWN', 'There is no such payment method.', { field: 'paymentMethod' });
}

/** F-4: the closed list of wishes. Refuses INVOICE_WISH_UNKNOWN. */
export function assertInvoiceWish(wish: string): InvoiceWish {
  const known = INVOICE_WISHES.find((each) => each === wish);
  if (known) return known;
  throw new Refusal('invalid_argument', 'INVOICE_WISH_UNKNOWN', 'A wish is now, later or never.', { field: 'invoiceWish' });
}
