import { UnitOwnedSchema } from '@aftercare/contracts';
import type { Tx } from '@aftercare/service';

/** C-5: whose a unit is and was, and when, for whoever keeps something by the unit and not by its owner. */
export async function tellOwners(tx: Tx, unit: { id: string; version: number }): Promise<void> {
  const owners = await tx.sql<{ customerId: string; since: string; until: string }>({ name: 'unit_owners', text: OWNERS, values: [unit.id] });
  await tx.announce(UnitOwnedSchema, { unitId: unit.id, owners, version: unit.version });
}

/** The first owner's time begins with the day of purchase, everybody else's with the day of his transfer, or the moment where that is the same day. */
const OWNERS = `
  with owning as (
    select s.unit_id, s.buyer_id as customer_id, (u.purchase_date::timestamp at time zone 'Asia/Shanghai') as since, s.sold_at as at, null::uuid as id
      from unit_sale s join product_unit u on u.id = s.unit_id where s.unit_id = $1
    union all
    select t.unit_id, t.to_customer_id, case when t.transferred_on = (t.transferred_at at time zone 'Asia/Shanghai')::date then t.transferred_at
        else t.transferred_on::timestamp at time zone 'Asia/Shanghai' end, t.transferred_at, t.id
      from unit_transfer t where t.unit_id = $1),
  turn as (select unit_id, customer_id, at, id, max(since) over owners as since, row_number() over owners as n from owning
    window owners as (partition by unit_id order by id is not null, at, id)),
  owner as (select *, lead(since) over (partition by unit_id order by n) as until from turn)
  select customer_id as "customerId", coalesce(iso(since), '') as since, coalesce(iso(until), '') as until from owner order by n`;
