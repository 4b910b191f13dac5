import { tenantTable } from '@aftercare/service';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** D-1: each agreement of a dealer is a document of its own; the one that stood in the contract becomes the first. */
export class Agreements1796200000000 implements MigrationInterface {
  name = 'Agreements1796200000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table dealer_agreement (
      id uuid primary key,
      dealer_id uuid not null references dealer (id),
      number text not null,
      valid_from date not null,
      valid_to date not null check (valid_to >= valid_from),
      signed_file jsonb,
      state text not null check (state in ('draft', 'approved')),
      filed_by text not null,
      version int not null check (version > 0),
      created_at timestamptz not null default business_now(),
      unique (dealer_id, number))`);
    await runner.query('create index dealer_agreement_longest on dealer_agreement (dealer_id, valid_to desc, id desc)');
    await tenantTable(runner, 'dealer_agreement', { money: true });
    // The owner is under row-level security as well.
    await runner.query(`select set_config('app.dealers', '*', true), set_config('app.own_dealer', '*', true)`);
    await runner.query(MOVE);
    await runner.query(REMIND);
    await runner.query('alter table dealer_contract drop column agreement');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`select set_config('app.dealers', '*', true), set_config('app.own_dealer', '*', true)`);
    await runner.query('alter table dealer_contract add column agreement jsonb');
    await runner.query(`update dealer_contract c set agreement = (
      select json_build_object('number', a.number, 'validFrom', a.valid_from, 'validTo', a.valid_to, 'signedFile', a.signed_file)
      from dealer_agreement a where a.dealer_id = c.dealer_id order by a.state, a.valid_to desc limit 1)`);
    await runner.query(`delete from deadline where kind like 'agreement-%'`);
    await runner.query('drop table dealer_agreement');
  }
}

const MOVE = `
  insert into dealer_agreement (id, dealer_id, number, valid_from, valid_to, signed_file, state, filed_by, version)
  select gen_random_uuid(), d.id, c.agreement ->> 'number', (c.agreement ->> 'validFrom')::date, (c.agreement ->> 'validTo')::date,
    nullif(c.agreement -> 'signedFile', 'null'::jsonb), case when d.status = 'applicant' then 'draft' else 'approved' end, d.drafted_by, 1
  from dealer_contract c join dealer d on d.id = c.dealer_id where c.agreement is not null and c.agreement <> 'null'::jsonb`;

const REMIND = `
  insert into deadline (kind, ref, due_at, payload)
  select r.kind, a.id::text, (a.valid_to - r.days)::timestamp at time zone 'Asia/Shanghai', '{}'
  from dealer_agreement a, (values ('agreement-60-days', 60), ('agreement-30-days', 30), ('agreement-last-day', 0)) r (kind, days)
  where a.state = 'approved' and (a.valid_to - r.days)::timestamp at time zone 'Asia/Shanghai' > business_now()`;
