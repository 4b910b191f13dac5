import { feeOf, QUOTES } from '../quotes/call-quote-message.js';
import { scopeValues, type Page, type Statement } from '@aftercare/service';
import type { CallContext } from '@aftercare/messaging';

/** Everything kept of a call. */
export interface CallExportRow {
  id: string;
  number: string;
  dealerId: string | null;
  contactName: string;
  contactPhone: string;
  addressDetail: string;
  /** Sort key as text. */
  key: string;
  content: Record<string, unknown>;
}

const CONTENT = `
  'number', c.number, 'channel', c.channel, 'serial', c.unit_serial, 'unitDescription', c.unit_description, 'contactName', c.contact_name,
  'contactPhone', c.contact_phone, 'regionCode', c.region_code, 'addressDetail', c.address_detail, 'symptoms', c.symptoms, 'intake', c.intake,
  'wishedFrom', iso(c.wished_from), 'wishedTo', iso(c.wished_to), 'photos', c.photos, 'state', c.state, 'openedAt', iso(c.opened_at),
  'appointmentFrom', iso(c.appointment_from), 'appointmentTo', iso(c.appointment_to), 'confirmationMethod', c.confirmation_method,
  'confirmationEvidence', c.confirmation_evidence, 'confirmedAt', iso(c.confirmed_at),
  'records', (select coalesce(json_agg(json_build_object('recordedAt', iso(r.recorded_at), 'faults', r.faults, 'toldCustomer', r.told_customer,
      'labourFee', ${feeOf('r', 'r.labour_fee')}, 'travelFee', ${feeOf('r', 'r.travel_fee')}, 'photos', r.photos) order by r.recorded_at, r.id), '[]')
    from repair_record r where r.call_id = c.id),
  'history', (select coalesce(json_agg(json_build_object('at', iso(e.at), 'action', e.action, 'reason', e.reason) order by e.at, e.id), '[]')
    from call_event e where e.call_id = c.id),
  'appointments', (select coalesce(json_agg(json_build_object('from', iso(a.window_from), 'to', iso(a.window_to), 'reason', a.reason, 'outcome', a.outcome)
      order by a.promised_at, a.id), '[]') from call_appointment a where a.call_id = c.id),
  'supportQuestions', (select coalesce(json_agg(json_build_object('number', s.number, 'kind', s.kind, 'askedAt', iso(s.asked_at), 'question', s.question,
      'photos', s.photos, 'answeredAt', iso(s.answered_at), 'answer', s.answer) order by s.asked_at, s.id), '[]') from support_question s where s.call_id = c.id),
  'quotes', ${QUOTES},
  'qualityReports', (select coalesce(json_agg(json_build_object('number', q.number, 'description', q.description, 'cause', q.cause, 'action', q.action,
      'photos', q.photos) order by q.created_at), '[]')
    from quality_report q where q.origin_kind = 'repair-call' and q.origin_id = c.id),
  'reimbursements', (select coalesce(json_agg(json_build_object('number', m.number, 'performedOn', m.performed_on, 'performedBy', m.performed_by,
      'description', m.description, 'amount', m.amount::text, 'approvedAmount', m.approved_amount::text, 'state', m.state, 'payeeKind', m.payee_kind,
      'payeeName', case when m.payee_kind = 'customer' then m.payee_name end, 'payeeAccount', case when m.payee_kind = 'customer' then m.payee_account end,
      'proofs', m.proofs) order by m.created_at), '[]')
    from reimbursement m where m.call_id = c.id),
  'spotChecks', (select coalesce(json_agg(json_build_object('checkedAt', iso(i.checked_at), 'answers', i.answers, 'finding', i.finding) order by i.checked_at), '[]')
    from spot_check_item i where i.call_id = c.id and i.checked_at is not null)`;

/** The calls of one customer's file that the caller may see, oldest first; keyset (opened_at, id). */
export function callsOfCustomer(customerId: string, ctx: CallContext, page: Page): Statement {
  return {
    name: 'export_calls',
    text: `
      select c.id, c.number, c.dealer_id as "dealerId", c.contact_name as "contactName", c.contact_phone as "contactPhone",
        c.address_detail as "addressDetail", c.opened_at::text as key, json_build_object(${CONTENT}) as content
      from repair_call c
      where c.customer_id = $3::uuid and ($1::boolean or c.dealer_id = any($2::uuid[]))
        and ($4::timestamptz is null or (c.opened_at, c.id) > ($4, $5::uuid))
      order by c.opened_at, c.id limit $6::int + 1`,
    values: [...scopeValues(ctx), customerId, page.after?.key ?? null, page.after?.id ?? null, page.limit],
  };
}

/** The values that changed in the meantime, kept beside the audit trail: the system's to read. */
export function formerValuesOf(callIds: string[]): Statement {
  return {
    name: 'export_former_values',
    text: `select a.document_id as id, json_agg(json_build_object('at', iso(a.at), 'values', p.personal_values) order by a.at, a.id) as values
      from audit_entry a join audit_personal p on p.entry_id = a.id
      where a.document_id = any($1::text[]) and p.erased_at is null and a.action not in ('reveal', 'export') group by a.document_id`,
    values: [callIds],
  };
}
