import type { MigrationInterface, QueryRunner } from 'typeorm';

/** W-9: families are a catalogue. What models and checklists name stands in it from the beginning, under its code until somebody names it. */
export class ProductFamilies1798300300000 implements MigrationInterface {
  name = 'ProductFamilies1798300300000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table product_family (
      id uuid primary key,
      code text not null unique,
      name text not null,
      name_en text not null,
      active boolean not null,
      version int not null check (version > 0),
      created_at timestamptz not null default business_now()
    )`);
    await runner.query('create index product_family_by_code on product_family (code collate "C", id)');
    await runner.query(`insert into product_family (id, code, name, name_en, active, version)
      select gen_random_uuid(), family, family, '', true, 1
      from (select family from product_model union select family from installation_checklist) known`);
    await runner.query('alter table product_model add foreign key (family) references product_family (code)');
    await runner.query('alter table installation_checklist add foreign key (family) references product_family (code)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table product_model drop constraint product_model_family_fkey');
    await runner.query('alter table installation_checklist drop constraint installation_checklist_family_fkey');
    await runner.query('drop table product_family');
  }
}
