import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * D-1: a terminated dealer's customer files go to its successor with all that hangs on them. Who sold and who installed stays
 * beside who serves now. The keys between the tables wait for the commit when a file goes over.
 */
export class Handover1798100000000 implements MigrationInterface {
  name = 'Handover1798100000000';

  async up(runner: QueryRunner): Promise<void> {
    // The owner role is under row-level security as well.
    await runner.query(`select set_config('app.dealers', '*', true), set_config('app.own_dealer', '*', true)`);
    for (const statement of CHANGES) await runner.query(statement);
    await runner.query(deferrable('deferrable initially immediate'));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`select set_config('app.dealers', '*', true), set_config('app.own_dealer', '*', true)`);
    await runner.query(deferrable('not deferrable'));
    for (const statement of BACK) await runner.query(statement);
  }
}

const CHANGES = [
  'alter table known_dealer add column successor_id uuid check (successor_id <> id)',

  'alter table unit_sale add column seller_id uuid',
  'update unit_sale set seller_id = dealer_id',
  'alter table unit_sale alter column seller_id set not null',
  'create index unit_sale_flagged_of_seller on unit_sale (seller_id, sold_at desc, unit_id desc) where cross_territory',
  'alter table installation add column installer_id uuid',
  `update installation set installer_id = dealer_id where state in ('accepted', 'failed')`,
  `alter table installation add constraint installation_installer check ((installer_id is null) = (state in ('scheduled', 'cancelled')))`,

  'alter table customer_event drop constraint customer_event_kind_check',
  `alter table customer_event add constraint customer_event_kind_check check (kind in ('registered', 'changed', 'merged', 'anonymised', 'handed_over'))`,
  // A month's computation is the dealer's who computed it, wherever the customer is served now.
  'alter table customer_class drop constraint customer_class_dealer_id_customer_id_fkey',
];

const BACK = [
  'alter table customer_class add foreign key (dealer_id, customer_id) references customer (dealer_id, id)',
  'alter table customer_event drop constraint customer_event_kind_check',
  `alter table customer_event add constraint customer_event_kind_check check (kind in ('registered', 'changed', 'merged', 'anonymised'))`,
  'alter table installation drop column installer_id',
  'alter table unit_sale drop column seller_id',
  'alter table known_dealer drop column successor_id',
];

/** Every key by which a row names its dealer's customer or sale. */
const deferrable = (how: string): string => `
  do $$ declare k record; begin
    for k in select conname, conrelid::regclass as child from pg_constraint
      where contype = 'f' and confrelid in ('customer'::regclass, 'unit_sale'::regclass) and array_length(conkey, 1) = 2 loop
      execute format('alter table %s alter constraint %I ${how}', k.child, k.conname);
    end loop;
  end $$`;
