import {
  Refusal,
  addDays,
  addHours,
  addMoney,
  businessDate,
  compareInstant,
  defineSteps,
  isRealDate,
  splitByLargestRemainder,
  startOfDay,
  subtractMoney,
  type PaymentMethod,
  type ShippingState,
  type SupplyKind,
  type Urgency,
} from '@aftercare/domain';

export type ShippingOrderState = ShippingState | 'cancelled';

/** The life of a shipping order (P-8). */
export const shippingSteps = defineSteps<ShippingOrderState, 'agree' | 'move' | 'ship' | 'deliver' | 'receive' | 'cancel'>({
  initial: 'planned',
  steps: {
    agree: { from: ['planned'], to: 'ready' },
    move: { from: ['planned', 'ready'], to: 'planned' },
    ship: { from: ['ready'], to: 'shipped' },
    deliver: { from: ['shipped'], to: 'delivered' },
    receive: { from: ['delivered'], to: 'received' },
    cancel: { from: ['planned', 'ready'], to: 'cancelled' },
  },
  final: ['received', 'cancelled'],
});

/** What the warehouse finds of a difference: the pieces never left, the carrier lost or damaged them, or they arrived. */
export const DISCREPANCY_OUTCOMES = ['shortage', 'lost', 'damaged', 'refused'] as const;
export type DiscrepancyOutcome = (typeof DISCREPANCY_OUTCOMES)[number];
export type DiscrepancyState = 'open' | 'agreed' | 'lost' | 'damaged' | 'refused';

/** The life of a difference at receipt (P-8). */
export const discrepancySteps = defineSteps<DiscrepancyState, DiscrepancyOutcome>({
  initial: 'open',
  steps: {
    shortage: { from: ['open'], to: 'agreed' },
    lost: { from: ['open'], to: 'lost' },
    damaged: { from: ['open'], to: 'damaged' },
    refused: { from: ['open'], to: 'refused' },
  },
  final: ['agreed', 'lost', 'damaged', 'refused'],
});

/** P-8: what the warehouse decides of a difference; a loss in transit is shown. Refuses REASON_MISSING, OUTCOME_UNKNOWN, EVIDENCE_MISSING. */
export function checkDecision({ outcome, reason, evidence }: { outcome: string; reason: string; evidence: readonly unknown[] }): DiscrepancyOutcome {
  if (reason.trim() === '') throw new Refusal('invalid_argument', 'REASON_MISSING', 'Say why.', { field: 'reason' });
  const known = DISCREPANCY_OUTCOMES.find((each) => each === outcome);
  if (!known) throw new Refusal('invalid_argument', 'OUTCOME_UNKNOWN', 'Shortage, lost, damaged or refused.', { field: 'outcome' });
  if (isCarriersFault(known) && evidence.length === 0) throw new Refusal('invalid_argument', 'EVIDENCE_MISSING', 'Show what happened on the way.', { field: 'evidence' });
  return known;
}

/** P-8: what the carrier has to make good. */
export const isCarriersFault = (outcome: DiscrepancyOutcome): outcome is 'lost' | 'damaged' => outcome === 'lost' || outcome === 'damaged';

/** P-8: urgent and complete ships at once; otherwise the date is first agreed with the dealer. */
export function stateWhenPlanned(urgency: Urgency, complete: boolean): ShippingOrderState {
  return urgency === 'urgent' && complete ? 'ready' : shippingSteps.initial;
}

/** P-11: the first day for which goods can be promised: today before the cut-off, the next day from it on. */
export function earliestShippingDate(now: string, cutOffHour: number): string {
  const today = businessDate(now);
  return compareInstant(now, addHours(startOfDay(today), cutOffHour)) < 0 ? today : addDays(today, 1);
}

/** P-11: the day on which an order that is ready at once is promised without anybody naming one; others wait for a day to be agreed. */
export function promisedWhenPlanned(wanted: string, state: ShippingOrderState, earliest: string): string | null {
  if (wanted !== '') return wanted;
  return state === 'ready' ? earliest : null;
}

/** P-8, P-11: goods are promised for the earliest possible day or a later one. Refuses DATE_INVALID, and DATE_TOO_EARLY with that day. */
export function checkShippingDate(date: string, earliest: string, field: string): void {
  if (!isRealDate(date)) throw new Refusal('invalid_argument', 'DATE_INVALID', 'There is no such day.', { field });
  if (date < earliest) throw new Refusal('invalid_argument', 'DATE_TOO_EARLY', 'Goods can leave on this day or a later one.', { field, earliest });
}

