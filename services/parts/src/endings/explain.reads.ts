import { allowedActions } from '@aftercare/domain';
import type { CallContext } from '@aftercare/messaging';
import type { Statement } from '@aftercare/service';
import type { Evidence } from '../requests/review.rules.js';
import { explainEnd, holdsOf, type EndTold, type StillOpen } from './explain.rules.js';
import { OBLIGATION_ACTIONS, obligationRefusal, type EndableObligation } from './obligation-end.rules.js';

const ENDS = `
  select jsonb_agg(jsonb_build_object(
           'settlementId', s.id, 'kind', s.kind, 'quantity', s.quantity, 'at', iso(s.at), 'documentKind', s.document_kind, 'documentId', s.document_id,
           'documentNumber', coalesce(case s.document_kind
             when 'return_parcel' then (select number from return_parcel where id = s.document_id)
             when 'charge_slip' then (select number from charge_slip where id = s.document_id)
             when 'shipping_order' then (select number from shipping_order where id = s.document_id)
             when 'opening_document' then (select number from opening_document where id = s.document_id)
             when 'discrepancy' then (select o.number from discrepancy d join shipping_order o on o.id = d.shipping_order_id where d.id = s.document_id) end, ''),
           'basis', coalesce(e.basis, x.exclusion, case s.kind when 'charged' then 'stocktake_deficit' end, ''),
           'reason', coalesce(e.reason, x.cause, ''), 'evidence', coalesce(e.evidence, x.evidence, '[]')) order by s.at, s.id)
    from obligation_settlement s
    left join obligation_excuse e on s.document_kind = 'obligation_excuse' and e.id = s.document_id
    left join obligation_exclusion x on s.kind = 'charged' and x.slip_id = s.document_id and x.obligation_id = s.obligation_id
   where s.obligation_id = r.id`;

const EXTENSIONS = `
  select jsonb_agg(jsonb_build_object('fromDueOn', coalesce(e.from_due_on::text, ''), 'toDueOn', e.to_due_on, 'reason', e.reason, 'at', iso(e.at)) order by e.at, e.id)
    from obligation_extension e where e.obligation_id = r.id`;

const PARCELS = `
  select jsonb_agg(jsonb_build_object('id', p.id, 'number', p.number) order by p.number)
    from return_parcel p
   where p.dealer_id = r.dealer_id and p.state in ('announced', 'in_transit', 'at_transit_site', 'received')
     and exists (select from return_announced_line l where l.parcel_id = p.id and l.part_id = r.part_id)`;

const STOCKTAKE = `
  select jsonb_build_object('id', t.id, 'number', t.number, 'state', t.state, 'returnUntil', t.return_until, 'objectUntil', t.object_until)
    from stocktake_piece p join stocktake t on t.id = p.stocktake_id where p.obligation_id = r.id and t.state in ('open', 'closed')`;

const MORE = `
  select coalesce((${ENDS}), '[]') as ends, coalesce((${EXTENSIONS}), '[]') as extensions, coalesce((${PARCELS}), '[]') as parcels, (${STOCKTAKE}) as stocktake
    from obligation r where r.id = $1`;

/** What stands behind an obligation that the caller may see. */
export function behindObligation(id: string): Statement {
  return { name: 'behind_obligation', text: MORE, values: [id] };
}

export interface BehindObligation {
  ends: (EndTold & { settlementId: string; documentId: string; evidence: Evidence[] })[];
  extensions: { fromDueOn: string; toDueOn: string; reason: string; at: string }[];
  parcels: { id: string; number: string }[];
  /** Null for none, and where the reader may not see it. */
  stocktake: StillOpen['stocktake'];
}

/** Nothing stands behind it. */
export const NOTHING_BEHIND: BehindObligation = { ends: [], extensions: [], parcels: [], stocktake: null };

/** H-1: each end with its why, what keeps the rest on the list, and what the reader may do. */
export function explainedMore(obligation: EndableObligation, behind: BehindObligation, ctx: CallContext) {
  const { ends, extensions, parcels, stocktake } = behind;
  const open: StillOpen = { dueOn: obligation.dueOn, parcels, stocktake, extension: extensions.at(-1) ?? null };
  return {
    ends: ends.map((end) => ({ ...end, ...explainEnd(end) })),
    extensions,
    holds: obligation.outstanding > 0 ? holdsOf(open) : [],
    allowedActions: allowedActions(ctx, OBLIGATION_ACTIONS.map((action) => ({ action, reason: obligationRefusal(action, obligation, ctx.role) }))),
  };
}
