import { id, monthOf, numberOf } from './goods.js';
import type { Told } from './told.js';

const PARTS = { teller: 'parts', from: 'g_supply' };
const SHIPPING = id('shipping', 'confirmed_at');
const SHIPPING_LINE = id('shipping line', 'confirmed_at');
const REQUEST = id('request', 'asked_at');
const REQUEST_LINE = id('request line', 'asked_at');
const SLIP = id('slip', 'approved_at');
const SLIP_LINE = id('slip line', 'approved_at');
const KIND = `case when charged then 'charged' else 'warranty' end`;
const ifCharged = (value: string): string => `case when charged then ${value}::text else '' end`;

/** Events of requests, shipments, obligations, parcels, slips and invoices. */
export const GOODS_TOLD: readonly Told[] = [
  {
    ...PARTS, event: 'aftercare.parts.v1.PartsRequestSubmitted', where: 'true', at: 'asked_at',
    payload: `'requestId', ${REQUEST}, 'number', ${numberOf('PR', 'asked_at')}, 'dealerId', dealer_id, 'purpose', 'repair', 'callId', call_id`,
  },
  {
    ...PARTS, event: 'aftercare.parts.v1.PartsLineApproved', where: 'parted', at: 'approved_at',
    payload: `'requestId', ${REQUEST}, 'lineId', ${REQUEST_LINE}, 'dealerId', dealer_id, 'partId', part_id, 'quantity', quantity, 'supplyKind', ${KIND}, 'returnDue', due_on is not null, 'callId', call_id`,
  },
  {
    ...PARTS, event: 'aftercare.parts.v1.PartsShipped', where: 'parted', at: 'shipped_at',
    payload: `'shippingOrderId', ${SHIPPING}, 'number', ${numberOf('SO', 'confirmed_at')}, 'requestId', ${REQUEST}, 'dealerId', dealer_id, 'callId', call_id,
      'lines', json_build_array(json_build_object('shippingLineId', ${SHIPPING_LINE}, 'requestLineId', ${REQUEST_LINE}, 'partId', part_id, 'quantity', quantity, 'supplyKind', ${KIND},
        'returnDue', due_on is not null, 'chargeSlipId', ${ifCharged(SLIP)}, 'chargeSlipLineId', ${ifCharged(SLIP_LINE)},
        'reason', ${ifCharged(`'term_over'`)}, 'revenueNet', ${ifCharged('net')})), 'shippedAt', iso(shipped_at), 'month', ${monthOf('shipped_at')}`,
  },
  {
    ...PARTS, event: 'aftercare.parts.v1.PartsReceived', where: 'parted', at: 'received_at',
    payload: `'shippingOrderId', ${SHIPPING}, 'dealerId', dealer_id, 'callId', call_id,
      'lines', json_build_array(json_build_object('shippingLineId', ${SHIPPING_LINE}, 'partId', part_id, 'receivedQuantity', quantity, 'missingQuantity', 0))`,
  },
  {
    ...PARTS, event: 'aftercare.parts.v1.ObligationOpened', where: 'due_on is not null', at: 'shipped_at',
    payload: `'obligationId', ${id('obligation', 'shipped_at')}, 'dealerId', dealer_id, 'partId', part_id, 'quantity', quantity, 'shippingOrderId', ${SHIPPING}, 'callId', call_id,
      'month', ${monthOf('shipped_at')}, 'openingDocumentId', '', 'shippingLineId', ${SHIPPING_LINE}`,
  },
  {
    ...PARTS, event: 'aftercare.parts.v1.ObligationDue', where: 'due_on is not null', at: 'delivered_at',
    payload: `'obligationId', ${id('obligation', 'shipped_at')}, 'dealerId', dealer_id, 'dueOn', due_on`,
  },
  {
    teller: 'parts', from: 'g_returned', event: 'aftercare.parts.v1.ObligationSettled', where: 'counted_at is not null', at: 'counted_at',
    payload: `'obligationId', ${id('obligation', 'shipped_at')}, 'settlementId', ${id('settlement', 'counted_at')}, 'dealerId', dealer_id, 'partId', part_id, 'kind', 'returned', 'quantity', quantity,
      'documentKind', 'return_parcel', 'documentId', pg_temp.uid('parcel', parcel_n, created_at), 'month', ${monthOf('counted_at')}`,
  },
  {
    teller: 'parts', from: 'g_returned', event: 'aftercare.parts.v1.ReturnAccepted', where: 'counted_at is not null', at: 'counted_at',
    payload: `'acceptanceId', ${id('settlement', 'counted_at')}, 'parcelId', pg_temp.uid('parcel', parcel_n, created_at), 'number', pg_temp.number('RT', created_at, parcel_n), 'dealerId', dealer_id,
      'lines', json_build_array(json_build_object('countedPartId', part_id, 'partId', part_id, 'quantity', quantity, 'outcome', 'met', 'obligationId', ${id('obligation', 'shipped_at')})),
      'month', ${monthOf('counted_at')}`,
  },
  {
    teller: 'parts', from: 'g_parcel', event: 'aftercare.parts.v1.ReturnCounted', where: 'counted_at is not null', at: 'counted_at',
    payload: `'parcelId', ${id('parcel', 'created_at')}, 'number', ${numberOf('RT', 'created_at')}, 'dealerId', dealer_id,
      'lines', (select json_agg(json_build_object('partId', r.part_id, 'quantity', r.quantity, 'condition', 'scrap', 'metQuantity', r.quantity, 'surplusQuantity', 0) order by r.position)
        from g_returned r where r.parcel_n = g_parcel.n), 'difference', false, 'month', ${monthOf('counted_at')}`,
  },
  {
    ...PARTS, event: 'aftercare.parts.v1.ChargeSlipConfirmed', where: 'charged', at: 'confirmed_at',
    payload: `'slipId', ${SLIP}, 'number', ${numberOf('CS', 'confirmed_at')}, 'dealerId', dealer_id, 'direction', 'charge',
      'lines', json_build_array(json_build_object('lineId', ${SLIP_LINE}, 'partId', part_id, 'quantity', quantity, 'unitPrice', price || '.0000', 'netAmount', net::text, 'taxAmount', tax::text,
        'reason', 'term_over', 'taxRate', '13',
        'originKind', 'parts_request_line', 'originId', ${REQUEST_LINE}, 'revenueNet', '0.00', 'revenueQuantity', 0)), 'netTotal', net::text, 'taxTotal', tax::text, 'grossTotal', gross::text, 'paymentMethod', 'bank_transfer', 'invoiceWish', wish,
      'confirmedAt', iso(confirmed_at), 'month', ${monthOf('confirmed_at')}, 'origin', 'request', 'requestId', ${REQUEST}, 'claimId', '', 'payeeKind', ''`,
  },
  {
    teller: 'invoicing', from: 'g_supply', event: 'aftercare.invoicing.v1.ChargeSlipPaid', where: 'charged', at: 'paid_at',
    payload: `'slipId', ${SLIP}, 'dealerId', dealer_id, 'paidTotal', gross::text, 'paid', true, 'version', 2`,
  },
  {
    teller: 'invoicing', from: 'g_invoice', event: 'aftercare.invoicing.v1.InvoiceIssued', where: 'issued', at: 'created_at',
    payload: `'invoiceId', ${id('invoice', 'created_at')}, 'number', ${numberOf('IR', 'created_at')}, 'dealerId', dealer_id,
      'slipIds', (select json_agg(pg_temp.uid('slip', s.n, s.approved_at) order by s.n) from g_supply s where s.n = any(slips)), 'grossTotal', gross::text, 'month', ${monthOf('created_at')}`,
  },
];
