import type { MigrationInterface, QueryRunner } from 'typeorm';

/** D-1: who left and who follows, and since which version a customer file is whose, so that a late word does not take it back. */
export class Handover1798100000000 implements MigrationInterface {
  name = 'Handover1798100000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table known_dealer (
      id uuid primary key,
      status text not null,
      successor_id uuid check (successor_id <> id),
      version int not null
    )`);
    await runner.query(`create index known_dealer_left on known_dealer (id) where status = 'terminated'`);
    await runner.query('alter table known_customer add column version int not null default 0');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table known_customer drop column version');
    await runner.query('drop table known_dealer');
  }
}
