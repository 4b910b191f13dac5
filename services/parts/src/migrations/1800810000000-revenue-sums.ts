import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What the lines of a month come to by dealer, part and reason over all dealers, and what was written since these were last added up: appended and never changed, so
 * that no shipment waits for another one of the same part.
 */
const TABLES = [
  `create table revenue_sum (
    month text not null,
    by text not null check (by in ('dealer', 'part', 'reason')),
    of text,
    term text not null,
    lines bigint not null,
    pieces bigint not null,
    net numeric(20,2) not null
  )`,
  'create unique index revenue_sum_of on revenue_sum (month, by, of, term) nulls not distinct',
  `create table revenue_change (
    month text not null,
    dealer_id uuid not null,
    part_id uuid,
    reason text,
    term text not null,
    lines bigint not null,
    pieces bigint not null,
    net numeric(20,2) not null
  )`,
  'create index revenue_change_month on revenue_change (month)',
];

type Sign = 1 | -1;

const REVENUE: Readonly<Record<string, (rows: string, sign: Sign) => string>> = {
  shipping_line: (rows, sign) => `
    select revenue_month, dealer_id, part_id, revenue_reason, 'shipped_charged', ${sign}, ${sign} * quantity, ${sign} * revenue_net from ${rows} where revenue_month is not null`,
  charge_slip_line: (rows, sign) => `
    select revenue_month, dealer_id, part_id, reason,
           case when reverses_line_id is not null then 'revenue_reversed' when origin_kind in ('obligation', 'stocktake_line') then 'converted' else 'manual' end,
           ${sign}, ${sign} * revenue_quantity, ${sign} * revenue_net
      from ${rows} where revenue_month is not null`,
};

const COLUMNS = '(month, dealer_id, part_id, reason, term, lines, pieces, net)';

const change = (parts: string[]): string => `
  insert into revenue_change ${COLUMNS}
  select month, dealer_id, part_id, reason, term, sum(lines), sum(pieces), sum(net) from (${parts.join(' union all ')}) r ${COLUMNS}
   group by 1, 2, 3, 4, 5 having sum(lines) <> 0 or sum(pieces) <> 0 or sum(net) <> 0;`;

/** What of all lines at once is taken out is not told line by line. */
const STAY = `
  create function revenue_lines_stay() returns trigger language plpgsql as $$
  begin
    raise exception 'lines that revenue is kept of are deleted, not truncated' using errcode = '23514', constraint = 'revenue_lines_stay';
  end $$`;

const keeps = (table: string, lines: (rows: string, sign: Sign) => string): string[] => [
  `create function ${table}_revenue() returns trigger language plpgsql as $$
    begin
      case tg_op
        when 'INSERT' then ${change([lines('written', 1)])}
        when 'UPDATE' then ${change([lines('written', 1), lines('gone', -1)])}
        else ${change([lines('gone', -1)])}
      end case;
      return null;
    end $$`,
  `create trigger ${table}_revenue_added after insert on ${table} referencing new table as written for each statement execute function ${table}_revenue()`,
  `create trigger ${table}_revenue_changed after update on ${table} referencing new table as written old table as gone for each statement execute function ${table}_revenue()`,
  `create trigger ${table}_revenue_gone after delete on ${table} referencing old table as gone for each statement execute function ${table}_revenue()`,
  `create trigger ${table}_revenue_stays before truncate on ${table} for each statement execute function revenue_lines_stay()`,
];

/** What is kept of all dealers is read by who sees them all; told is it by whoever may write the line. */
const FENCES = [
  ...['revenue_sum', 'revenue_change'].flatMap((table) => [
    `alter table ${table} enable row level security`,
    `alter table ${table} force row level security`,
    `create policy ${table}_whole on ${table} using ((select app_sees_all())) with check ((select app_sees_all()))`,
  ]),
  'create policy revenue_change_told on revenue_change for insert with check (dealer_id = any((select app_dealers())::uuid[]))',
];

const FILL = `
  insert into revenue_sum (month, by, of, term, lines, pieces, net)
  select month, case when grouping(dealer_id) = 0 then 'dealer' when grouping(part_id) = 0 then 'part' else 'reason' end, coalesce(dealer_id::text, part_id::text, reason), term,
         sum(lines), sum(pieces), sum(net)
    from (${Object.entries(REVENUE).map(([table, lines]) => lines(table, 1)).join(' union all ')}) r ${COLUMNS}
   group by grouping sets ((month, term, dealer_id), (month, term, part_id), (month, term, reason)) order by 1, 2, 3, 4`;

/** F-8: sums of the revenue of each month are kept, so that a month is not summed up from all its lines. */
export class RevenueSums1800810000000 implements MigrationInterface {
  name = 'RevenueSums1800810000000';

  async up(runner: QueryRunner): Promise<void> {
    // The owner role is under row-level security as well.
    await runner.query(`select set_config('app.dealers', '*', true), set_config('app.own_dealer', '*', true)`);
    for (const sql of [...TABLES, STAY]) await runner.query(sql);
    // The triggers' locks keep writers off until the commit, so that each line is in the sums or told by them.
    for (const sql of Object.entries(REVENUE).flatMap(([table, lines]) => keeps(table, lines))) await runner.query(sql);
    await runner.query(FILL);
    for (const sql of FENCES) await runner.query(sql);
    await runner.query('analyze revenue_sum');
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of Object.keys(REVENUE)) {
      for (const trigger of ['added', 'changed', 'gone', 'stays']) await runner.query(`drop trigger ${table}_revenue_${trigger} on ${table}`);
      await runner.query(`drop function ${table}_revenue`);
    }
    await runner.query('drop function revenue_lines_stay');
    await runner.query('drop table revenue_change, revenue_sum');
  }
}
