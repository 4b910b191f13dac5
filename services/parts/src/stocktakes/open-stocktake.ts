import { businessDate, endOfDay, newId, startOfDay } from '@aftercare/domain';
import { allowLongStatements, settingAt, type Tx } from '@aftercare/service';
import { notify } from '../notices.js';
import { lockHoldings } from '../obligations/settle.js';
import { CLOSE_DEADLINE, REMIND_DEADLINE } from './stocktake-deadlines.js';
import { StocktakeRow } from './stocktake.entity.js';
import { assertFollows, reminderDays, returnDeadline, stocktakeSteps, type Opening } from './stocktake.rules.js';

/** Freezing or converting twenty thousand pieces takes seconds, each in one statement. */
export const STOCKTAKE_LIMIT_MS = 120_000;

const BEFORE = `
  select (select number from stocktake where dealer_id = $1 and state in ('open', 'closed')) as unfinished,
         (select max(cut_off_on)::text from stocktake where dealer_id = $1 and state = 'confirmed') as "lastCutOffOn"`;

/** what was held at the end of the cut-over day counts from then on, whenever the opening was approved. */
const HELD_BY = 'case when o.held_since is null then o.opened_at < $2 else o.held_since <= $2 end';

/** H-2: outstanding as of the end of the cut-off day: what is now, and what has ended since; borrowed by part. */
const FREEZE = `
  with moved as (
    select s.obligation_id, sum(case when s.kind like '%_reversed' then -s.quantity else s.quantity end)::int as ended
      from obligation_settlement s where s.dealer_id = $1 and s.at >= $2 group by s.obligation_id),
  frozen as (
    select o.id, o.part_id, o.outstanding_quantity + coalesce(m.ended, 0) as quantity
      from obligation o left join moved m on m.obligation_id = o.id
     where o.dealer_id = $1 and ${HELD_BY} and o.outstanding_quantity > 0
    union all
    select o.id, o.part_id, m.ended from moved m join obligation o on o.id = m.obligation_id where ${HELD_BY} and o.outstanding_quantity = 0),
  kept as (
    insert into stocktake_piece (stocktake_id, obligation_id, dealer_id, part_id, quantity)
    select $3, id, $1, part_id, quantity from frozen where quantity > 0 returning part_id, quantity)
  select k.part_id as "partId", sum(k.quantity)::int as quantity from kept k join part p on p.id = k.part_id group by k.part_id, p.number order by p.number`;

const LINES = `
  insert into stocktake_line (id, dealer_id, stocktake_id, position, part_id, borrowed_quantity)
  select l.id, $1, $2, l.nth, l.part_id, l.quantity from unnest($3::uuid[], $4::uuid[], $5::int[]) with ordinality as l (id, part_id, quantity, nth)`;

/** H-2: what was shipped since the last stocktake and is not in it, by part and rule. */
const EXCLUDED = `
  with shipped as (
    select l.part_id, case l.supply_kind when 'warranty' then 'return_not_required' when 'special' then 'special_without_return' else l.supply_kind end as rule, l.quantity
      from shipping_line l
     where l.dealer_id = $1 and l.shipped_at < $3 and l.shipped_at >= coalesce($4::timestamptz, '-infinity') and not l.return_due)
  insert into stocktake_exclusion (id, dealer_id, stocktake_id, position, part_id, rule, quantity)
  select gen_random_uuid(), $1, $2, row_number() over (order by p.number, s.rule), s.part_id, s.rule, sum(s.quantity)::int
    from shipped s join part p on p.id = s.part_id group by s.part_id, p.number, s.rule`;

/** Those who have pieces to return, or had some since the cut-off day. */
const DEALERS = `
  select dealer_id as id from (
    select dealer_id from dealer_holding where quantity > 0 union select dealer_id from obligation_settlement where at >= $1) d
   where not exists (select from stocktake s where s.dealer_id = d.dealer_id and (s.state in ('open', 'closed') or (s.state = 'confirmed' and s.cut_off_on >= $2::date)))
   order by dealer_id`;

/** How a stocktake of one dealer is opened. */
export interface DealerOpening extends Opening {
  dealerId: string;
}

