import { businessDate, endedPieces, newId, type ObligationEnd } from '@aftercare/domain';
import type { Tx } from '@aftercare/service';
import { freeCredit } from '../late-returns/free-credit.js';
import { insertLate, newRow } from '../late-returns/keep-late.js';
import { LateReturnRow } from '../late-returns/late-return.entity.js';
import { holdingsAccount, type Account } from '../ledger/accounts.js';
import { moveStock, type Movement } from '../ledger/move.js';
import { endMany } from '../obligations/settle-many.js';
import { lockObligationOfLine, type EndOfPieces, type LockedObligation } from '../obligations/settle.js';
import type { Evidence } from '../requests/review.rules.js';
import { leftToExcuse, missingFrom, type Pieces } from './missing.rules.js';
import { ObligationExcuse } from './obligation-end.entity.js';

/** Pieces of a shipped line with a return due that never arrived whole, as the warehouse decided. */
export interface MissingPieces {
  shippingLineId: string;
  quantity: number;
  discrepancyId: string;
  /** Where pieces that never left are; null for what the carrier lost or damaged, which is excused. */
  neverLeft: Account | null;
  reason: string;
  evidence: Evidence[];
}

const ENDED = `select kind, sum(quantity)::int as pieces from obligation_settlement where obligation_id = $1 group by kind`;
const LOST_BEFORE = `select coalesce(sum(quantity), 0)::int as pieces from obligation_excuse where obligation_id = $1 and basis = 'lost_in_transit'`;

/** Charges of an obligation that nothing waits to take back, oldest first. */
const CHARGED = `
  select * from (
    select s.document_id as "slipId", iso(min(s.at)) as "chargedAt", exists (select from charge_slip g where g.id = s.document_id and g.origin = 'exclusion') as excluded,
           (sum(s.quantity)
             - coalesce((select sum(x.quantity) from obligation_settlement x join charge_slip v on v.id = x.document_id
                          where x.obligation_id = $1 and x.kind = 'conversion_reversed' and v.reverses_slip_id = s.document_id), 0)
             - coalesce((select sum(l.quantity) from late_return l where l.obligation_id = $1 and l.slip_id = s.document_id and l.state = 'waiting'), 0))::int as quantity
      from obligation_settlement s where s.obligation_id = $1 and s.kind = 'charged' group by s.document_id) charged
   where quantity > 0 order by "chargedAt", "slipId"`;

interface Charge {
  slipId: string;
  chargedAt: string;
  quantity: number;
  /** Charged after the fact (W-5), of a piece that was at hand. */
  excluded: boolean;
}

/** What a decision does with one obligation. */
interface Missed {
  tx: Tx;
  obligation: LockedObligation;
  missing: MissingPieces;
  as: 'shortage' | 'excused';
  /** Null for a shortage. */
  excuseId: string | null;
  to: Account;
}

/**
 * P-8, H-1: ends pieces that never arrived as a shortage, or excuses them. What had ended them meanwhile is taken back: a count and a
 * surplus are surplus again, which meets what else is outstanding or was charged (H-7); a charge is reversed as for a late return, for which
 * it waits. The caller holds no turn yet, and tries the reversal after the commit.
 */
export async function endMissing(tx: Tx, missing: MissingPieces): Promise<void> {
  const obligation = await lockObligationOfLine(tx, missing.shippingLineId);
  if (!obligation) return;
  const as = missing.neverLeft === null ? 'excused' : 'shortage';
  const charges = await tx.sql<Charge>({ name: 'missing_charged', text: CHARGED, values: [obligation.id] });
  const waiting = await lockWaitingParcels(tx, obligation.id);
  const taken = missingFrom(await leftOf(tx, obligation, missing), await piecesOf(tx, obligation, charges, waiting), as);
  const excuseId = as === 'excused' ? await keepExcuse(tx, obligation, { missing, taken }) : null;
  const missed: Missed = { tx, obligation, missing, as, excuseId, to: missing.neverLeft ?? 'written_off' };
  await endNow(missed, taken);
  await awaitReversals(missed, charges.filter(({ excluded }) => !excluded), taken.charged);
  await awaitReversals(missed, charges.filter(({ excluded }) => excluded), taken.excluded);
  await missAfterAll(missed, waiting, taken.late);
  await moveCharged(missed, taken);
  await freeCredit(tx, { dealerId: obligation.dealerId, partId: obligation.partId, quantity: taken.credit + taken.returned, discrepancyId: missing.discrepancyId });
}

async function leftOf(tx: Tx, { id }: LockedObligation, { quantity, neverLeft }: MissingPieces): Promise<number> {
  if (neverLeft !== null) return quantity;
  const [{ pieces }] = await tx.sql<{ pieces: number }>({ name: 'lost_before', text: LOST_BEFORE, values: [id] });
  return leftToExcuse(quantity, pieces);
}

async function piecesOf(tx: Tx, { id, outstanding }: LockedObligation, charges: readonly Charge[], waiting: readonly LateReturnRow[]): Promise<Pieces> {
  const rows = await tx.sql<{ kind: ObligationEnd; pieces: number }>({ name: 'missing_ended', text: ENDED, values: [id] });
  const net = (...kinds: ObligationEnd[]): number => rows.filter(({ kind }) => kinds.includes(kind)).reduce((sum, { kind, pieces }) => sum + endedPieces(kind, pieces), 0);
  const sum = (of: readonly { quantity: number }[]): number => of.reduce((total, { quantity }) => total + quantity, 0);
  return {
    outstanding, excused: net('excused', 'excuse_reversed'), credit: net('credit', 'credit_reversed'), returned: net('returned', 'return_reversed'),
    charged: sum(charges.filter(({ excluded }) => !excluded)), excluded: sum(charges.filter(({ excluded }) => excluded)), late: sum(waiting),
  };
}

