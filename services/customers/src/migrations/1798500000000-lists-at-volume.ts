import type { MigrationInterface, QueryRunner } from 'typeorm';

const CHANGES = [
  'create index installation_technician_state on installation (technician_user_id, state, created_at desc, id desc)',
  // A technician works for one dealer: taken for independent of it, his work would be thought little and be sorted whole.
  'create statistics installation_technician_dealer (dependencies) on dealer_id, technician_user_id from installation',
  'analyze installation',
  // A single character is borne by many names: their files are read in the list's order, not sorted.
  `alter table customer_name_key add column first text collate "C" not null generated always as (left(part, 1)) stored`,
  'create index customer_name_key_first on customer_name_key (first, created_at desc, customer_id desc) include (dealer_id)',
  'create index customer_name_key_dealer_first on customer_name_key (dealer_id, first, created_at desc, customer_id desc)',
];

/** Lists of installations and searches for names read what they show. */
export class ListsAtVolume1798500000000 implements MigrationInterface {
  name = 'ListsAtVolume1798500000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const sql of CHANGES) await runner.query(sql);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table customer_name_key drop column first');
    await runner.query('drop statistics installation_technician_dealer');
    await runner.query('drop index installation_technician_state');
  }
}
