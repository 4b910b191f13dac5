import type { Tx } from '@aftercare/service';

const KEEP = `
  update picking_order o set paid_at = found.since from (
    select p.id, case when count(*) filter (where r.supply_kind = 'charged') = 0 then p.created_at
        when bool_and(slip.paid is true) filter (where r.supply_kind = 'charged') then max(slip.paid_at) end as since
      from picking_order p join picking_line l on l.picking_order_id = p.id join parts_request_line r on r.id = l.request_line_id
      left join lateral (
        select s.paid, s.paid_at from charge_slip_line c join charge_slip s on s.id = c.slip_id
         where c.origin_kind = 'parts_request_line' and c.origin_id = r.id and c.reverses_line_id is null and s.state <> 'void'
         order by s.created_at desc limit 1) slip on true
     where p.request_id = any($1::uuid[]) group by p.id) found
   where o.id = found.id and o.paid_at is distinct from found.since`;

/**
 * P-11: since when the picking orders of these requests wait for no money: where nothing is charged since they were made, else since
 * the last of their slips was paid. Called where a charged line comes or goes, and when a slip is paid or owed again.
 */
export async function keepPaidSince(tx: Tx, requestIds: readonly string[]): Promise<void> {
  if (requestIds.length > 0) await tx.sql({ name: 'picking_paid_since', text: KEEP, values: [requestIds] });
}
