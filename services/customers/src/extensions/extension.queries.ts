import type { ListExtensionsRequest } from '@aftercare/contracts';
import type { CallContext } from '@aftercare/messaging';
import { Conditions, dealerScope, listStatement, pageOf, type ListOrder, type Page, type Statement } from '@aftercare/service';

const NEWEST: ListOrder = { by: 'r.granted_at', direction: 'desc', type: 'timestamptz' };

const ITEM = `json_build_object('id', r.id, 'unitId', r.unit_id, 'serial', u.serial, 'dealerId', r.dealer_id, 'basis', coalesce(r.basis, ''),
  'reference', r.reference, 'until', r.until, 'reason', r.reason, 'grantedBy', r.granted_by, 'grantedAt', iso(r.granted_at),
  'state', case when r.withdrawn_at is null then 'in_force' else 'withdrawn' end, 'withdrawalReason', r.withdrawal_reason, 'unitVersion', u.version)`;

/** W-10: extensions of the caller's dealers' units, the newest first; keyset (granted_at, id). */
export function listExtensions(request: ListExtensionsRequest, ctx: CallContext): Statement & { page: Page } {
  const page = pageOf(request.page, { list: 'extensions', key: 'instant' });
  const where = new Conditions()
    .when(request.dealerId, 'd', (dealer) => `r.dealer_id = ${dealer}::uuid`)
    .when(request.unitId, 'u', (unit) => `r.unit_id = ${unit}::uuid`)
    .when(request.basis, 'b', (basis) => `r.basis = ${basis}`)
    .when(request.state, 's', (state) => `(r.withdrawn_at is null) = (${state} = 'in_force')`);
  return {
    page,
    ...listStatement({
      name: 'extensions', table: 'warranty_extension', order: NEWEST, scope: { dealers: dealerScope(ctx) }, where, page,
      columns: `r.id, r.granted_at::text as key, ${ITEM}::text as item`, joins: 'join product_unit u on u.id = r.unit_id',
    }),
  };
}
