import type { MigrationInterface, QueryRunner } from 'typeorm';

const TELL = 'insert into outbox (id, event_type, payload, request_id, traceparent, occurred_at)';
const event = (name: string, payload: string, at: string): string => `${TELL} select gen_random_uuid(), 'aftercare.parts.v1.${name}', json_build_object(${payload})::text, gen_random_uuid()::text, '', ${at}`;

/** Late returns whose charge was taken back, with the part that had been charged. */
const LATE = 'late_return r join obligation o on o.id = r.obligation_id';

const accepted = (id: string, line: string, of: string, at: string): string => `${event(
  'ReturnAccepted',
  `'acceptanceId', ${id}, 'parcelId', p.id, 'number', p.number, 'dealerId', p.dealer_id, 'lines', json_build_array(json_build_object(${line})), 'month', to_char(${at} at time zone 'Asia/Shanghai', 'YYYY-MM')`,
  at,
)} from ${of}`;

/** A settlement of a return that a late piece made when its charge was taken back: it was accepted as late before. */
const MADE_LATE = `exists (select from late_return r join charge_slip v on v.id = r.reversing_slip_id
  where r.obligation_id = s.obligation_id and r.parcel_id = s.document_id and r.quantity = s.quantity and v.confirmed_at = s.at)`;

const STATEMENTS = [
  // The obligation of a shipped line names it.
  `${event('ObligationOpened', `'obligationId', o.id, 'dealerId', o.dealer_id, 'partId', o.part_id, 'quantity', o.issued_quantity, 'shippingOrderId', o.shipping_order_id, 'callId', coalesce(o.call_id::text, ''),
    'month', o.month, 'openingDocumentId', '', 'shippingLineId', o.shipping_line_id`, 'o.opened_at')} from obligation o where o.origin = 'shipping'`,
  accepted(
    's.id', `'countedPartId', o.part_id, 'partId', o.part_id, 'quantity', s.quantity, 'outcome', 'met', 'obligationId', o.id`,
    `obligation_settlement s join obligation o on o.id = s.obligation_id join return_parcel p on p.id = s.document_id where s.kind = 'returned' and s.document_kind = 'return_parcel' and not ${MADE_LATE}`, 's.at',
  ),
  accepted(
    'r.id', `'countedPartId', r.part_id, 'partId', o.part_id, 'quantity', r.quantity, 'outcome', 'late', 'obligationId', r.obligation_id`,
    `${LATE} join return_parcel p on p.id = r.parcel_id where r.state in ('waiting', 'reversed')`, 'r.created_at',
  ),
  accepted(
    'l.id', `'countedPartId', l.part_id, 'partId', l.part_id, 'quantity', l.surplus_quantity, 'outcome', 'surplus', 'obligationId', ''`,
    `return_counted_line l join return_parcel p on p.id = l.parcel_id
      where l.surplus_quantity > 0 and p.counted_at is not null and not exists (select from return_counted_line newer where newer.replaces_line_id = l.id)`, 'coalesce(l.counted_at, p.counted_at)',
  ),
  `${event('ReturnCreditChanged', `'creditId', c.id, 'dealerId', c.dealer_id, 'partId', c.part_id, 'quantity', c.quantity, 'documentKind', c.document_kind, 'documentId', c.document_id, 'month', c.month`, 'c.at')}
     from return_credit c`,
  `${event('LateReturnReversed', `'lateReturnId', r.id, 'dealerId', r.dealer_id, 'partId', o.part_id, 'quantity', r.quantity, 'obligationId', r.obligation_id, 'parcelId', r.parcel_id,
    'reversingSlipId', v.id, 'reversingNumber', v.number, 'month', v.month`, 'v.confirmed_at')} from ${LATE} join charge_slip v on v.id = r.reversing_slip_id where r.parcel_id is not null`,
  `${event('ShortageAgreed', `'discrepancyId', d.id, 'shippingOrderId', so.id, 'shippingOrderNumber', so.number, 'shippingLineId', l.id, 'dealerId', m.dealer_id, 'partId', m.part_id, 'quantity', m.quantity,
    'supplyKind', l.supply_kind, 'month', to_char(m.at at time zone 'Asia/Shanghai', 'YYYY-MM')`, 'm.at')}
     from stock_movement m join discrepancy d on d.id = m.document_id join shipping_line l on l.id = d.shipping_line_id join shipping_order so on so.id = d.shipping_order_id
    where m.kind = 'shortage' and m.document_kind = 'discrepancy' and not l.return_due`,
];

/** H-8: what the tie-out needs of returns, credit, late pieces, shortages and obligations of before, told as if it had been told then. */
export class ToldForTieOut1800600300000 implements MigrationInterface {
  name = 'ToldForTieOut1800600300000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`select set_config('app.dealers', '*', true), set_config('app.own_dealer', '*', true)`);
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  /** What was told stays told. */
  async down(): Promise<void> {
    await Promise.resolve();
  }
}
