import type { MigrationInterface, QueryRunner } from 'typeorm';

/** C-5: whose the units of before are and were is told, so that calls on them that name no file find their person. */
export class OwnersTold1800794000000 implements MigrationInterface {
  name = 'OwnersTold1800794000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`select set_config('app.dealers', '*', true)`);
    await runner.query(`
      insert into outbox (id, event_type, payload, request_id, traceparent, occurred_at)
      ${OWNERS}
      select gen_random_uuid(), 'aftercare.customers.v1.UnitOwned', json_build_object('unitId', u.id, 'version', u.version, 'owners',
        json_agg(json_build_object('customerId', o.customer_id, 'since', coalesce(iso(o.since), ''), 'until', coalesce(iso(o.until), '')) order by o.n))::text,
        gen_random_uuid()::text, '', business_now()
      from owner o join product_unit u on u.id = o.unit_id group by u.id, u.version`);
  }

  /** What was told stays told. */
  async down(): Promise<void> {
    await Promise.resolve();
  }
}

const OWNERS = `
  with owning as (
    select s.unit_id, s.buyer_id as customer_id, (u.purchase_date::timestamp at time zone 'Asia/Shanghai') as since, s.sold_at as at, null::uuid as id
      from unit_sale s join product_unit u on u.id = s.unit_id where true
    union all
    select t.unit_id, t.to_customer_id, case when t.transferred_on = (t.transferred_at at time zone 'Asia/Shanghai')::date then t.transferred_at
        else t.transferred_on::timestamp at time zone 'Asia/Shanghai' end, t.transferred_at, t.id
      from unit_transfer t where true),
  turn as (select unit_id, customer_id, at, id, max(since) over owners as since, row_number() over owners as n from owning
    window owners as (partition by unit_id order by id is not null, at, id)),
  owner as (select *, lead(since) over (partition by unit_id order by n) as until from turn)`;
