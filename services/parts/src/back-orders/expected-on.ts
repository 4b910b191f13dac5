/** P-7: the day on which the next goods of a part are expected, as a scalar; null when none are on order. */
export const expectedOn = (partId: string): string => `
  (select min(p.expected_on) from purchase_order_line l join purchase_order p on p.id = l.purchase_order_id
    where l.part_id = ${partId} and l.received_quantity < l.quantity and p.state = 'open')`;

/** P-10: the days told for a waiting line, oldest first, as JSON. */
export const expectedDays = (lineId: string): string => `
  (select coalesce(json_agg(json_build_object('expectedOn', coalesce(b.expected_on::text, ''), 'cause', b.cause, 'reason', b.reason, 'at', iso(b.at)) order by b.position), '[]')
     from back_order_promise b where b.request_line_id = ${lineId})`;
