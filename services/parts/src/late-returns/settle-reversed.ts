import { LateReturnReversedSchema } from '@aftercare/contracts';
import { endOfDay } from '@aftercare/domain';
import type { Tx } from '@aftercare/service';
import type { Slip } from '../charging/charge-slip.entity.js';
import type { Reversed } from '../charging/charge-slip.rules.js';
import { keepAsk } from '../charging/reversal-ask.js';
import { planOf, type IntendedReversal, type ReversalAsked } from '../charging/reversal.js';
import { linesOf } from '../charging/slip-lines.js';
import { endedBy } from '../endings/end-missing.js';
import { holdingsAccount } from '../ledger/accounts.js';
import { moveStock } from '../ledger/move.js';
import { notify } from '../notices.js';
import { OVERDUE_DEADLINE } from '../obligations/due-dates.js';
import { endMany } from '../obligations/settle-many.js';
import { bookCredit, lockHoldings, type EndOfPieces, type LockedObligation } from '../obligations/settle.js';
import { freeCredit, setAgainst } from './free-credit.js';
import { LateReturnRow } from './late-return.entity.js';
import { lateReturnSteps, settledBy, takenBackFor, type TakenBackFor } from './late-return.rules.js';

/** Slips that obligations were converted into. */
const CONVERSIONS: readonly string[] = ['stocktake', 'exclusion'];

/** How the dealer is told that a charge was taken back. */
const TOLD: Record<TakenBackFor, { kind: string }> = {
  late_return: { kind: 'late_return.reversed' }, never_arrived: { kind: 'late_return.never_arrived' }, surplus: { kind: 'late_return.met_by_surplus' },
};

const LOCK_CHARGED = `
  select o.id, o.dealer_id as "dealerId", o.part_id as "partId", o.unit_serial as "unitSerial", o.due_on as "dueOn", o.outstanding_quantity as outstanding,
         ((select sum(s.quantity) from obligation_settlement s where s.obligation_id = o.id and s.document_id = $1 and s.kind = 'charged')
           - coalesce((select sum(s.quantity) from obligation_settlement s join charge_slip v on v.id = s.document_id
                        where s.obligation_id = o.id and s.kind = 'conversion_reversed' and v.reverses_slip_id = $1), 0))::int as charged
    from obligation o
   where o.part_id = $2 and o.id in (select obligation_id from obligation_settlement where document_id = $1 and kind = 'charged')
   order by o.id for update of o`;

type ChargedObligation = LockedObligation & { charged: number };

/** The dealer's turn, before a slip that its obligations were converted into is locked: a count takes them in that order, too. */
export async function lockReversed(tx: Tx, { origin, dealerId }: Pick<Slip, 'origin' | 'dealerId'>): Promise<void> {
  if (CONVERSIONS.includes(origin)) await lockHoldings(tx, dealerId);
}

/**
 * F-5: makes every check that can refuse a reversal, then keeps that its release is asked for. The caller has taken
 * lockReversed and locked the slip. Refuses as planOf does, and LATE_RETURN_WAITS.
 */
export async function intendReversal(tx: Tx, slip: Slip, asked: ReversalAsked): Promise<IntendedReversal> {
  const { plan } = await planOf(tx, slip, asked);
  if (CONVERSIONS.includes(slip.origin)) {
    for (const { partId, quantity } of await partsOf(tx, slip, plan)) settledBy(quantity, await lockWaiting(tx, slip.id, partId));
  }
  return { id: await keepAsk(tx, slip, plan), slip, plan };
}

/** Pieces of a plan by part, over all lines of the part: its late returns are of the slip and the part, not of a line. */
async function partsOf(tx: Tx, slip: Slip, plan: readonly Reversed[]): Promise<{ partId: string; quantity: number }[]> {
  const lines = await linesOf(tx, slip.id);
  const pieces = new Map<string, number>();
  for (const { lineId, quantity } of plan) {
    const partId = lines.find((line) => line.id === lineId)?.partId;
    if (partId) pieces.set(partId, (pieces.get(partId) ?? 0) + quantity);
  }
  return [...pieces].map(([partId, quantity]) => ({ partId, quantity }));
}

/** Late returns of a part that wait for a reversal of the slip, in the order they came, locked. */
function lockWaiting(tx: Tx, slipId: string, partId: string): Promise<LateReturnRow[]> {
  return tx.em.createQueryBuilder(LateReturnRow, 'late').where(`late.slip_id = :slipId and late.state = 'waiting'`, { slipId })
    .andWhere('late.obligation_id in (select o.id from obligation o where o.part_id = :partId)', { partId })
    .orderBy('late.createdAt').addOrderBy('late.id').setLock('pessimistic_write').getMany();
}

/**
 * H-1, H-7: what a reversal of a conversion does with its pieces. Late returns that wait for it end as returned, or by surplus, which
 * leaves the holdings unchanged; what nobody returned is outstanding again and back on the holdings. What is surplus again meets that
 * first. Slips that no obligation was converted into concern none. The caller has taken lockReversed. Refuses LATE_RETURN_WAITS.
 */
export async function settleReversed(tx: Tx, slip: Slip, reversing: Slip, plan: readonly Reversed[]): Promise<void> {
  if (!CONVERSIONS.includes(slip.origin)) return;
  const settled: SettledLate[] = [];
  for (const part of await partsOf(tx, slip, plan)) settled.push(...(await settlePart(tx, { slip, reversing, ...part })));
  for (const { late, partId } of settled) await freeAgain(tx, late, partId);
}

/** A late return that a reversal settled, with the part that had been charged. */
interface SettledLate {
  late: LateReturnRow;
  partId: string;
}

