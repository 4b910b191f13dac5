import { ShortageAgreedSchema } from '@aftercare/contracts';
import { monthOf } from '@aftercare/domain';
import type { Tx } from '@aftercare/service';
import type { Discrepancy, ShippingLine, ShippingOrder } from './shipping-order.entity.js';

/** H-8, P-8: tells an agreed shortage of a line that opened no obligation; of the others their settlement tells it. */
export async function tellShortage(tx: Tx, { discrepancy, order, line }: { discrepancy: Discrepancy; order: ShippingOrder; line: ShippingLine }): Promise<void> {
  await tx.announce(ShortageAgreedSchema, {
    discrepancyId: discrepancy.id, shippingOrderId: order.id, shippingOrderNumber: order.number, shippingLineId: line.id, dealerId: order.dealerId, partId: line.partId,
    quantity: discrepancy.missingQuantity, supplyKind: line.supplyKind, month: monthOf(await tx.now()),
  });
}
