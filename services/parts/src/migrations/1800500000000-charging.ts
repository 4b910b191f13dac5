import type { MigrationInterface, QueryRunner } from 'typeorm';

/** F-1, F-6, F-8: reimbursements, evidence of exclusions, discarded drafts, what of a line is revenue, and the slip register's indexes. */
export class Charging1800500000000 implements MigrationInterface {
  name = 'Charging1800500000000';

  async up(runner: QueryRunner): Promise<void> {
    await everyDealer(runner);
    for (const sql of [SLIP, LINE, SHIPPED, INDEXES]) await runner.query(sql);
    // Posted lines do not change; these are filled in once.
    await runner.query('alter table charge_slip_line disable trigger charge_slip_line_stays');
    for (const sql of [PRESENT_SHIPPED, PRESENT_CONFIRMED, PRESENT_REVERSED]) await runner.query(sql);
    await runner.query('alter table charge_slip_line enable trigger charge_slip_line_stays');
  }

  /** Reimbursements have no place in what was before. */
  async down(runner: QueryRunner): Promise<void> {
    await everyDealer(runner);
    await runner.query(`drop index charge_slip_claim, charge_slip_month, charge_slip_dealer_month, charge_slip_number_order, charge_slip_dealer_number_order, charge_slip_number_begin,
      charge_slip_line_reason, shipping_line_charged`);
    await runner.query('alter table shipping_line drop column revenue_net');
    await runner.query(`alter table charge_slip_line drop constraint charge_slip_line_part, drop column revenue_net, drop column revenue_quantity, alter column part_id set not null`);
    await runner.query(`alter table charge_slip drop constraint charge_slip_claim_named, drop constraint charge_slip_origin_check,
      add constraint charge_slip_origin_check check (origin in ('request', 'exclusion', 'stocktake', 'manual', 'reversal')),
      drop column claim_id, drop column claim_number, drop column call_number, drop column payee_kind, drop column evidence, drop column discard_reason`);
  }
}

async function everyDealer(runner: QueryRunner): Promise<void> {
  // The owner role is under row-level security as well.
  await runner.query(`select set_config('app.dealers', '*', true), set_config('app.own_dealer', '*', true)`);
}

const SLIP = `
alter table charge_slip
  add column claim_id uuid,
  add column claim_number text not null default '',
  add column call_number text not null default '',
  add column payee_kind text not null default '' check (payee_kind in ('', 'dealer', 'customer', 'third_party')),
  add column evidence jsonb not null default '[]',
  add column discard_reason text not null default '',
  drop constraint charge_slip_origin_check,
  add constraint charge_slip_origin_check check (origin in ('request', 'exclusion', 'stocktake', 'manual', 'reimbursement', 'reversal')),
  add constraint charge_slip_claim_named check ((claim_id is not null) = (direction = 'reimbursement'));
-- R-14: a claim is paid once.
create unique index charge_slip_claim on charge_slip (claim_id) where origin = 'reimbursement';
`;

const LINE = `
alter table charge_slip_line
  alter column part_id drop not null,
  add column revenue_net numeric(14,2) not null default 0,
  add column revenue_quantity int not null default 0,
  add constraint charge_slip_line_part check (part_id is not null or reason = 'third_party_repair');
`;

const SHIPPED = 'alter table shipping_line add column revenue_net numeric(14,2) not null default 0';

const INDEXES = `
create index charge_slip_month on charge_slip (month, created_at desc, id desc);
create index charge_slip_dealer_month on charge_slip (dealer_id, month, created_at desc, id desc);
create index charge_slip_number_order on charge_slip (coalesce(number, '') desc, id desc);
create index charge_slip_dealer_number_order on charge_slip (dealer_id, coalesce(number, '') desc, id desc);
create index charge_slip_number_begin on charge_slip (number text_pattern_ops);
create index charge_slip_line_reason on charge_slip_line (reason, slip_id);
create index shipping_line_charged on shipping_line (charge_slip_line_id) where charge_slip_line_id is not null;
`;

/** Each shipment's share of its line, as rounded when it was all that had shipped, less what had shipped before; what is shipped again for missing pieces earns nothing. */
const PRESENT_SHIPPED = `
update shipping_line s set revenue_net = share.net
  from (select l.id, round(c.net_amount * least(l.so_far, c.quantity) / c.quantity, 2) - round(c.net_amount * least(l.so_far - l.quantity, c.quantity) / c.quantity, 2) as net
          from (select id, charge_slip_line_id, quantity, sum(quantity) over (partition by charge_slip_line_id order by shipped_at, id) as so_far
                  from shipping_line where charge_slip_line_id is not null and shipped_at is not null) l
          join charge_slip_line c on c.id = l.charge_slip_line_id) share
 where s.id = share.id`;

/** What came of no request was revenue when it was confirmed. */
const PRESENT_CONFIRMED = `
update charge_slip_line l set revenue_net = l.net_amount, revenue_quantity = l.quantity
  from charge_slip s where s.id = l.slip_id and s.confirmed_at is not null and s.origin in ('exclusion', 'stocktake', 'manual')`;

/** What reversals took beyond what had not become revenue. */
const PRESENT_REVERSED = `
update charge_slip_line r set revenue_net = -taken.net, revenue_quantity = -taken.pieces
  from (select b.id, greatest(0, b.net - b.open_net) - greatest(0, b.net - b.own_net - b.open_net) as net,
               greatest(0, b.pieces - b.open_pieces) - greatest(0, b.pieces - b.own_pieces - b.open_pieces) as pieces
          from (select r.id, -r.net_amount as own_net, -r.quantity as own_pieces,
                       sum(-r.net_amount) over so_far as net, sum(-r.quantity) over so_far as pieces,
                       l.net_amount - l.revenue_net - coalesce(shipped.net, 0) as open_net, l.quantity - l.revenue_quantity - coalesce(shipped.pieces, 0) as open_pieces
                  from charge_slip_line r join charge_slip v on v.id = r.slip_id join charge_slip_line l on l.id = r.reverses_line_id
                  left join lateral (select sum(s.revenue_net) as net, sum(s.quantity) as pieces from shipping_line s
                                      where s.charge_slip_line_id = l.id and s.shipped_at <= v.confirmed_at) shipped on true
                window so_far as (partition by r.reverses_line_id order by v.confirmed_at, r.id)) b) taken
 where r.id = taken.id`;
