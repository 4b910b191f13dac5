import type { MigrationInterface, QueryRunner } from 'typeorm';

/** what was quoted to a call's customer, and what he said to it. */
export class CallQuotes1799100300000 implements MigrationInterface {
  name = 'CallQuotes1799100300000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table call_quote (
      id uuid primary key,
      call_id uuid not null references repair_call (id),
      state text not null check (state in ('open', 'accepted', 'declined', 'replaced')),
      labour_fee numeric(14,2) not null check (labour_fee >= 0),
      travel_fee numeric(14,2) not null check (travel_fee >= 0),
      tariff_labour_fee numeric(14,2),
      tariff_travel_fee numeric(14,2),
      lines jsonb not null,
      total numeric(14,2) not null check (total >= labour_fee + travel_fee),
      quoted_at timestamptz not null,
      quoted_by uuid not null,
      method text not null check (method in ('', 'signature', 'phone')),
      customer_name text not null,
      evidence jsonb,
      answered_at timestamptz,
      noted_by uuid,
      reason text not null,
      check ((state in ('accepted', 'declined')) <= (answered_at is not null)))`);
    await runner.query('create index call_quote_call on call_quote (call_id, quoted_at, id)');
    await runner.query(`create unique index call_quote_one_open on call_quote (call_id) where state = 'open'`);
    await runner.query(`create unique index call_quote_one_agreed on call_quote (call_id) where state = 'accepted'`);
    await runner.query('alter table call_quote enable row level security');
    await runner.query('alter table call_quote force row level security');
    const condition = 'exists (select 1 from repair_call c where c.id = call_quote.call_id)';
    await runner.query(`create policy call_quote_tenant on call_quote using (${condition}) with check (${condition})`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table call_quote');
  }
}
