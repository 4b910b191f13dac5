import { tenantTable } from '@aftercare/service';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { nameKeys } from '../customers/name-keys.js';

const BATCH = 2_000;

/** C-1: what a customer's name is found by, in the order of the code points, so that a beginning is a range of the index. */
export class CustomerSearch1791300000000 implements MigrationInterface {
  name = 'CustomerSearch1791300000000';

  async up(runner: QueryRunner): Promise<void> {
    // The owner role is under row-level security as well.
    await runner.query(`select set_config('app.dealers', '*', true), set_config('app.own_dealer', '*', true)`);
    await runner.query(`create table customer_name_key (
      dealer_id uuid not null,
      customer_id uuid not null,
      file_id uuid not null,
      position int not null,
      part text collate "C" not null,
      pinyin text collate "C" not null,
      initials text collate "C" not null,
      created_at timestamptz not null,
      primary key (file_id, position),
      foreign key (dealer_id, customer_id) references customer (dealer_id, id),
      foreign key (dealer_id, file_id) references customer (dealer_id, id)
    )`);
    await tenantTable(runner, 'customer_name_key');
    for (let after = '00000000-0000-0000-0000-000000000000'; after !== '';) after = await fill(runner, after);
    for (const column of ['part', 'pinyin', 'initials']) {
      await runner.query(`create index customer_name_key_${column} on customer_name_key (${column}) include (dealer_id, customer_id, created_at)`);
    }
    await runner.query('create index customer_name_key_customer on customer_name_key (customer_id)');
    await runner.query('alter table customer drop column initials');
    await runner.query('analyze customer_name_key');
  }

  /** The initials were no more than a help for the search: a way back fills them from the keys. */
  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`select set_config('app.dealers', '*', true), set_config('app.own_dealer', '*', true)`);
    await runner.query(`alter table customer add column initials text not null default ''`);
    await runner.query('update customer c set initials = k.initials from customer_name_key k where k.file_id = c.id and k.position = 1');
    await runner.query('alter table customer alter column initials drop default');
    await runner.query('create index customer_by_initials on customer (initials text_pattern_ops)');
    await runner.query('drop table customer_name_key');
  }
}

interface Named {
  id: string;
  name: string;
}

/** The keys of the next files by id; answers the last one's id, empty at the end. An anonymised file has none. */
async function fill(runner: QueryRunner, after: string): Promise<string> {
  const files = (await runner.query(
    'select id, case when anonymised_at is null then name else $2 end as name from customer where id > $1 order by id limit $3', [after, '', BATCH],
  )) as Named[];
  const rows = files.flatMap(({ id, name }) => nameKeys(name).map((key, at) => ({ ...key, id, at: at + 1 })));
  await runner.query(
    `insert into customer_name_key (dealer_id, customer_id, file_id, position, part, pinyin, initials, created_at)
     select f.dealer_id, c.id, f.id, k.at, k.part, k.pinyin, k.initials, c.created_at
     from json_to_recordset($1::json) k(id uuid, at int, part text, pinyin text, initials text)
       join customer f on f.id = k.id join customer c on c.id = coalesce(f.merged_into, f.id)`,
    [JSON.stringify(rows)],
  );
  return files.length < BATCH ? '' : files[files.length - 1].id;
}
