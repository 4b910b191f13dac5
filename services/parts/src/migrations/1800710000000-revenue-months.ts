import type { MigrationInterface, QueryRunner } from 'typeorm';

const monthLeft = (line: string): string => `to_char(${line}.shipped_at at time zone 'Asia/Shanghai', 'YYYY-MM')`;
const reasonOf = (line: string): string => `coalesce((select c.reason from charge_slip_line c where c.id = ${line}.charge_slip_line_id), 'charged')`;

/** A charged line is revenue of the month in which it leaves, for its slip line's reason. */
const SHIPPED = [
  'alter table shipping_line add column revenue_month text, add column revenue_reason text',
  `update shipping_line l set revenue_month = ${monthLeft('l')}, revenue_reason = ${reasonOf('l')} where l.supply_kind = 'charged' and l.shipped_at is not null`,
  `create function shipping_line_earns() returns trigger language plpgsql as $$
    begin
      new.revenue_month := case when new.supply_kind = 'charged' then ${monthLeft('new')} end;
      new.revenue_reason := case when new.revenue_month is not null then ${reasonOf('new')} end;
      return new;
    end $$`,
  `create trigger shipping_line_earns before update of shipped_at, charge_slip_line_id on shipping_line for each row
     when (new.supply_kind = 'charged' and (old.shipped_at, old.charge_slip_line_id) is distinct from (new.shipped_at, new.charge_slip_line_id)) execute function shipping_line_earns()`,
  'create trigger shipping_line_earned before insert on shipping_line for each row when (new.shipped_at is not null) execute function shipping_line_earns()',
];

const earns = (slip: string): string => `${slip}.direction = 'charge' and ${slip}.origin in ('exclusion', 'stocktake', 'manual') and ${slip}.confirmed_at is not null`;
const unearns = (slip: string): string => `${slip}.direction = 'charge' and ${slip}.origin = 'reversal'`;
const takes = (line: string): string => `(${line}.revenue_net <> 0 or ${line}.revenue_quantity <> 0)`;

/**
 * What comes of no request is revenue of the month of its slip; so is what a reversal takes back. A slip's month comes with its confirmation, before which its
 * lines can still be written; a reversing slip is posted before its lines.
 */
const SLIPS = [
  'alter table charge_slip_line add column revenue_month text',
  // Posted lines do not change; this is filled in once.
  'alter table charge_slip_line disable trigger charge_slip_line_stays',
  `update charge_slip_line l set revenue_month = s.month from charge_slip s
    where s.id = l.slip_id and (${earns('s')} or ${unearns('s')} and l.reverses_line_id is not null and ${takes('l')})`,
  'alter table charge_slip_line enable trigger charge_slip_line_stays',
  `create function charge_slip_earns() returns trigger language plpgsql as $$
    begin
      update charge_slip_line set revenue_month = new.month where slip_id = new.id;
      return new;
    end $$`,
  `create trigger charge_slip_earns before update of month on charge_slip for each row when (new.month is distinct from old.month and ${earns('new')}) execute function charge_slip_earns()`,
  `create function reversing_line_unearns() returns trigger language plpgsql as $$
    begin
      if ${takes('new')} then
        select s.month into new.revenue_month from charge_slip s where s.id = new.slip_id and ${unearns('s')};
      end if;
      return new;
    end $$`,
  'create trigger reversing_line_unearns before insert on charge_slip_line for each row when (new.reverses_line_id is not null) execute function reversing_line_unearns()',
];

const INDEXES = {
  shipping_line_revenue: 'shipping_line (revenue_month, dealer_id) include (id, part_id, revenue_reason, quantity, revenue_net) where revenue_month is not null',
  charge_slip_line_revenue: 'charge_slip_line (revenue_month, dealer_id) include (id, part_id, reason, revenue_quantity, revenue_net, origin_kind, reverses_line_id) where revenue_month is not null',
};

/** F-8: in which month's revenue a line is stands with the line, so that a month is listed and summed up from two indexes. */
export class RevenueMonths1800710000000 implements MigrationInterface {
  name = 'RevenueMonths1800710000000';

  async up(runner: QueryRunner): Promise<void> {
    // The owner role is under row-level security as well.
    await runner.query(`select set_config('app.dealers', '*', true), set_config('app.own_dealer', '*', true)`);
    for (const sql of [...SHIPPED, ...SLIPS]) await runner.query(sql);
    for (const [name, on] of Object.entries(INDEXES)) await runner.query(`create index ${name} on ${on}`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop index ${Object.keys(INDEXES).join(', ')}`);
    await runner.query('drop trigger reversing_line_unearns on charge_slip_line; drop trigger charge_slip_earns on charge_slip');
    await runner.query('drop trigger shipping_line_earned on shipping_line; drop trigger shipping_line_earns on shipping_line');
    await runner.query('drop function reversing_line_unearns, charge_slip_earns, shipping_line_earns');
    await runner.query('alter table charge_slip_line drop column revenue_month');
    await runner.query('alter table shipping_line drop column revenue_month, drop column revenue_reason');
  }
}
