import type { MigrationInterface, QueryRunner } from 'typeorm';

/** P-12: a sale has the model of its unit, which never changes, so that what stands with the customers of a dealer is counted from one index. */
const CHANGES = [
  'alter table unit_sale add column model_id uuid',
  'update unit_sale s set model_id = u.model_id from product_unit u where u.id = s.unit_id',
  'alter table unit_sale alter column model_id set not null',
  `create function keep_sold_model() returns trigger language plpgsql as $$
    begin
      new.model_id := (select model_id from product_unit where id = new.unit_id);
      return new;
    end $$`,
  'create trigger unit_sale_model before insert on unit_sale for each row execute function keep_sold_model()',
  'create index unit_sale_of_model on unit_sale (dealer_id, model_id)',
];

export class SoldModels1800751000000 implements MigrationInterface {
  name = 'SoldModels1800751000000';

  async up(runner: QueryRunner): Promise<void> {
    // The owner role is under row-level security as well.
    await runner.query(`select set_config('app.dealers', '*', true), set_config('app.own_dealer', '*', true)`);
    for (const sql of CHANGES) await runner.query(sql);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop trigger unit_sale_model on unit_sale');
    await runner.query('drop function keep_sold_model');
    // Its index goes with the column.
    await runner.query('alter table unit_sale drop column model_id');
  }
}
