import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * C-5: the calls of one technician are found along an index: row-level security keeps `@>` from any, not an equality. A call names who
 * works on it and who took it, never more.
 */
export class OwnWorkLists1800460000000 implements MigrationInterface {
  name = 'OwnWorkLists1800460000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('create index known_call_first_user on known_call ((user_ids[1])) where customer_id is not null');
    await runner.query('create index known_call_second_user on known_call ((user_ids[2])) where customer_id is not null');
    await runner.query('drop index known_call_users');
    // With the dealer, by which row-level security asks, so that the index alone answers.
    await runner.query('drop index installation_own_work');
    await runner.query('create index installation_own_work on installation (technician_user_id, customer_id) include (dealer_id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('create index known_call_users on known_call using gin (user_ids)');
    await runner.query('drop index installation_own_work');
    await runner.query('create index installation_own_work on installation (technician_user_id, customer_id)');
    await runner.query('drop index known_call_first_user, known_call_second_user');
  }
}
