import type { MigrationInterface, QueryRunner } from 'typeorm';

const CHANGES = [
  // Led by the dealer, which every technician's list names: else his work is thought little and sorted whole, or looked for in the dealer's.
  'drop index installation_technician',
  'create index installation_technician on installation (dealer_id, technician_user_id, created_at desc, id desc)',
  'create index installation_technician_state on installation (dealer_id, technician_user_id, state, created_at desc, id desc)',
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
    await runner.query('drop index installation_technician, installation_technician_state');
    await runner.query('create index installation_technician on installation (technician_user_id, created_at desc, id desc)');
  }
}