/** P-8: the state after shipping. Refuses DATE_NOT_AGREED for a planned order, STEP_NOT_ALLOWED from any other. */
export function stateWhenShipped(state: ShippingOrderState): ShippingOrderState {
  if (state === 'planned') {
    throw new Refusal('failed_precondition', 'DATE_NOT_AGREED', 'The dealer has not agreed to the shipping date.');
  }
  return shippingSteps.next('ship', state);
}

/** P-2, P-6: where shipped pieces go: to the dealer's holdings when they must come back, else sold or given. */
export function issueAccount(line: { supplyKind: SupplyKind; returnDue: boolean }, dealerId: string): `dealer:${string}` | 'sold' | 'given' {
  if (line.returnDue) return `dealer:${dealerId}`;
  return line.supplyKind === 'charged' ? 'sold' : 'given';
}

/** A charged line of a shipment with what is known of its slip. */
export interface ChargedShipment {
  requestLineId: string;
  /** Pieces of the request line, those shipped before that were not missing, and those shipped now. */
  ordered: number;
  shippedBefore: number;
  quantity: number;
  /** Absent when no slip stands behind the line. */
  slip?: {
    slipId: string; confirmed: boolean; paid: boolean; paymentMethod: PaymentMethod;
    /** What is charged of the line, with tax, and its pieces; less than was ordered when some were reversed. */
    gross: string; pieces: number;
  };
}

/** Credit to be reserved before the shipment, with tax. */
export interface CreditNeeded {
  slipId: string;
  amount: string;
}

/**
 * P-9: charged lines ship when their slip is confirmed and fully paid; on account the credit line is asked for the
 * shipment's share instead. Answers what to hold by slip, nothing when all is paid. Refuses PAYMENT_MISSING with the
 * lines that wait, and CHARGE_REVERSED with those of which more would have left than is charged.
 */
export function paymentGate(lines: readonly ChargedShipment[]): CreditNeeded[] {
  const unpaid = lines.filter(({ slip }) => !slip?.confirmed || (!slip.paid && slip.paymentMethod !== 'account'));
  if (unpaid.length > 0) {
    throw new Refusal('failed_precondition', 'PAYMENT_MISSING', 'A charge slip of this order is not fully paid.', {
      requestLineIds: unpaid.map((line) => line.requestLineId),
    });
  }
  const uncharged = lines.filter(({ slip, shippedBefore, quantity }) => slip !== undefined && shippedBefore + quantity > slip.pieces);
  if (uncharged.length > 0) {
    throw new Refusal('failed_precondition', 'CHARGE_REVERSED', 'A part of the charge was reversed; more would leave than is charged.', {
      requestLineIds: uncharged.map((line) => line.requestLineId),
    });
  }
  const needed = new Map<string, string>();
  for (const line of lines) {
    if (!line.slip || line.slip.paid) continue;
    const { slipId, gross } = line.slip;
    needed.set(slipId, addMoney(needed.get(slipId) ?? '0.00', grossShare({ ...line, ordered: line.slip.pieces }, gross)));
  }
  return [...needed].map(([slipId, amount]) => ({ slipId, amount })).sort((a, b) => (a.slipId < b.slipId ? -1 : 1));
}

/** The part of a line's amount that falls on the pieces shipped now; all shares of a line add up to it exactly. */
export function grossShare(line: Pick<ChargedShipment, 'ordered' | 'shippedBefore' | 'quantity'>, gross: string): string {
  const upTo = (pieces: number): string => splitByLargestRemainder(gross, [pieces, line.ordered - pieces])[0];
  return subtractMoney(upTo(line.shippedBefore + line.quantity), upTo(line.shippedBefore));
}

/**
 * P-8, D-1: the dealer confirms what it received, and the clerk only for a dealer that left, whose users change nothing any more, so that it is
 * never charged for what did not arrive. Refuses ROLE_NOT_ALLOWED.
 */
export function checkReceiver(role: string, standing: string | null): void {
  if (role !== 'service_clerk' || standing === 'terminated') return;
  throw new Refusal('permission_denied', 'ROLE_NOT_ALLOWED', 'The dealer confirms what it received.', { role });
}

/** P-8: what is missing of a shipped line. Refuses QUANTITY_INVALID when more came than was sent, or less than none. */
export function missingPieces(shipped: number, received: number, field: string): number {
  if (!Number.isInteger(received) || received < 0 || received > shipped) {
    throw new Refusal('invalid_argument', 'QUANTITY_INVALID', 'Received is between none and what was shipped.', { field });
  }
  return shipped - received;
}
