import { monthOf, newId, type ObligationEnd } from '@aftercare/domain';
import { ObligationSettledSchema, ReturnCreditChangedSchema } from '@aftercare/contracts';
import type { Tx } from '@aftercare/service';
import { Obligation, ObligationSettlement, ReturnCredit } from './obligation.entity.js';
import { assertOutstanding } from './obligation.rules.js';
import { DUE_DEADLINE, OVERDUE_DEADLINE } from './due-dates.js';

/** An obligation, locked, with what is still outstanding of it. */
export interface LockedObligation {
  id: string;
  dealerId: string;
  partId: string;
  unitSerial: string;
  dueOn: string | null;
  outstanding: number;
}

/** Pieces of a locked obligation to be ended. */
export interface EndOfPieces {
  obligation: LockedObligation;
  kind: ObligationEnd;
  /** Pieces, at least 1. */
  quantity: number;
  documentKind: string;
  documentId: string;
}

const LOCK_DEALER = `select pg_advisory_xact_lock(hashtextextended('holdings ' || $1, 0))`;

const LOCK_OPEN = `
  select o.id, o.dealer_id as "dealerId", o.part_id as "partId", o.unit_serial as "unitSerial", o.due_on as "dueOn",
         o.outstanding_quantity as outstanding
    from obligation o
   where o.dealer_id = $1 and o.part_id = any($2::uuid[]) and o.outstanding_quantity > 0
   order by o.id for update of o`;

const LOCK_LINE = `
  select o.id, o.dealer_id as "dealerId", o.part_id as "partId", o.unit_serial as "unitSerial", o.due_on as "dueOn",
         o.outstanding_quantity as outstanding
    from obligation o where o.shipping_line_id = $1 for update of o`;

/**
 * Takes the turn for a dealer's holdings: a count, an issue that uses credit and a shortage of one dealer go one after
 * the other, so that a surplus is only what exceeds all outstanding (H-1a). Take it before any stock is booked.
 */
export async function lockHoldings(tx: Tx, dealerId: string): Promise<void> {
  await tx.sql({ name: 'lock_holdings', text: LOCK_DEALER, values: [dealerId] });
}

/** The dealer's obligations with pieces outstanding, locked in id order. */
export function lockOpenObligations(tx: Tx, dealerId: string, partIds: readonly string[]): Promise<LockedObligation[]> {
  return tx.sql<LockedObligation>({ name: 'lock_open_obligations', text: LOCK_OPEN, values: [dealerId, partIds] });
}

/** The obligation of a shipped line, locked in its dealer's turn, or null where the line opened none. */
export async function lockObligationOfLine(tx: Tx, shippingLineId: string): Promise<LockedObligation | null> {
  const line = await tx.em.findOneBy(Obligation, { shippingLineId });
  if (!line) return null;
  await lockHoldings(tx, line.dealerId);
  const [found] = await tx.sql<LockedObligation>({ name: 'lock_obligation_of_line', text: LOCK_LINE, values: [shippingLineId] });
  return found;
}

/** H-1: ends pieces of a locked obligation and tells it; refuses MORE_THAN_OUTSTANDING. */
export async function endPieces(tx: Tx, end: EndOfPieces): Promise<void> {
  const { obligation, kind, quantity, documentKind, documentId } = end;
  assertOutstanding(obligation.outstanding, quantity);
  const at = await tx.now();
  const settlement = { id: newId(), dealerId: obligation.dealerId, obligationId: obligation.id, kind, quantity, documentKind, documentId, at, month: monthOf(at) };
  await tx.em.insert(ObligationSettlement, settlement);
  obligation.outstanding -= quantity;
  if (obligation.outstanding === 0) {
    await tx.cancelDeadline(DUE_DEADLINE, obligation.id);
    await tx.cancelDeadline(OVERDUE_DEADLINE, obligation.id);
  }
  await tx.audit({ action: 'settle', kind: 'obligation', id: obligation.id, dealerId: obligation.dealerId, changed: { outstanding: { before: obligation.outstanding + quantity, after: obligation.outstanding }, end: { after: kind } } });
  await tx.announce(ObligationSettledSchema, {
    obligationId: obligation.id, settlementId: settlement.id, dealerId: obligation.dealerId, partId: obligation.partId,
    kind, quantity, documentKind, documentId, month: settlement.month,
  });
}

/** A change of a dealer's surplus credit for a part. */
export interface CreditChange {
  dealerId: string;
  partId: string;
  /** Pieces; negative when used. */
  quantity: number;
  documentKind: string;
  documentId: string;
}

/** H-7: books surplus credit, or its use, and tells it. The caller holds the turn of lockHoldings. */
export async function bookCredit(tx: Tx, change: CreditChange): Promise<void> {
  const at = await tx.now();
  const credit = { id: newId(), ...change, at, month: monthOf(at) };
  await tx.em.insert(ReturnCredit, credit);
  await tx.announce(ReturnCreditChangedSchema, { ...change, creditId: credit.id, month: credit.month });
}

/** An obligation just opened, as endPieces takes it. */
export function asLocked(obligation: Obligation): LockedObligation {
  const { id, dealerId, partId, unitSerial, dueOn, issuedQuantity } = obligation;
  return { id, dealerId, partId, unitSerial, dueOn, outstanding: issuedQuantity };
}
