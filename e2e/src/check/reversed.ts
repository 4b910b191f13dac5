/** A command may take this long, and its moment is when it began: what is nearer together may have happened in either order. */
const TOGETHER = "interval '5 seconds'";

/**
 * Shipped charged lines of which more had left than was still charged then (P-9, F-5): per request line what left up to this
 * shipment, less what never arrived, beside its pieces on slips less those that were reversed before. What is reversed after it left is no violation.
 */
export const MORE_LEFT_THAN_CHARGED = `
  with shipped as (
    select l.id, l.request_line_id, o.number, o.shipped_at,
      sum(l.quantity) over (partition by l.request_line_id order by o.shipped_at, o.id, l.id)
        - coalesce((select sum(d.missing_quantity) from discrepancy d join shipping_line m on m.id = d.shipping_line_id where m.request_line_id = l.request_line_id), 0) as pieces
    from shipping_line l join shipping_order o on o.id = l.shipping_order_id
    where l.supply_kind = 'charged' and o.shipped_at is not null),
  beside as (
    select s.*,
      coalesce((select sum(c.quantity) from charge_slip_line c join charge_slip h on h.id = c.slip_id
        where c.origin_kind = 'parts_request_line' and c.origin_id = s.request_line_id and h.state <> 'draft'), 0) as charged,
      coalesce((select -sum(r.quantity) from charge_slip_line c join charge_slip_line r on r.reverses_line_id = c.id join charge_slip h on h.id = r.slip_id
        where c.origin_kind = 'parts_request_line' and c.origin_id = s.request_line_id and h.confirmed_at < s.shipped_at - ${TOGETHER}), 0) as reversed
    from shipped s)
  select 'charged line ' || id || ' of ' || number || ': ' || pieces || ' pieces had left, ' || charged || ' were charged and ' || reversed || ' of them reversed before' as violation
  from beside where reversed > 0 and pieces > charged - reversed`;
