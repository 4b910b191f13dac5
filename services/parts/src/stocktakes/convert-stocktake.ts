import { StocktakeConfirmedSchema } from '@aftercare/contracts';
import { monthOf, type InvoiceWish, type PaymentMethod } from '@aftercare/domain';
import { allowLongStatements, type Tx } from '@aftercare/service';
import type { Slip } from '../charging/charge-slip.entity.js';
import { assertInvoiceWish, assertPaymentMethod } from '../charging/charge-slip.rules.js';
import { confirmSlip } from '../charging/confirm-slip.js';
import { insertDraft } from '../charging/open-slip.js';
import { putOff } from '../endings/put-off.js';
import { groupBy } from '../group-by.js';
import { holdingsAccount } from '../ledger/accounts.js';
import { moveStock, type Movement } from '../ledger/move.js';
import { notify } from '../notices.js';
import { endMany } from '../obligations/settle-many.js';
import { lockHoldings, type EndOfPieces } from '../obligations/settle.js';
import { excusePieces, type FrozenObligation } from './excuse-pieces.js';
import { openFinalNext } from './final-stocktake.job.js';
import { keepFigures } from './keep-figures.js';
import { STOCKTAKE_LIMIT_MS } from './open-stocktake.js';
import { factsOf, isExtended, unsettledOf, wholeStocktake, type LineWithFigures } from './stocktake-figures.js';
import { CONFIRM_DEADLINE } from './stocktake-deadlines.js';
import { StocktakeRow } from './stocktake.entity.js';
import { assertConfirmable, stocktakeSteps } from './stocktake.rules.js';
import { chargeablePieces, outcomeOf } from './variance.rules.js';

/** Lines of one slip: what is told of it stays within a message of the broker. */
const SLIP_LINES_MAX = 1_000;

const LOCK_FROZEN = `
  select o.id, o.dealer_id as "dealerId", o.part_id as "partId", o.unit_serial as "unitSerial", o.due_on as "dueOn",
         o.outstanding_quantity as outstanding, least(p.quantity, o.outstanding_quantity) as pieces,
         ${isExtended('$2::date')} as "isExtended"
    from stocktake_piece p join obligation o on o.id = p.obligation_id
   where p.stocktake_id = $1 and o.outstanding_quantity > 0
   order by o.id for update of o`;

/** How the slip of a confirmation is paid and invoiced; empty for what is usual. */
export interface SlipWishes {
  paymentMethod: string;
  invoiceWish: string;
}

function wishesOf({ paymentMethod, invoiceWish }: SlipWishes): { paymentMethod: PaymentMethod; invoiceWish: InvoiceWish } {
  return { paymentMethod: assertPaymentMethod(paymentMethod || 'bank_transfer'), invoiceWish: assertInvoiceWish(invoiceWish || 'later') };
}

/** H-7: refuses what stands against the confirmation now; answers the lines with their figures. */
export async function assertConfirmation(tx: Tx, stocktake: StocktakeRow, wishes: SlipWishes): Promise<LineWithFigures[]> {
  wishesOf(wishes);
  const lines = await wholeStocktake(tx, stocktake);
  const outstanding = lines.reduce((sum, line) => sum + line.outstanding, 0);
  assertConfirmable(await factsOf(tx, stocktake, outstanding), await unsettledOf(tx, stocktake, lines));
  return lines;
}

/**
 * H-7: what is still out of the frozen pieces is charged at the dealer price of the cut-off day, excused or put off, as was
 * decided, but for pieces whose time was extended beyond the last day for returns (H-1), all in this transaction: settlements, holdings, slips, and who must know. The stocktake is locked. A piece
 * counted before the dealer's turn is taken here has met its obligation; one counted after comes late.
 */
