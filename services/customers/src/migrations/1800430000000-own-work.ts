import { tenantTable } from '@aftercare/service';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** C-5: whose work a customer is. Who registered the files of before stands in the audit trail; the calls are told by repairs. */
export class OwnWork1800430000000 implements MigrationInterface {
  name = 'OwnWork1800430000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table known_call (
      id uuid primary key,
      dealer_id uuid not null,
      customer_id uuid,
      unit_id uuid,
      user_ids text[] not null,
      version int not null
    )`);
    await runner.query('create index known_call_customer on known_call (customer_id)');
    await runner.query('create index known_call_unit on known_call (unit_id)');
    await runner.query('create index known_call_users on known_call using gin (user_ids)');
    await tenantTable(runner, 'known_call');
    // The owner is under row-level security as well.
    await runner.query(`select set_config('app.dealers', '*', true), set_config('app.own_dealer', '*', true)`);
    await runner.query(`alter table customer add column registered_by text not null default ''`);
    await runner.query(`update customer c set registered_by = e.user_id
      from audit_entry e where e.kind = 'customer' and e.action = 'create' and e.document_id = c.id::text and e.role = 'dealer_technician'`);
    await runner.query('create index installation_own_work on installation (technician_user_id, customer_id)');
    await runner.query(`create index customer_registered_by on customer (registered_by) where registered_by <> ''`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index customer_registered_by, installation_own_work');
    await runner.query('alter table customer drop column registered_by');
    await runner.query('drop table known_call');
  }
}