/** Late returns whose charge is not taken back yet and of which nothing is missing so far, first come first. */
function lockWaitingParcels(tx: Tx, obligationId: string): Promise<LateReturnRow[]> {
  return tx.em.createQueryBuilder(LateReturnRow, 'late').where(`late.obligationId = :obligationId and late.state = 'waiting' and late.discrepancyId is null`, { obligationId })
    .orderBy('late.createdAt').addOrderBy('late.id').setLock('pessimistic_write').getMany();
}

/** H-1: an excuse says why, and what shows it; null where all of them were excused before. */
async function keepExcuse(tx: Tx, { id: obligationId, dealerId }: LockedObligation, { missing, taken }: { missing: MissingPieces; taken: Pieces }): Promise<string | null> {
  const quantity = Object.values(taken).reduce((sum, pieces) => sum + pieces, 0);
  if (quantity === 0) return null;
  const excuse: ObligationExcuse = {
    id: newId(), dealerId, obligationId, quantity, basis: 'lost_in_transit', reason: missing.reason.trim(), evidence: missing.evidence, excusedBy: tx.ctx.userId, at: await tx.now(),
  };
  await tx.em.insert(ObligationExcuse, excuse);
  return excuse.id;
}

/** What was not charged ends at once; the ends that it had before are taken back first. */
async function endNow({ tx, obligation, missing, as, excuseId, to }: Missed, taken: Pieces): Promise<void> {
  const { partId, dealerId } = obligation;
  const about = { documentKind: 'discrepancy', documentId: missing.discrepancyId };
  const holdings = holdingsAccount(dealerId);
  const back = ([['excuse_reversed', taken.excused, 'written_off'], ['credit_reversed', taken.credit, 'adjustment'], ['return_reversed', taken.returned, 'adjustment']] as const)
    .filter(([, quantity]) => quantity > 0);
  const quantity = taken.outstanding + taken.excused + taken.credit + taken.returned;
  if (quantity === 0) return;
  await endMany(tx, [
    ...back.map(([kind, pieces]): EndOfPieces => ({ obligation, kind, quantity: pieces, ...about })),
    { obligation, kind: as, quantity, ...endedBy(excuseId, missing.discrepancyId) },
  ]);
  await moveStock(tx, [
    ...back.map(([kind, pieces, from]): Movement => ({ partId, dealerId, quantity: pieces, from, to: holdings, kind: kind === 'excuse_reversed' ? 'excuse' : 'return', ...about })),
    { partId, dealerId, quantity, from: holdings, to, kind: as === 'shortage' ? 'shortage' : 'excuse', ...endedBy(excuseId, missing.discrepancyId) },
  ]);
}

/** The document by which missing pieces end. */
export function endedBy(excuseId: string | null, discrepancyId: string): { documentKind: string; documentId: string } {
  return excuseId === null ? { documentKind: 'discrepancy', documentId: discrepancyId } : { documentKind: 'obligation_excuse', documentId: excuseId };
}

/** H-7: charges that are to be reversed wait for what invoicing says, slip by slip. */
async function awaitReversals({ tx, obligation, missing, excuseId }: Missed, charges: readonly Charge[], pieces: number): Promise<void> {
  let left = pieces;
  for (const { slipId, chargedAt, quantity } of charges) {
    const taken = Math.min(left, quantity);
    left -= taken;
    if (taken === 0) continue;
    const { dealerId, partId, id: obligationId } = obligation;
    const row = await newRow(tx, { charged: { obligationId, slipId, chargedAt }, quantity: taken, arrivedOn: businessDate(await tx.now()) });
    await insertLate(tx, { ...row, dealerId, partId, discrepancyId: missing.discrepancyId, excuseId }, 'miss');
  }
}

/** What came late, or surplus, was set against charged pieces that never arrived: it is surplus as soon as their charge is taken back. */
async function missAfterAll({ tx, missing, excuseId }: Missed, waiting: readonly LateReturnRow[], pieces: number): Promise<void> {
  let left = pieces;
  const { discrepancyId } = missing;
  for (const late of waiting) {
    const quantity = Math.min(left, late.quantity);
    left -= quantity;
    if (quantity === 0) continue;
    const rest = late.quantity - quantity;
    await tx.em.update(LateReturnRow, { id: late.id }, rest === 0 ? { discrepancyId, excuseId, version: late.version + 1 } : { quantity: rest, version: late.version + 1 });
    if (rest > 0) await insertLate(tx, { ...late, id: newId(), quantity, discrepancyId, excuseId, version: 1 }, 'miss');
  }
}

/** What was charged left the holdings for what was sold; a late return or surplus took it from there, so that this one is evened out. */
async function moveCharged({ tx, obligation, missing, as, excuseId, to }: Missed, { charged, excluded, late }: Pieces): Promise<void> {
  const { partId, dealerId } = obligation;
  const about = { partId, dealerId, to, kind: as === 'shortage' ? 'shortage' as const : 'excuse' as const, ...endedBy(excuseId, missing.discrepancyId) };
  await moveStock(tx, ([['sold', charged + excluded], ['adjustment', late]] as const).filter(([, quantity]) => quantity > 0).map(([from, quantity]) => ({ ...about, from, quantity })));
}
