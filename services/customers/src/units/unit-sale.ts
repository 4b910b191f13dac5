import { UnitSoldSchema } from '@aftercare/contracts';
import { businessDate } from '@aftercare/domain';
import type { Tx } from '@aftercare/service';
import type { CustomerEntity } from '../customers/customer.entity.js';
import { KnownDealerEntity } from '../dealers/known-dealer.entity.js';
import { UnitEntity, UnitSaleEntity } from './unit.entity.js';
import { flowed } from './unit.flow.js';
import { checkSale, isCrossTerritory } from './unit.rules.js';

/** Who buys: the customer's dealer is the seller. */
export type Buyer = Pick<CustomerEntity, 'id' | 'dealerId' | 'regionCode'>;

/** A sale of a locked unit. */
export interface Sale {
  unit: UnitEntity;
  dispatchedTo: string | null;
  customer: Buyer;
  /** Empty when nobody knows the day (W-4). */
  purchaseDate: string;
  salePrice: string;
  proof: { id: string; sha256: string } | null;
}

/** C-2, C-3: registers a sale with its flag, its step in the unit's flow, its audit entry and its event. Errors as checkSale. */
export async function recordSale(tx: Tx, { unit, dispatchedTo, customer, purchaseDate, salePrice, proof }: Sale): Promise<void> {
  const today = businessDate(await tx.now());
  checkSale(unit, { purchaseDate, salePrice }, today);
  const dealer = await tx.em.findOneBy(KnownDealerEntity, { id: customer.dealerId });
  const crossTerritory = isCrossTerritory({
    sellerId: customer.dealerId, dispatchedTo, region: customer.regionCode, territory: dealer?.territory ?? [],
  });
  Object.assign(unit, { sold: true, purchaseDate: purchaseDate || null, version: unit.version + 1 });
  const sale = tx.em.create(UnitSaleEntity, {
    unitId: unit.id, dealerId: customer.dealerId, customerId: customer.id, buyerId: customer.id,
    salePrice: salePrice || null, proof, crossTerritory, soldAt: await tx.now(),
  });
  await tx.em.save(UnitEntity, unit);
  await tx.em.insert(UnitSaleEntity, sale);
  await flowed(tx, unit, { kind: 'sold', dealerId: sale.dealerId, on: purchaseDate || today, documentId: customer.id });
  await tx.audit({
    action: 'sell', kind: 'product_unit', id: unit.id, dealerId: sale.dealerId,
    changed: { customerId: { after: sale.customerId }, purchaseDate: { after: unit.purchaseDate }, crossTerritory: { after: crossTerritory } },
  });
  await tx.announce(UnitSoldSchema, {
    unitId: unit.id, serial: unit.serial, modelId: unit.modelId, dealerId: sale.dealerId, customerId: sale.customerId,
    purchaseDate: unit.purchaseDate ?? '', salePrice: sale.salePrice ?? '', crossTerritory,
  });
}
