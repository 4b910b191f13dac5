import { tenantTable } from '@aftercare/service';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Product information for dealers and its read receipts (D-8). */
export class Bulletins1796100000000 implements MigrationInterface {
  name = 'Bulletins1796100000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of TABLES) await runner.query(statement);
    await tenantTable(runner, 'bulletin_addressee', { money: true });
    await tenantTable(runner, 'bulletin_receipt', { money: true });
    await runner.query('alter table bulletin enable row level security');
    await runner.query('alter table bulletin force row level security');
    // Whoever sees that it is addressed to him sees it, once it is published; only the manufacturer writes it.
    await runner.query(`create policy bulletin_addressed on bulletin
      using ((select app_sees_all()) or (state = 'published'
        and (to_all or exists (select 1 from bulletin_addressee a where a.bulletin_id = bulletin.id))))
      with check ((select app_sees_all()))`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop policy bulletin_addressed on bulletin');
    await runner.query('drop table bulletin_receipt, bulletin_addressee, bulletin');
  }
}

const TABLES = [
  `create table bulletin (
    id uuid primary key,
    number text unique,
    kind text not null check (kind in ('notice', 'manual', 'exploded_view', 'bulletin')),
    title text not null,
    text text not null,
    model_ids uuid[] not null,
    to_all boolean not null,
    attachments jsonb not null,
    state text not null check (state in ('draft', 'published')),
    drafted_by text not null,
    published_at timestamptz,
    version int not null check (version > 0),
    created_at timestamptz not null default business_now(),
    check ((state = 'published') = (number is not null and published_at is not null))
  )`,
  'create index bulletin_newest on bulletin (created_at desc, id desc)',
  `create table bulletin_addressee (
    bulletin_id uuid not null references bulletin (id),
    dealer_id uuid not null references dealer (id),
    primary key (bulletin_id, dealer_id)
  )`,
  `create table bulletin_receipt (
    bulletin_id uuid not null references bulletin (id),
    user_id text not null,
    dealer_id uuid not null references dealer (id),
    read_at timestamptz not null,
    primary key (bulletin_id, user_id)
  )`,
  'create index bulletin_receipt_of_dealer on bulletin_receipt (bulletin_id, dealer_id)',
];
