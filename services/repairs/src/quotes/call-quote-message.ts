import type { CallQuoteSchema } from '@aftercare/contracts';
import { maskName } from '@aftercare/domain';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { ERASED } from '../calls/erasure.rules.js';
import type { CallQuoteRow } from './call-quote.entity.js';

/** A call's quotes as JSON, oldest first, within the statement that reads the call as c. */
export const QUOTES = `
  (select coalesce(json_agg(json_build_object('id', q.id, 'state', q.state, 'labourFee', q.labour_fee::text, 'travelFee', q.travel_fee::text,
      'tariffLabourFee', q.tariff_labour_fee::text, 'tariffTravelFee', q.tariff_travel_fee::text, 'lines', q.lines, 'total', q.total::text,
      'quotedAt', iso(q.quoted_at), 'quotedBy', q.quoted_by, 'method', q.method, 'customerName', q.customer_name, 'evidence', q.evidence,
      'answeredAt', iso(q.answered_at), 'notedBy', q.noted_by, 'reason', q.reason) order by q.quoted_at, q.id), '[]')
    from call_quote q where q.call_id = c.id)`;

/** An amount of a record, empty for whoever may not read the money of the dealer who recorded it. */
export const feeOf = (record: string, amount: string): string => `case when app_sees_money(${record}.dealer_id) then (${amount})::text else '' end`;

/** A quote as it is answered; who spoke on the phone is plain or masked like the call's contact (C-5). */
export function quoteMessage(quote: CallQuoteRow, plain: boolean): MessageInitShape<typeof CallQuoteSchema> {
  return {
    ...quote,
    tariffLabourFee: quote.tariffLabourFee ?? '',
    tariffTravelFee: quote.tariffTravelFee ?? '',
    customerName: plain || quote.customerName === ERASED ? quote.customerName : maskName(quote.customerName),
    evidence: quote.evidence ?? undefined,
    answeredAt: quote.answeredAt ?? '',
    notedBy: quote.notedBy ?? '',
  };
}
