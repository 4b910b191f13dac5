import { tenantTable } from '@aftercare/service';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const LEFT = `
  select coalesce(sum(l.net_amount - l.released_net), 0) as net, coalesce(sum(l.tax_amount - l.released_tax), 0) as tax
    from receivable_line l
   where l.slip_id = r.slip_id and l.quantity > l.released_quantity and not exists (select from invoice_line i where i.live and i.line_id = l.line_id)`;

/** What of a slip is still to be invoiced, kept with its receivable by the triggers of what changes it, so that the register is read past nothing else. */
const REGISTER = [
  'alter table receivable add column stub_net numeric(14,2) not null default 0, add column stub_tax numeric(14,2) not null default 0',
  `update receivable r set stub_net = s.net, stub_tax = s.tax from (select r.slip_id as id, s.* from receivable r cross join lateral (${LEFT}) s) s where s.id = r.slip_id`,
  `create function keep_stub() returns trigger language plpgsql as $$
    begin
      update receivable r set stub_net = s.net, stub_tax = s.tax
        from (select r.slip_id as id, s.* from receivable r join (select distinct slip_id from written) w on w.slip_id = r.slip_id cross join lateral (${LEFT}) s) s
       where s.id = r.slip_id and (r.stub_net, r.stub_tax) is distinct from (s.net, s.tax);
      return null;
    end $$`,
  ...['invoice_line', 'receivable_line'].flatMap((table) => ['insert', 'update'].map((step) => `create trigger ${table}_stub_${step} after ${step} on ${table}
    referencing new table as written for each statement execute function keep_stub()`)),
  `create index receivable_stub on receivable (confirmed_at, slip_id) where invoice_wish = 'later' and stub_net > 0`,
  `create index receivable_dealer_stub on receivable (dealer_id, confirmed_at, slip_id) where invoice_wish = 'later' and stub_net > 0`,
];

const RUNS = `
create table consolidation (
  id uuid primary key,
  number text not null unique,
  kind text not null check (kind in ('general', 'special')),
  from_on date not null,
  to_on date not null,
  include_now boolean not null,
  state text not null check (state in ('running', 'done')),
  requested_by text not null,
  created_at timestamptz not null
);
create index consolidation_newest on consolidation (created_at desc, id desc);
create index consolidation_state on consolidation (state, created_at desc, id desc);

create table consolidation_dealer (
  id uuid primary key,
  consolidation_id uuid not null references consolidation (id),
  dealer_id uuid not null,
  dealer_code text not null,
  state text not null check (state in ('waiting', 'requested', 'skipped')),
  reason text not null,
  unique (consolidation_id, dealer_id)
);
create index consolidation_dealer_order on consolidation_dealer (consolidation_id, dealer_code, id);

alter table invoice add column consolidation_id uuid references consolidation (id);
create index invoice_consolidation on invoice (consolidation_id, dealer_id) where consolidation_id is not null;
`;

/** F-4: the stub register and the runs over it. */
export class Stubs1800550300000 implements MigrationInterface {
  name = 'Stubs1800550300000';

  async up(runner: QueryRunner): Promise<void> {
    // The owner role is under row-level security as well.
    await runner.query(`select set_config('app.dealers', '*', true), set_config('app.own_dealer', '*', true)`);
    for (const sql of REGISTER) await runner.query(sql);
    await runner.query(RUNS);
    await tenantTable(runner, 'consolidation_dealer', { money: true });
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index invoice_consolidation');
    await runner.query('alter table invoice drop column consolidation_id');
    await runner.query('drop table consolidation_dealer, consolidation');
    for (const table of ['invoice_line', 'receivable_line']) for (const step of ['insert', 'update']) await runner.query(`drop trigger ${table}_stub_${step} on ${table}`);
    await runner.query('drop function keep_stub');
    // Its indexes go with the columns.
    await runner.query('alter table receivable drop column stub_net, drop column stub_tax');
  }
}
