import { defineSteps, ORDER_CHANGE_KINDS, Refusal, refusalReason, type LineState, type OrderChangeKind, type OrderChangeState } from '@aftercare/domain';
import { isLocked, type PickingState } from '../picking/picking.rules.js';

export const ORDER_CHANGE_DECISIONS = ['accept', 'refuse'] as const;
export type OrderChangeDecision = (typeof ORDER_CHANGE_DECISIONS)[number];
export type OrderChangeStep = OrderChangeDecision | 'withdraw';

/** P-10: the warehouse accepts a change or refuses it; until then who asked may take it back. */
export const orderChangeSteps = defineSteps<OrderChangeState, OrderChangeStep>({
  initial: 'open',
  steps: {
    accept: { from: ['open'], to: 'accepted' },
    refuse: { from: ['open'], to: 'refused' },
    withdraw: { from: ['open'], to: 'withdrawn' },
  },
  final: ['accepted', 'refused', 'withdrawn'],
});

/** A line as far as a change looks at it. */
export interface ChangeableLine {
  state: LineState;
  quantity: number;
  shippedQuantity: number;
  backorderedQuantity: number;
}

/** Its pieces on one picking order. */
export interface PickedPieces {
  id: string;
  orderState: PickingState;
  quantity: number;
  plannedQuantity: number;
}

/** What the line is to become; no pieces for cancel. */
export interface Wish {
  kind: OrderChangeKind;
  quantity: number;
}

/** P-10: a line is cancelled or gets fewer pieces, never more: those are asked for anew. Refuses CHANGE_KIND_UNKNOWN, QUANTITY_INVALID. */
export function wishOf(asked: { kind: string; quantity: number }, line: ChangeableLine): Wish {
  const kind = ORDER_CHANGE_KINDS.find((each) => each === asked.kind);
  if (!kind) throw new Refusal('invalid_argument', 'CHANGE_KIND_UNKNOWN', 'Cancel or reduce.', { field: 'kind' });
  if (kind === 'cancel') return { kind, quantity: 0 };
  const { quantity } = asked;
  if (!Number.isInteger(quantity) || quantity < Math.max(1, line.shippedQuantity) || quantity >= line.quantity) {
    throw new Refusal('invalid_argument', 'QUANTITY_INVALID', 'Fewer pieces than the line has, and not fewer than are shipped.', { field: 'quantity' });
  }
  return { kind, quantity };
}

/** P-10: the warehouse is asked only where a list is printed; before, the dealer cancels by itself (P-4). Refuses CHANGE_NOT_NEEDED. */
export function assertLocked(picks: readonly PickedPieces[]): void {
  if (picks.some(({ orderState }) => isLocked(orderState))) return;
  throw new Refusal('failed_precondition', 'CHANGE_NOT_NEEDED', 'Nothing is printed yet: cancel the line directly.');
}

/** P-10: why nothing of a line can be given up by a change now: neither the whole line nor a piece of it; undefined where something can. */
export function changeRefusal(line: ChangeableLine, picks: readonly PickedPieces[], isAsked: boolean): string | undefined {
  if (isAsked) return 'CHANGE_OPEN';
  const [whole, piece] = [{ kind: 'cancel', quantity: 0 }, { kind: 'reduce', quantity: line.quantity - 1 }].map((asked) => refusalReason(() => {
    takingFor(wishOf(asked, line), line, picks);
    assertLocked(picks);
  }));
  if (whole === undefined || piece === undefined) return undefined;
  return piece === 'QUANTITY_INVALID' ? whole : piece;
}

/** From where a change takes its pieces. */
export interface Taking {
  /** Of those that still wait for stock. */
  backordered: number;
  picks: { id: string; quantity: number }[];
}

/**
 * P-10: what waits for stock is given up first, then what is not printed, then what is. Pieces on a shipping order are taken
 * from nobody: it is cancelled first. Refuses STEP_NOT_ALLOWED, PARTLY_SHIPPED, ALREADY_PLANNED.
 */
export function takingFor({ kind, quantity }: Wish, line: ChangeableLine, picks: readonly PickedPieces[]): Taking {
  if (line.state !== 'approved') throw new Refusal('failed_precondition', 'STEP_NOT_ALLOWED', 'This line is not being made ready.', { state: line.state });
  if (kind === 'cancel' && line.shippedQuantity > 0) throw new Refusal('failed_precondition', 'PARTLY_SHIPPED', 'A part of the line is shipped: ask for fewer pieces.');
  let left = line.quantity - quantity;
  const take = (there: number): number => {
    const taken = Math.min(left, there);
    left -= taken;
    return taken;
  };
  const backordered = take(line.backorderedQuantity);
  const byLock = [...picks].sort((a, b) => Number(isLocked(a.orderState)) - Number(isLocked(b.orderState)) || (a.id < b.id ? -1 : 1));
  const taken = byLock.map((pick) => ({ id: pick.id, quantity: take(pick.quantity - pick.plannedQuantity) })).filter((each) => each.quantity > 0);
  if (left > 0) throw new Refusal('failed_precondition', 'ALREADY_PLANNED', 'Pieces stand on a shipping order: cancel that first.', { pieces: left });
  return { backordered, picks: taken };
}
