import { newId } from '@aftercare/domain';
import type { Tx } from '@aftercare/service';
import type { ShippingOrder } from './shipping-order.entity.js';
import { ShippingPromise, type PromiseCause } from './shipping-promise.entity.js';

/** A day that is promised from now on. */
export interface NewPromise {
  promisedOn: string;
  cause: Exclude<PromiseCause, 'proposed'>;
  reason: string;
}

/**
 * P-10: keeps a promised day with its reason; the order is locked and still has the day it had before. The day that was proposed
 * first is kept together with the first change, since without one the order itself tells it.
 */
export async function keepPromise(tx: Tx, order: Pick<ShippingOrder, 'id' | 'dealerId' | 'plannedDate' | 'createdAt'>, { promisedOn, cause, reason }: NewPromise): Promise<void> {
  const { id: shippingOrderId, dealerId, plannedDate, createdAt } = order;
  const kept = await tx.em.countBy(ShippingPromise, { shippingOrderId });
  const first = kept === 0 && plannedDate !== null ? [{ promisedOn: plannedDate, cause: 'proposed' as const, reason: '', at: createdAt, by: '' }] : [];
  const days = [...first, { promisedOn, cause, reason, at: await tx.now(), by: tx.ctx.userId }];
  await tx.em.insert(ShippingPromise, days.map((day, index) => ({ id: newId(), dealerId, shippingOrderId, position: kept + index + 1, ...day })));
}