interface ReversedPart {
  slip: Slip;
  reversing: Slip;
  partId: string;
  quantity: number;
}

async function settlePart(tx: Tx, { slip, reversing, partId, quantity }: ReversedPart): Promise<SettledLate[]> {
  const obligations = await tx.sql<ChargedObligation>({ name: 'lock_charged', text: LOCK_CHARGED, values: [slip.id, partId] });
  const byId = new Map(obligations.map((each) => [each.id, each]));
  const waiting = await lockWaiting(tx, slip.id, partId);
  const { settled, reopened } = settledBy(quantity, waiting);
  await endMany(tx, settled.flatMap((late) => endAnew(late, byId.get(late.obligationId) as ChargedObligation, reversing)));
  for (const late of settled) {
    await takeCredit(tx, late, partId);
    await finish(tx, late, { reversing, partId });
  }
  await reopen(tx, { slip, reversing, partId, quantity: reopened }, obligations);
  return settled.map((late) => ({ late, partId }));
}

/** H-1: the charge is taken back and the piece ends as returned, by surplus, or as one that never arrived (P-8); all stays in its history. */
function endAnew(late: LateReturnRow, obligation: ChargedObligation, reversing: Slip): EndOfPieces[] {
  const { quantity, parcelId, discrepancyId, excuseId, creditDiscrepancyId } = late;
  obligation.charged -= quantity;
  const end = (kind: EndOfPieces['kind'], documentKind: string, documentId: string): EndOfPieces => ({ obligation, kind, quantity, documentKind, documentId });
  const taken = [end('conversion_reversed', 'charge_slip', reversing.id), ...(parcelId === null ? [] : [end('returned', 'return_parcel', parcelId)])];
  if (discrepancyId === null) return creditDiscrepancyId === null ? taken : [...taken, end('credit', 'discrepancy', creditDiscrepancyId)];
  const never = endedBy(excuseId, discrepancyId);
  return [...taken, ...(parcelId === null ? [] : [end('return_reversed', 'discrepancy', discrepancyId)]), end(excuseId === null ? 'shortage' : 'excused', never.documentKind, never.documentId)];
}

/** H-7: the surplus that met the pieces is used. */
async function takeCredit(tx: Tx, { dealerId, quantity, discrepancyId, creditDiscrepancyId }: LateReturnRow, partId: string): Promise<void> {
  if (creditDiscrepancyId === null || discrepancyId !== null) return;
  await bookCredit(tx, { dealerId, partId, quantity: -quantity, documentKind: 'discrepancy', documentId: creditDiscrepancyId });
}

/** H-7: what was counted for pieces that never arrived is surplus; surplus that was set against such pieces is free again. */
async function freeAgain(tx: Tx, { dealerId, parcelId, discrepancyId, creditDiscrepancyId, quantity }: LateReturnRow, partId: string): Promise<void> {
  if (discrepancyId === null) return;
  if (parcelId !== null) await freeCredit(tx, { dealerId, partId, quantity, discrepancyId });
  else if (creditDiscrepancyId !== null) await setAgainst(tx, { dealerId, partId, quantity, discrepancyId });
}

async function finish(tx: Tx, late: LateReturnRow, { reversing, partId }: Pick<ReversedPart, 'reversing' | 'partId'>): Promise<void> {
  const { id, dealerId, quantity, version, obligationId, parcelId } = late;
  const state = lateReturnSteps.next('reverse', late.state);
  await tx.em.update(LateReturnRow, { id }, { state, reversingSlipId: reversing.id, waitsFor: '', retryAt: null, version: version + 1 });
  await tx.audit({ action: 'reverse', kind: 'late_return', id, dealerId, changed: { state: { before: late.state, after: state }, reversedBy: { after: reversing.id } } });
  // H-8: what came in no parcel never arrived (P-8), or surplus met it; its settlements tell it.
  if (parcelId !== null) {
    await tx.announce(LateReturnReversedSchema, {
      lateReturnId: id, dealerId, partId, quantity, obligationId, parcelId, reversingSlipId: reversing.id, reversingNumber: reversing.number ?? '', month: reversing.month ?? '',
    });
  }
  const document = { kind: 'charge-slip', id: reversing.id, number: reversing.number ?? '' };
  await notify(tx, { ...TOLD[takenBackFor(late)], role: 'dealer_manager', dealerId, document, params: { pieces: quantity } });
}

/** F-5: a charge that was taken back without a return: its pieces are owed again, newest obligation first. */
async function reopen(tx: Tx, { slip, reversing, partId, quantity }: ReversedPart, obligations: readonly ChargedObligation[]): Promise<void> {
  let left = quantity;
  const ends: EndOfPieces[] = [];
  for (const obligation of [...obligations].reverse()) {
    const pieces = Math.min(left, obligation.charged);
    if (pieces === 0) continue;
    left -= pieces;
    ends.push({ obligation, kind: 'conversion_reversed', quantity: pieces, documentKind: 'charge_slip', documentId: reversing.id });
    if (obligation.dueOn !== null) await tx.deadline({ kind: OVERDUE_DEADLINE, ref: obligation.id, dueAt: endOfDay(obligation.dueOn) });
  }
  await endMany(tx, ends);
  const reopened = quantity - left;
  if (reopened === 0) return;
  const { dealerId } = slip;
  await moveStock(tx, [{ partId, quantity: reopened, from: 'sold', to: holdingsAccount(dealerId), kind: 'conversion', documentKind: 'charge_slip', documentId: reversing.id, dealerId }]);
}