/** H-2, H-3: what opening refuses besides what only the freezing shows; answers the last day for returns. */
export async function checkOpening(tx: Tx, opening: Opening, dealerId: string | null): Promise<string> {
  const today = businessDate(await tx.now());
  const until = returnDeadline(opening, { today, returnDays: await settingAt(tx, 'stocktake.returnDays', today) });
  if (dealerId !== null) {
    const [before] = await tx.sql<{ unfinished: string | null; lastCutOffOn: string | null }>({ name: 'stocktakes_before', text: BEFORE, values: [dealerId] });
    assertFollows(opening.cutOffOn, before);
  }
  return until;
}

/**
 * H-2: freezes a dealer's borrowed pieces from its outstanding obligations as of the end of the cut-off day, also when that
 * is long over, with what is not in it; reminders and the closing are set (H-3). The number is taken last.
 */
export async function openStocktake(tx: Tx, opening: DealerOpening): Promise<StocktakeRow> {
  const { dealerId, cutOffOn } = opening;
  await allowLongStatements(tx, STOCKTAKE_LIMIT_MS);
  await lockHoldings(tx, dealerId);
  const returnUntil = await checkOpening(tx, opening, dealerId);
  const now = await tx.now();
  const stocktake: StocktakeRow = {
    id: newId(), number: null, dealerId, state: stocktakeSteps.initial, cutOffOn, returnUntil, openedAt: now, openedBy: tx.ctx.userId, closedAt: null,
    objectUntil: null, confirmedAt: null, month: null, cancelReason: '', borrowedQuantity: 0, lineCount: 0, objectionCount: 0, version: 1,
  };
  await tx.em.insert(StocktakeRow, stocktake);
  await freeze(tx, stocktake);
  stocktake.number = await tx.nextNumber('stocktake', { prefix: 'ST', gapFree: true });
  const { id, number, borrowedQuantity, lineCount } = stocktake;
  await tx.em.update(StocktakeRow, { id }, { number, borrowedQuantity, lineCount });
  await remindLater(tx, stocktake, businessDate(now));
  await tx.audit({ action: 'open', kind: 'stocktake', id, dealerId, changed: { cutOffOn: { after: cutOffOn }, returnUntil: { after: returnUntil }, borrowed: { after: borrowedQuantity } } });
  await notify(tx, { kind: 'stocktake.opened', role: 'dealer_manager', dealerId, document: { kind: 'stocktake', id, number }, params: { cutOffOn, returnUntil, pieces: borrowedQuantity } });
  return stocktake;
}

/** The dealers for which one is opened when none is named (H-2). */
export async function dealersToOpen(tx: Tx, cutOffOn: string): Promise<string[]> {
  const rows = await tx.sql<{ id: string }>({ name: 'stocktake_dealers', text: DEALERS, values: [endOfDay(cutOffOn), cutOffOn] });
  return rows.map(({ id }) => id);
}

async function freeze(tx: Tx, stocktake: StocktakeRow): Promise<void> {
  const { id, dealerId, cutOffOn } = stocktake;
  const end = endOfDay(cutOffOn);
  const parts = await tx.sql<{ partId: string; quantity: number }>({ name: 'stocktake_freeze', text: FREEZE, values: [dealerId, end, id] });
  await tx.sql({
    name: 'stocktake_lines_insert', text: LINES,
    values: [dealerId, id, parts.map(() => newId()), parts.map(({ partId }) => partId), parts.map(({ quantity }) => quantity)],
  });
  const [{ lastCutOffOn }] = await tx.sql<{ lastCutOffOn: string | null }>({ name: 'stocktakes_before', text: BEFORE, values: [dealerId] });
  await tx.sql({ name: 'stocktake_exclude', text: EXCLUDED, values: [dealerId, id, end, lastCutOffOn === null ? null : endOfDay(lastCutOffOn)] });
  stocktake.borrowedQuantity = parts.reduce((sum, { quantity }) => sum + quantity, 0);
  stocktake.lineCount = parts.length;
}

/** H-3: the days on which the dealer is reminded, and the end of the time for returns. */
async function remindLater(tx: Tx, { id, cutOffOn, returnUntil }: StocktakeRow, today: string): Promise<void> {
  for (const day of reminderDays({ cutOffOn, returnUntil, today })) {
    await tx.deadline({ kind: REMIND_DEADLINE, ref: `${id} ${day}`, dueAt: startOfDay(day), payload: { stocktakeId: id } });
  }
  await tx.deadline({ kind: CLOSE_DEADLINE, ref: id, dueAt: endOfDay(returnUntil) });
}
