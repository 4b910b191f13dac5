import type { CallContext } from '@aftercare/messaging';
import { scopeValues, type Statement } from '@aftercare/service';
import { ownFile, ownWorker } from '../own-work/own-work.js';
import { PROOF_ITEM, seesProof } from '../purchase-proofs/purchase-proof.queries.js';

/** What a unit's file holds beside the unit; the shapes are those of the messages. */
export interface UnitFileRow {
  owners: { customerId: string; customerNumber: string; since: string; reason: string; askedBy: string }[];
  extensions: { id: string; until: string; basis: string; reference: string; reason: string; grantedBy: string; grantedAt: string; withdrawnAt: string; withdrawnBy: string; withdrawalReason: string }[];
  replacedParts: { partId: string; replacedOn: string; quantity: number; recordId: string }[];
  installations: object[];
  purchaseProofs: object[];
}

const SCOPE = (alias: string): string => `($1::boolean or ${alias}.dealer_id = any($2::uuid[]))`;

/** C-2: who owned a unit, how its warranty was extended, what was put in, who installed it; one statement, oldest first. A technician sees owners and proofs of his own work. */
export function unitFile(unitId: string, ctx: CallContext): Statement {
  return {
    name: 'unit_file',
    onePlan: true,
    text: `
      select
        coalesce((select json_agg(json_build_object('customerId', o.customer_id, 'customerNumber', c.number, 'since', coalesce(o.since::text, ''), 'reason', o.reason, 'askedBy', o.asked_by)
            order by o.nth, o.at, o.id)
          from (select s.buyer_id as customer_id, u.purchase_date as since, '' as reason, s.asked_by, 0 as nth, s.sold_at as at, s.unit_id as id, s.dealer_id
                  from unit_sale s join product_unit u on u.id = s.unit_id where s.unit_id = $3
                union all
                select t.to_customer_id, t.transferred_on, t.reason, t.asked_by, 1, t.transferred_at, t.id, t.dealer_id from unit_transfer t where t.unit_id = $3) o
            join customer c on c.id = o.customer_id where ${SCOPE('o')} and ${ownFile('o.customer_id', '$4')} is not null), '[]') as owners,
        coalesce((select json_agg(json_build_object('id', x.id, 'until', x.until, 'reason', x.reason, 'grantedBy', x.granted_by, 'grantedAt', iso(x.granted_at),
            'basis', coalesce(x.basis, ''), 'reference', x.reference, 'withdrawnAt', coalesce(iso(x.withdrawn_at), ''), 'withdrawnBy', coalesce(x.withdrawn_by, ''),
            'withdrawalReason', x.withdrawal_reason)
            order by x.granted_at, x.id)
          from warranty_extension x where x.unit_id = $3 and ${SCOPE('x')}), '[]') as extensions,
        coalesce((select json_agg(json_build_object('partId', r.part_id, 'replacedOn', r.replaced_on, 'quantity', r.quantity,
            'recordId', coalesce((select e.document_id from unit_event e
              where e.unit_id = $3 and e.kind = 'part_replaced' and e.document_id = r.record_id::text and ${SCOPE('e')} limit 1), ''))
            order by r.replaced_on, r.part_id, r.record_id)
          from replaced_part r where r.unit_id = $3), '[]') as "replacedParts",
        coalesce((select json_agg(json_build_object('id', i.id, 'number', i.number, 'dealerId', i.dealer_id, 'serial', u.serial, 'technicianUserId', i.technician_user_id,
            'appointmentFrom', iso(i.appointment_from), 'state', i.state, 'completedOn', coalesce(i.completed_on::text, ''), 'version', i.version)
            order by i.created_at, i.id)
          from installation i join product_unit u on u.id = i.unit_id where i.unit_id = $3 and ${SCOPE('i')}), '[]') as installations,
        coalesce((select json_agg(${PROOF_ITEM} order by r.submitted_at, r.id)
          from purchase_proof r join product_unit u on u.id = r.unit_id where r.unit_id = $3 and ${SCOPE('r')} and ${seesProof('$4')}), '[]') as "purchaseProofs"`,
    values: [...scopeValues(ctx), unitId, ownWorker(ctx)],
  };
}
