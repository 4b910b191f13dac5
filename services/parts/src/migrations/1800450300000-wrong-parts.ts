import { tenantTable } from '@aftercare/service';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** H-5: wrong parts wait for their dealer's instruction, those that were counted before, too. */
export class WrongParts1800450300000 implements MigrationInterface {
  name = 'WrongParts1800450300000';

  async up(runner: QueryRunner): Promise<void> {
    // The owner role is under row-level security as well.
    await runner.query(`select set_config('app.dealers', '*', true), set_config('app.own_dealer', '*', true)`);
    for (const sql of [TABLE, WAITING, ...INDEXES]) await runner.query(sql);
    await tenantTable(runner, 'wrong_part');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table wrong_part');
  }
}

const TABLE = `
create table wrong_part (
  id uuid primary key,
  dealer_id uuid not null,
  state text not null check (state in ('waiting', 'instructed', 'done', 'withdrawn')),
  parcel_id uuid not null,
  line_id uuid not null unique,
  part_id uuid not null references part (id),
  quantity int not null check (quantity > 0),
  instruction text not null check (instruction in ('', 'send_back', 'scrap', 'keep')),
  note text not null,
  carrier text not null,
  waybill_number text not null,
  created_at timestamptz not null,
  version int not null,
  check (state not in ('instructed', 'done') or instruction <> ''),
  foreign key (dealer_id, parcel_id) references return_parcel (dealer_id, id),
  foreign key (dealer_id, line_id) references return_counted_line (dealer_id, id)
);
`;

const WAITING = `
insert into wrong_part (id, dealer_id, state, parcel_id, line_id, part_id, quantity, instruction, note, carrier, waybill_number, created_at, version)
select gen_random_uuid(), l.dealer_id, 'waiting', l.parcel_id, l.id, l.part_id, l.quantity, '', '', '', '', coalesce(p.counted_at, p.created_at), 1
  from return_counted_line l join return_parcel p on p.id = l.parcel_id
 where l.condition = 'wrong_part' and not exists (select from return_counted_line n where n.replaces_line_id = l.id)`;

const INDEXES = [
  'create index wrong_part_newest on wrong_part (created_at desc, id desc)',
  'create index wrong_part_state on wrong_part (state, created_at desc, id desc)',
  'create index wrong_part_dealer on wrong_part (dealer_id, created_at desc, id desc)',
  'create index wrong_part_dealer_state on wrong_part (dealer_id, state, created_at desc, id desc)',
];
