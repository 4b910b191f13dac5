import type { ListPurchaseProofsRequest } from '@aftercare/contracts';
import type { CallContext } from '@aftercare/messaging';
import { Conditions, dealerScope, listStatement, pageOf, type ListOrder, type Page, type Statement } from '@aftercare/service';
import { ownWorker, worksOnUnit } from '../own-work/own-work.js';

const NEWEST: ListOrder = { by: 'r.submitted_at', direction: 'desc', type: 'timestamptz' };

/** A proof in a list, of a row r and its unit u. */
export const PROOF_ITEM = `json_build_object('id', r.id, 'unitId', r.unit_id, 'serial', u.serial, 'dealerId', r.dealer_id, 'state', r.state,
  'purchaseDate', r.purchase_date, 'submittedBy', r.submitted_by, 'submittedAt', iso(r.submitted_at), 'decidedBy', coalesce(r.decided_by, ''),
  'decidedAt', coalesce(iso(r.decided_at), ''), 'version', r.version)`;

/** The proof r is the caller's to see: a technician's are those he handed in and those of units he works on (C-5); `me` is the place of ownWorker. */
export function seesProof(me: string): string {
  return `(${me}::text is null or r.submitted_by = ${me}::text or ${worksOnUnit('r.unit_id', '(select s.customer_id from unit_sale s where s.unit_id = r.unit_id)', me)})`;
}

/** W-4: proofs of the caller's dealers, of a technician his own, the newest first. */
export function listProofs(request: ListPurchaseProofsRequest, ctx: CallContext): Statement & { page: Page } {
  const page = pageOf(request.page, { list: 'purchase-proofs', key: 'instant' });
  const where = new Conditions()
    .when(ownWorker(ctx), 'me', seesProof)
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
