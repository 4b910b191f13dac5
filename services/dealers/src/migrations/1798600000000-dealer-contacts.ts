import { tenantTable } from '@aftercare/service';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** D-1: a dealer has several contacts; the one that stood in its row becomes the main one. */
export class DealerContacts1798600000000 implements MigrationInterface {
  name = 'DealerContacts1798600000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table dealer_contact (
      id uuid primary key,
      dealer_id uuid not null references dealer (id),
      name text not null,
      position text not null,
      phone text not null,
      mail text not null,
      purpose text not null check (purpose in ('service', 'finance', 'parts', 'other')),
      main boolean not null,
      version int not null check (version > 0),
      created_at timestamptz not null default business_now())`);
    await runner.query('create index dealer_contact_by_name on dealer_contact (dealer_id, name, id)');
    await runner.query('create unique index dealer_contact_main on dealer_contact (dealer_id) where main');
    await tenantTable(runner, 'dealer_contact');
    // The owner is under row-level security as well.
    await runner.query(`select set_config('app.dealers', '*', true)`);
    await runner.query(`insert into dealer_contact (id, dealer_id, name, position, phone, mail, purpose, main, version, created_at)
      select gen_random_uuid(), id, contact_name, '', contact_phone, '', 'other', true, 1, created_at from dealer where contact_name <> '' or contact_phone <> ''`);
    await runner.query('alter table dealer drop column contact_name, drop column contact_phone');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`select set_config('app.dealers', '*', true)`);
    await runner.query(`alter table dealer add column contact_name text not null default '', add column contact_phone text not null default ''`);
    await runner.query('update dealer d set contact_name = c.name, contact_phone = c.phone from dealer_contact c where c.dealer_id = d.id and c.main');
    await runner.query('alter table dealer alter column contact_name drop default, alter column contact_phone drop default');
    await runner.query('drop table dealer_contact');
  }
}
