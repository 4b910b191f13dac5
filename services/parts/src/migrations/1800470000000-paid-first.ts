import type { MigrationInterface, QueryRunner } from 'typeorm';

const TOLD = `array['state', 'paid', 'paid_at', 'paid_version', 'version']`;
const TOLD_BEFORE = `array['state', 'paid', 'paid_version', 'version']`;

/** F-5: out of draft, a slip's content never changes again; only whether it is void and what invoicing told of it. */
const contentStays = (told: string): string => `
  create or replace function slip_content_stays() returns trigger language plpgsql as $$
  begin
    if tg_op = 'DELETE' then
      raise exception 'slips are never deleted' using errcode = '23514', constraint = 'slip_content_stays';
    end if;
    if old.state <> 'draft' and (
      to_jsonb(new) - ${told} <> to_jsonb(old) - ${told}
      or new.state = 'draft' or (old.state = 'void' and new.state <> 'void')) then
      raise exception 'a posted slip does not change' using errcode = '23514', constraint = 'slip_content_stays';
    end if;
    return new;
  end $$`;

/** Urgent first, and of the same urgency what is paid before what waits for money. */
const NEED = `(case when urgency = 'urgent' then case when paid_at is null then 1 else 0 end else case when paid_at is null then 3 else 2 end end)`;
const SINCE = '(case when paid_at is null then created_at else paid_at end)';
const RANK = `(case urgency when 'urgent' then 0 else 1 end)`;

const lists = (order: string): string[] => [
  `create index picking_order_need on picking_order (${order})`,
  `create index picking_order_state_need on picking_order (state, ${order})`,
  `create index picking_order_site on picking_order (warehouse_id, ${order})`,
  `create index picking_order_site_state on picking_order (warehouse_id, state, ${order})`,
];
const DROPPED = 'drop index picking_order_need, picking_order_state_need, picking_order_site, picking_order_site_state';

// When a slip was paid is not known of those there are: they count as paid when they were confirmed.
const PRESENT_SLIPS = 'update charge_slip set paid_at = case when confirmed_at is null then created_at else confirmed_at end where paid';

const PRESENT_ORDERS = `
  update picking_order o set paid_at = found.since from (
    select p.id, case when count(*) filter (where r.supply_kind = 'charged') = 0 then p.created_at
        when bool_and(slip.paid is true) filter (where r.supply_kind = 'charged') then max(slip.paid_at) end as since
      from picking_order p left join picking_line l on l.picking_order_id = p.id left join parts_request_line r on r.id = l.request_line_id
      left join lateral (
        select s.paid, s.paid_at from charge_slip_line c join charge_slip s on s.id = c.slip_id
         where c.origin_kind = 'parts_request_line' and c.origin_id = r.id and c.reverses_line_id is null and s.state <> 'void'
         order by s.created_at desc limit 1) slip on true
     group by p.id) found
   where o.id = found.id`;

/** P-11: since when a picking order waits for no money any more, and lists by it. */
export class PaidFirst1800470000000 implements MigrationInterface {
  name = 'PaidFirst1800470000000';

  async up(runner: QueryRunner): Promise<void> {
    // The owner role is under row-level security as well.
    await runner.query(`select set_config('app.dealers', '*', true), set_config('app.own_dealer', '*', true)`);
    await runner.query('alter table charge_slip add column paid_at timestamptz');
    await runner.query('alter table picking_order add column paid_at timestamptz');
    for (const sql of [contentStays(TOLD), PRESENT_SLIPS, PRESENT_ORDERS, DROPPED, ...lists(`${NEED}, ${SINCE}, id`)]) await runner.query(sql);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const sql of [DROPPED, ...lists(`${RANK}, created_at, id`), contentStays(TOLD_BEFORE)]) await runner.query(sql);
    await runner.query('alter table picking_order drop column paid_at');
    await runner.query('alter table charge_slip drop column paid_at');
  }
}