export async function convertStocktake(tx: Tx, stocktake: StocktakeRow, wishes: SlipWishes): Promise<{ slipIds: string[]; pieces: number }> {
  await allowLongStatements(tx, STOCKTAKE_LIMIT_MS);
  await lockHoldings(tx, stocktake.dealerId);
  const frozen = await tx.sql<FrozenObligation>({ name: 'lock_frozen', text: LOCK_FROZEN, values: [stocktake.id, stocktake.returnUntil] });
  const lines = await assertConfirmation(tx, stocktake, wishes);
  const piecesOf = groupBy(frozen, ({ partId }) => partId);
  const out = lines.filter(({ outstanding }) => outstanding > 0);
  const charged = out.filter((line) => chargeablePieces(line) > 0);
  const excused = out.filter(({ decision }) => outcomeOf(decision) === 'excuse');
  const slips = await draftSlips(tx, stocktake, charged, wishes);
  const slipOf = new Map(charged.map((line, at) => [line.id, slips[Math.floor(at / SLIP_LINES_MAX)].id]));
  const ends = [
    ...charged.flatMap((line) => (piecesOf.get(line.partId) ?? []).filter(({ isExtended: later }) => !later).map((obligation): EndOfPieces => (
      { obligation, kind: 'charged', quantity: obligation.pieces, documentKind: 'charge_slip', documentId: slipOf.get(line.id) ?? '' }))),
    ...(await excusePieces(tx, excused, piecesOf)),
  ];
  await endMany(tx, ends);
  await moveStock(tx, [...movementsOf(stocktake, charged, 'sold', chargeablePieces), ...movementsOf(stocktake, excused, 'written_off', ({ outstanding }) => outstanding)]);
  for (const line of out.filter(({ decision }) => outcomeOf(decision) === 'extend')) await extend(tx, line, piecesOf.get(line.partId) ?? []);
  await keepFigures(tx, lines, slipOf);
  for (const slip of slips) await confirmSlip(tx, slip);
  await finish(tx, stocktake, slips, ends);
  return { slipIds: slips.map(({ id }) => id), pieces: ends.reduce((sum, { quantity }) => sum + quantity, 0) };
}

async function draftSlips(tx: Tx, { dealerId }: StocktakeRow, charged: readonly LineWithFigures[], wishes: SlipWishes): Promise<Slip[]> {
  const slips: Slip[] = [];
  for (let at = 0; at < charged.length; at += SLIP_LINES_MAX) {
    const lines = charged.slice(at, at + SLIP_LINES_MAX).map((line) => ({
      partId: line.partId, quantity: chargeablePieces(line), unitPrice: line.unitPrice ?? '0', reason: 'stocktake_deficit', originKind: 'stocktake_line', originId: line.id,
    }));
    slips.push(await insertDraft(tx, { dealerId, origin: 'stocktake', requestId: null, reason: '', ...wishesOf(wishes), lines }));
  }
  return slips;
}

/** H-1a: what is charged or excused leaves the holdings, part by part. */
function movementsOf({ id, dealerId }: StocktakeRow, lines: readonly LineWithFigures[], to: 'sold' | 'written_off', piecesOf: (line: LineWithFigures) => number): Movement[] {
  const kind = to === 'sold' ? 'conversion' : 'excuse';
  return lines.map((line) => (
    { partId: line.partId, quantity: piecesOf(line), from: holdingsAccount(dealerId), to, kind, documentKind: 'stocktake', documentId: id, dealerId }));
}

/** H-7: more time: the due dates that run and end before the new day are put off; the pieces are borrowed in the next stocktake. */
async function extend(tx: Tx, { decisionDueOn, decisionReason }: LineWithFigures, obligations: readonly FrozenObligation[]): Promise<void> {
  const dueOn = decisionDueOn ?? '';
  const earlier = obligations.filter((each) => each.dueOn !== null && each.dueOn < dueOn);
  if (earlier.length > 0) await putOff(tx, earlier, { dueOn, reason: decisionReason });
}

async function finish(tx: Tx, stocktake: StocktakeRow, slips: readonly Slip[], ends: readonly EndOfPieces[]): Promise<void> {
  const { id, dealerId, number } = stocktake;
  const now = await tx.now();
  const before = stocktake.state;
  Object.assign(stocktake, { state: stocktakeSteps.next('confirm', before), confirmedAt: now, month: monthOf(now), version: stocktake.version + 1 });
  const { state, confirmedAt, month, version } = stocktake;
  await tx.em.update(StocktakeRow, { id }, { state, confirmedAt, month, version });
  await tx.cancelDeadline(CONFIRM_DEADLINE, id);
  await openFinalNext(tx, dealerId);
  const of = (kind: string): number => ends.filter((end) => end.kind === kind).reduce((sum, { quantity }) => sum + quantity, 0);
  const [charged, excused] = [of('charged'), of('excused')];
  await tx.audit({
    action: 'confirm', kind: 'stocktake', id, dealerId,
    changed: { state: { before, after: state }, charged: { after: charged }, excused: { after: excused }, slips: { after: slips.map((slip) => slip.number) } },
  });
  await tx.announce(StocktakeConfirmedSchema, { stocktakeId: id, dealerId, month: month ?? '' });
  const document = { kind: 'stocktake', id, number: number ?? '' };
  await notify(tx, { kind: 'stocktake.confirmed', role: 'dealer_manager', dealerId, severity: charged > 0 ? 'warning' : 'info', document, params: { charged, excused } });
  if (slips.length > 0) await notify(tx, { kind: 'stocktake.charged', role: 'finance_clerk', document, params: { charged, slips: slips.map((slip) => slip.number).join(', ') } });
}
