import { businessDate, newId } from '@aftercare/domain';
import type { Tx } from '@aftercare/service';
import { dealerPricesOn } from '../catalogue/part-lookup.js';
import { notify } from '../notices.js';
import { PartsRequestLine } from '../requests/parts-request.entity.js';
import type { Evidence } from '../requests/review.rules.js';
import type { Discrepancy, ShippingLine, ShippingOrder } from '../shipping/shipping-order.entity.js';
import { CarrierClaimRow } from './carrier-claim.entity.js';
import { carrierClaimSteps } from './carrier-claim.rules.js';

/** Pieces of a shipped line that the carrier has to make good. */
export interface CarrierLoss {
  discrepancy: Discrepancy;
  order: ShippingOrder;
  line: ShippingLine;
  cause: 'lost' | 'damaged';
  evidence: Evidence[];
}

/** P-8: a loss in transit opens a claim against its carrier, one for each difference, at the price that held when the goods left. */
export async function openCarrierClaim(tx: Tx, { discrepancy, order, line, cause, evidence }: CarrierLoss): Promise<void> {
  const { dealerId, id: shippingOrderId, warehouseId, carrier } = order;
  const quantity = discrepancy.missingQuantity;
  const claim: CarrierClaimRow = {
    id: newId(), number: null, dealerId, discrepancyId: discrepancy.id, shippingOrderId, warehouseId, partId: line.partId, quantity, cause, carrier,
    state: carrierClaimSteps.initial, unitPrice: await priceOf(tx, line, order), amount: null, settledAmount: null, settledOn: null, reference: '', reason: '', files: evidence,
    createdBy: tx.ctx.userId, createdAt: await tx.now(), version: 1,
  };
  await tx.em.insert(CarrierClaimRow, claim);
  await notify(tx, { kind: 'parts.carrier_claim_opened', role: 'service_clerk', document: { kind: 'carrier-claim', id: claim.id, number: order.number }, params: { pieces: quantity, carrier } });
  await tx.audit({ action: 'open', kind: 'carrier_claim', id: claim.id, dealerId, changed: { state: { after: claim.state }, pieces: { after: quantity }, cause: { after: cause } } });
}

/** What the dealer is charged for a piece, else the dealer price of the day on which it left. */
async function priceOf(tx: Tx, { supplyKind, requestLineId, partId }: ShippingLine, { shippedAt }: ShippingOrder): Promise<string | null> {
  const charged = supplyKind === 'charged' ? (await tx.em.findOneByOrFail(PartsRequestLine, { id: requestLineId })).unitPrice : null;
  return charged ?? (await dealerPricesOn(tx, [partId], businessDate(shippedAt ?? (await tx.now())))).get(partId) ?? null;
}
