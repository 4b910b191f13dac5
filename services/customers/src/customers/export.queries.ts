import type { Statement } from '@aftercare/service';
import type { ExportContent } from './export.rules.js';

/** Everything kept of one person, by chapters. */
export interface ExportRow {
  id: string;
  number: string;
  dealerId: string;
  content: ExportContent;
  installationIds: string[];
}

const rows = (columns: string, from: string, order: string): string =>
  `(select coalesce(json_agg(json_build_object(${columns}) order by ${order}), '[]') from ${from})`;

/** The file and those merged into it, and what names any of them. */
const CHAPTERS = {
  files: rows(
    `'number', f.number, 'name', f.name, 'phones', (select coalesce(json_agg(p.phone order by p.position), '[]') from customer_phone p where p.customer_id = f.id),
     'regionCode', f.region_code, 'addressDetail', f.address_detail, 'language', f.language, 'consentService', f.consent_service,
     'consentMarketing', f.consent_marketing, 'createdAt', iso(f.created_at), 'mergedInto', f.merged_into, 'anonymisedAt', iso(f.anonymised_at)`,
    'file f', 'f.created_at, f.id',
  ),
  units: rows(
    `'serial', u.serial, 'model', m.code, 'modelName', m.name, 'purchaseDate', u.purchase_date, 'salePrice', s.sale_price::text, 'sellerId', s.seller_id, 'registeredAt', iso(s.sold_at),
     'proof', s.proof, 'bought', s.buyer_id in (select id from file), 'owned', s.customer_id in (select id from file)`,
    `unit_sale s join product_unit u on u.id = s.unit_id join product_model m on m.id = u.model_id
     where s.customer_id in (select id from file) or s.buyer_id in (select id from file)`, 's.sold_at, u.serial',
  ),
  transfers: rows(
    `'serial', u.serial, 'on', t.transferred_on, 'reason', t.reason, 'given', t.from_customer_id in (select id from file)`,
    `unit_transfer t join product_unit u on u.id = t.unit_id
     where t.from_customer_id in (select id from file) or t.to_customer_id in (select id from file)`, 't.transferred_at, t.id',
  ),
  installations: rows(
    `'number', i.number, 'serial', u.serial, 'appointmentFrom', iso(i.appointment_from), 'appointmentTo', iso(i.appointment_to), 'state', i.state,
     'checklist', i.checklist, 'customerInstructed', i.customer_instructed, 'photos', i.photos, 'note', i.note, 'completedOn', i.completed_on`,
    'installation i join product_unit u on u.id = i.unit_id where i.customer_id in (select id from file)', 'i.created_at, i.id',
  ),
  extensions: rows(
    `'serial', u.serial, 'until', x.until, 'basis', x.basis, 'reference', x.reference, 'reason', x.reason, 'grantedAt', iso(x.granted_at),
     'withdrawnAt', iso(x.withdrawn_at), 'withdrawalReason', x.withdrawal_reason`,
    'warranty_extension x join product_unit u on u.id = x.unit_id where x.customer_id in (select id from file)', 'x.granted_at, x.id',
  ),
  purchaseProofs: rows(
    `'serial', u.serial, 'purchaseDate', p.purchase_date, 'evidence', p.evidence, 'reason', p.reason, 'state', p.state, 'submittedAt', iso(p.submitted_at),
     'decidedAt', iso(p.decided_at), 'decisionReason', p.decision_reason`,
    `purchase_proof p join product_unit u on u.id = p.unit_id join unit_sale s on s.unit_id = p.unit_id
     where s.buyer_id in (select id from file)`, 'p.submitted_at, p.id',
  ),
  events: rows(`'at', iso(e.at), 'kind', e.kind, 'fields', e.fields`, 'customer_event e where e.customer_id in (select id from file)', 'e.at, e.id'),
  classes: rows(
    `'month', k.month, 'class', k.class, 'contribution', k.contribution::text, 'frequency', k.frequency, 'lastOn', k.last_on`,
    'customer_class k where k.customer_id in (select id from file)', 'k.month',
  ),
  pinnedClass: rows(
    `'class', p.class, 'reason', p.reason, 'pinnedAt', iso(p.pinned_at)`, 'customer_class_pin p where p.customer_id in (select id from file)', 'p.pinned_at',
  ),
  formerValues: rows(
    `'at', iso(a.at), 'values', (p.personal_values::jsonb - 'reason' - 'askedBy')::text`,
    `audit_entry a join audit_personal p on p.entry_id = a.id
     where a.document_id in (select id::text from file) and p.erased_at is null and p.personal_values::jsonb - 'reason' - 'askedBy' <> '{}'`, 'a.at, a.id',
  ),
} as const;

/**
 * C-5: asked for a customer whom the caller was found to see. The values beside the audit trail are the system's to
 * read, so the statement runs as the system.
 */
export function everythingOf(id: string): Statement {
  const chapters = Object.entries(CHAPTERS).map(([name, text]) => `'${name}', ${text}`).join(',\n');
  return {
    name: 'customer_export',
    text: `
      with used as (select coalesce(merged_into, id) as id from customer where id = $1),
      file as (select c.* from customer c join used on c.id = used.id or c.merged_into = used.id)
      select f.id, f.number, f.dealer_id as "dealerId", json_build_object(${chapters}) as content,
        (select coalesce(array_agg(i.id::text), '{}') from installation i where i.customer_id in (select id from file)) as "installationIds"
      from file f join used using (id)`,
    values: [id],
  };
}
