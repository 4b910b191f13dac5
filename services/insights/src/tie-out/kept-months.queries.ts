import type { Statement } from '@aftercare/service';
import { FAULTS, GENERATION, ROWS, STANDING, TOTALS, type Standing, type SumsRow } from './tie-out.queries.js';

/** What a month has come to. */
export interface KeptMonth extends Standing, Pick<SumsRow, 'pieces' | 'amounts' | 'nets' | 'onSlips' | 'onSlipsNet'> {
  generation: number;
  /** False where nothing is kept; what is kept is null then. */
  known: boolean;
  /** Something that it depends on was written since. */
  changed: boolean;
  /** Something was written and not yet looked up which months depend on it. */
  unsettled: boolean;
  rowCount: number;
  dealerCount: number;
  partCount: number;
  faultCount: number;
}

/** What is kept of a month, whether that still holds, and where the month stands. */
export function keptMonth(month: string): Statement {
  const written = (which: string): string => `exists (select from tie_change c where c.generation = m.current and c.month ${which})`;
  const text = `
    select m.current as generation, k.month is not null as known, ${written('= $1')} as changed, ${written('is null')} as unsettled, k.pieces, k.amounts, k.nets, k.on_slips as "onSlips",
           k.on_slips_net::text as "onSlipsNet", k.row_count as "rowCount", k.dealer_count as "dealerCount", k.part_count as "partCount", k.fault_count as "faultCount", ${STANDING}
      from read_model m left join tie_month k on k.generation = m.current and k.month = $1`;
  return { name: 'tie_kept', text, values: [month] };
}

/** A link has few lines of a year's, whatever PostgreSQL thinks of a table that has just begun to grow. */
export const BY_INDEX: Statement = { name: 'tie_changes_by_index', text: `select set_config('enable_seqscan', 'off', true)`, values: [] };

/** One line of a month, or none. */
export const lineOf = (month: string): Statement => ({ name: 'tie_month_line', text: `select 1 as one from tie_line where generation = ${GENERATION} and month = $1 limit 1`, values: [month] });

/**
 * Looks some of what was written up: instead of each link the months that depend on it are noted, and instead of what was noted of them before, except what is in
 * somebody's hands: whoever takes it may have read the lines already.
 */
export function settleChanges(limit: number): Statement {
  const text = `
    with gone as (
      delete from tie_change where id = any(array(select id from tie_change where generation = ${GENERATION} and month is null order by id limit $1 for update)) returning link),
    concerned as (
      select distinct y.month from (select distinct link from gone) l cross join lateral (
        select y.month from tie_line y where y.generation = ${GENERATION} and y.link = l.link and y.term in ('shipped_charged', 'slip_reversed', 'late_reversed')
        union all
        select y.month from tie_line s join tie_line y on y.generation = ${GENERATION} and y.link = s.link and y.term = 'shipped_charged'
         where s.generation = ${GENERATION} and s.term = 'shipped_charged' and s.key = l.link
        offset 0) y),
    noted as (insert into tie_change (generation, month) select ${GENERATION}, month from concerned)
    delete from tie_change where id = any(array(select c.id from tie_change c join concerned n on n.month = c.month where c.generation = ${GENERATION} for update of c skip locked))`;
  return { name: 'tie_changes_settle', text, values: [limit] };
}

/** One computes a month at a time; the others wait as long as a statement may take. */
export const WAIT_FOR_TURN: Statement = { name: 'tie_month_patience', text: `select set_config('lock_timeout', '0', true)`, values: [] };
export const turnOf = (month: string): Statement => ({ name: 'tie_month_turn', text: `select pg_advisory_xact_lock(hashtextextended('tie month ' || $1, 0))`, values: [month] });

/** What was written of a month before it is computed; what is written meanwhile stays. */
export const takeChanges = (month: string): Statement => ({
  name: 'tie_changes_take', text: `delete from tie_change where generation = ${GENERATION} and month = $1`, values: [month],
});

/** A model that is being built answers nobody, so that nothing is kept of it which what was written could change. It is none any more where another process has ended it. */
export const forgetChanges = (generation: number): Statement => ({
  name: 'tie_changes_forget', text: 'delete from tie_change where generation = $1 and exists (select from read_model where building = $1 for update)', values: [generation],
});

const SUMS = 'pieces, amounts, nets, on_slips, on_slips_net';
const COLUMNS = `${SUMS}, row_count, dealer_count, part_count, fault_count`;
const of = (row: string, columns: string): string => columns.split(', ').map((column) => `${row}.${column}`).join(', ');

/** Computes a month from its lines and keeps it. */
export function keepMonth(month: string): Statement {
  const text = `
    with ${FAULTS}, ${TOTALS}, ${ROWS},
    gone as (delete from tie_fault f where f.generation = ${GENERATION} and f.month = $1),
    dealers_gone as (
      delete from tie_dealer d where d.generation = ${GENERATION} and d.month = $1 and not exists (select from summed s where s.dealer_id = d.dealer_id)),
    dealers as (
      insert into tie_dealer as d (generation, month, dealer_id, part_count)
      select ${GENERATION}, $1, s.dealer_id, count(distinct s.part_id)::int from summed s group by s.dealer_id
      on conflict (generation, month, dealer_id) do update set part_count = excluded.part_count where d.part_count <> excluded.part_count),
    rows_gone as (
      delete from tie_row w where w.generation = ${GENERATION} and w.month = $1 and not exists (select from rows where rows.dealer_id = w.dealer_id and rows.part_id = w.part_id)),
    rows_kept as (
      insert into tie_row as w (generation, month, dealer_id, part_id, ${SUMS})
      select ${GENERATION}, $1, rows.dealer_id, rows.part_id, rows.pieces, rows.amounts, rows.nets, coalesce(slips.pieces, 0), coalesce(slips.net, 0)
        from rows left join slips using (dealer_id, part_id)
      on conflict (generation, month, dealer_id, part_id) do update set (${SUMS}) = (${of('excluded', SUMS)}) where (${of('w', SUMS)}) is distinct from (${of('excluded', SUMS)})),
    at_fault as (
      insert into tie_fault (generation, month, identity, kind, term, key, dealer_id, part_id, difference)
      select ${GENERATION}, $1, f.identity, f.kind, f.term, f.key, f.dealer_id, f.part_id, f.difference from faults f returning 1)
    insert into tie_month (generation, month, ${COLUMNS})
    select ${GENERATION}, $1, t.pieces, t.amounts, t.nets, t.on_slips, t.on_slips_net, t.row_count, t.dealer_count, t.part_count, (select count(*)::int from at_fault) from totals t
    on conflict (generation, month) do update set (${COLUMNS}) = (${of('excluded', COLUMNS)})`;
  return { name: 'tie_month_keep', text, values: [month] };
}
