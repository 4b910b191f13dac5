import type { ListPurchaseProofsRequest } from '@aftercare/contracts';
import type { CallContext } from '@aftercare/messaging';
import { Conditions, dealerScope, listStatement, pageOf, type ListOrder, type Page, type Statement } from '@aftercare/service';

const NEWEST: ListOrder = { by: 'r.submitted_at', direction: 'desc', type: 'timestamptz' };

/** A proof in a list, of a row r and its unit u. */
export const PROOF_ITEM = `json_build_object('id', r.id, 'unitId', r.unit_id, 'serial', u.serial, 'dealerId', r.dealer_id, 'state', r.state,
  'purchaseDate', r.purchase_date, 'submittedBy', r.submitted_by, 'submittedAt', iso(r.submitted_at), 'decidedBy', coalesce(r.decided_by, ''),
  'decidedAt', coalesce(iso(r.decided_at), ''), 'version', r.version)`;

/** W-4: proofs of the caller's dealers, the newest first. */
export function listProofs(request: ListPurchaseProofsRequest, ctx: CallContext): Statement & { page: Page } {
  const page = pageOf(request.page, { list: 'purchase-proofs', key: 'instant' });
  const where = new Conditions()
    .when(request.dealerId, 'd', (dealer) => `r.dealer_id = ${dealer}::uuid`)
    .when(request.unitId, 'u', (unit) => `r.unit_id = ${unit}::uuid`)
    .when(request.state, 's', (state) => `r.state = ${state}`);
  return {
    page,
    ...listStatement({
      name: 'purchase_proofs', table: 'purchase_proof', order: NEWEST, scope: { dealers: dealerScope(ctx) }, where, page,
      columns: `r.id, r.submitted_at::text as key, ${PROOF_ITEM}::text as item`, joins: 'join product_unit u on u.id = r.unit_id',
    }),
  };
}
