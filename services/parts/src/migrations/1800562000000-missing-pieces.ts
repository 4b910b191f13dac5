import type { MigrationInterface, QueryRunner } from 'typeorm';

const KINDS = ['returned', 'charged', 'excused', 'credit', 'shortage', 'conversion_reversed'];
const REVERSED = ['return_reversed', 'credit_reversed', 'excuse_reversed'];

const kinds = (known: readonly string[]): string[] => [
  'alter table obligation_settlement drop constraint obligation_settlement_kind_check',
  `alter table obligation_settlement add constraint obligation_settlement_kind_check check (kind in (${known.map((kind) => `'${kind}'`).join(', ')}))`,
];

const net = (kind: string, back: string): string => `coalesce(sum(case kind when '${kind}' then quantity when '${back}' then -quantity end), 0)`;

/** H-1: pieces end once, and no more ends of a kind are taken back than there were. */
const FITS = `create or replace function settlement_fits() returns trigger language plpgsql as $$
declare
  issued int;
  ended int;
  least_of_a_kind int;
begin
  select issued_quantity into issued from obligation where id = new.obligation_id for update;
  select coalesce(sum(case when kind like '%_reversed' then -quantity else quantity end), 0),
         least(${net('charged', 'conversion_reversed')}, ${net('returned', 'return_reversed')}, ${net('credit', 'credit_reversed')}, ${net('excused', 'excuse_reversed')})
    into ended, least_of_a_kind from obligation_settlement where obligation_id = new.obligation_id;
  if ended > issued or least_of_a_kind < 0 then
    raise exception 'settlements exceed what was issued' using errcode = '23514', constraint = 'settlement_fits';
  end if;
  update obligation set outstanding_quantity = issued - ended where id = new.obligation_id;
  return null;
end $$`;

const FITTED = `create or replace function settlement_fits() returns trigger language plpgsql as $$
declare
  issued int;
  ended int;
  charged int;
begin
  select issued_quantity into issued from obligation where id = new.obligation_id for update;
  select coalesce(sum(case when kind = 'conversion_reversed' then -quantity else quantity end), 0),
         coalesce(sum(case kind when 'charged' then quantity when 'conversion_reversed' then -quantity else 0 end), 0)
    into ended, charged from obligation_settlement where obligation_id = new.obligation_id;
  if ended > issued or charged < 0 then
    raise exception 'settlements exceed what was issued' using errcode = '23514', constraint = 'settlement_fits';
  end if;
  update obligation set outstanding_quantity = issued - ended where id = new.obligation_id;
  return null;
end $$`;

/** Pieces that never arrived although something had ended them meanwhile (P-8, H-1). */
export class MissingPieces1800562000000 implements MigrationInterface {
  name = 'MissingPieces1800562000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const sql of [...kinds([...KINDS, ...REVERSED]), FITS, ...WAITING]) await runner.query(sql);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const sql of [...NOT_WAITING, FITTED, ...kinds(KINDS)]) await runner.query(sql);
  }
}

const WAITING = [
  'alter table late_return alter column parcel_id drop not null',
  'alter table late_return add column discrepancy_id uuid references discrepancy (id), add column excuse_id uuid references obligation_excuse (id)',
  'alter table late_return add constraint late_return_cause check (parcel_id is not null or discrepancy_id is not null)',
  'alter table late_return add constraint late_return_excuse check (excuse_id is null or discrepancy_id is not null)',
];

const NOT_WAITING = [
  'alter table late_return drop constraint late_return_excuse, drop constraint late_return_cause',
  'alter table late_return drop column excuse_id, drop column discrepancy_id',
  'alter table late_return alter column parcel_id set not null',
];
