import { addMoney, businessDate, endOfDay, newId } from '@aftercare/domain';
import { settingAt, type Tx } from '@aftercare/service';
import { dealerPricesOn } from '../catalogue/part-lookup.js';
import { notify } from '../notices.js';
import { CLOSE_DEADLINE, CONFIRM_DEADLINE } from './stocktake-deadlines.js';
import { figuresNow, wholeStocktake } from './stocktake-figures.js';
import { StocktakeLineRow, StocktakeRow } from './stocktake.entity.js';
import { objectionEnd, stocktakeSteps } from './stocktake.rules.js';
import { proposedCharge } from './variance.rules.js';

const PRICE_LINES = `
  update stocktake_line l set unit_price = p.price from unnest($2::uuid[], $3::numeric[]) as p (part_id, price)
   where l.stocktake_id = $1 and l.part_id = p.part_id`;

const SURPLUS_LINES = `
  insert into stocktake_line (id, dealer_id, stocktake_id, position, part_id, borrowed_quantity)
  select l.id, $1, $2, $3 + l.nth, l.part_id, 0 from unnest($4::uuid[], $5::uuid[]) with ordinality as l (id, part_id, nth)`;

/**
 * H-7: the time for returns is over: what is missing is in the dealer's possession in fact, and its charge is proposed at the
 * dealer price of the cut-off day. The dealer gets the notice and may object; until the confirmation a counted piece counts.
 */
export async function closeStocktake(tx: Tx, stocktake: StocktakeRow): Promise<void> {
  const { id, dealerId, number } = stocktake;
  const now = await tx.now();
  const today = businessDate(now);
  await addSurplusLines(tx, stocktake);
  await priceLines(tx, stocktake);
  const before = stocktake.state;
  const objectUntil = objectionEnd(today, await settingAt(tx, 'stocktake.objectionDays', today));
  Object.assign(stocktake, { state: stocktakeSteps.next('close', before), closedAt: now, objectUntil, version: stocktake.version + 1 });
  const { state, closedAt, version, lineCount } = stocktake;
  await tx.em.update(StocktakeRow, { id }, { state, closedAt, objectUntil, version, lineCount });
  await tx.cancelDeadline(CLOSE_DEADLINE, id);
  await tx.deadline({ kind: CONFIRM_DEADLINE, ref: id, dueAt: endOfDay(objectUntil) });
  const lines = await wholeStocktake(tx, stocktake);
  const missing = lines.reduce((sum, { outstanding }) => sum + outstanding, 0);
  const netTotal = addMoney('0.00', ...lines.map((line) => proposedCharge(line) || '0.00'));
  await tx.audit({ action: 'close', kind: 'stocktake', id, dealerId, changed: { state: { before, after: state }, missing: { after: missing }, netTotal: { after: netTotal } } });
  const about = { document: { kind: 'stocktake', id, number: number ?? '' }, params: { missing, netTotal, objectUntil } };
  const kind = missing > 0 ? 'stocktake.closed' : 'stocktake.all_returned';
  await notify(tx, { ...about, kind, role: 'dealer_manager', dealerId, severity: missing > 0 ? 'warning' : 'info' });
  await notify(tx, { ...about, kind, role: 'service_clerk' });
}

/** H-6: a part that was counted since without having been borrowed is a surplus of its own line. */
async function addSurplusLines(tx: Tx, stocktake: StocktakeRow): Promise<void> {
  const lines = await tx.em.find(StocktakeLineRow, { where: { stocktakeId: stocktake.id }, select: { partId: true } });
  const known = new Set(lines.map(({ partId }) => partId));
  const more = [...(await figuresNow(tx, stocktake))].filter(([partId, { surplus }]) => surplus > 0 && !known.has(partId)).map(([partId]) => partId).sort();
  if (more.length === 0) return;
  await tx.sql({ name: 'stocktake_surplus_lines', text: SURPLUS_LINES, values: [stocktake.dealerId, stocktake.id, lines.length, more.map(() => newId()), more] });
  stocktake.lineCount += more.length;
}

async function priceLines(tx: Tx, { id, cutOffOn }: StocktakeRow): Promise<void> {
  const lines = await tx.em.find(StocktakeLineRow, { where: { stocktakeId: id }, select: { partId: true } });
  const prices = [...(await dealerPricesOn(tx, lines.map(({ partId }) => partId), cutOffOn))];
  await tx.sql({ name: 'stocktake_price', text: PRICE_LINES, values: [id, prices.map(([partId]) => partId), prices.map(([, price]) => price)] });
}
