import type { MigrationInterface, QueryRunner } from 'typeorm';

/** C-5, C-6: whose units are and were, so that a call on one that names no file finds its person. Ids and times only. */
export class UnitOwners1800790000000 implements MigrationInterface {
  name = 'UnitOwners1800790000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table known_owner (
      unit_id uuid not null,
      place int not null,
      customer_id uuid not null,
      since timestamptz,
      until timestamptz,
      version int not null,
      primary key (unit_id, place))`);
    await runner.query('create index known_owner_customer on known_owner (customer_id)');
    await runner.query('alter table known_owner enable row level security');
    await runner.query('alter table known_owner force row level security');
    // Whoever sees the file sees what it owns; the listener may hear of an owner before his file.
    const condition = '(select app_sees_all()) or exists (select 1 from known_customer k where k.id = known_owner.customer_id)';
    await runner.query(`create policy known_owner_tenant on known_owner using (${condition}) with check (${condition})`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table known_owner');
  }
}
