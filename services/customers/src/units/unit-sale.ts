import { UnitSoldSchema } from '@aftercare/contracts';
import { businessDate } from '@aftercare/domain';
import { insertRow, type Tx } from '@aftercare/service';
import { askedByOf } from '../customers/customer-change.js';
import type { CustomerEntity } from '../customers/customer.entity.js';
import { UnitSaleEntity, type UnitEntity } from './unit.entity.js';
import { tellOwners } from './unit-owners.js';
import { flowed } from './unit.flow.js';
import { isCrossTerritory } from './unit.rules.js';

/** A checked sale of a locked unit. */
export interface UnitSale {
  unit: UnitEntity;
  /** Null when the seller may not know that dealer. */
  dispatchedTo: string | null;
  customer: Pick<CustomerEntity, 'id' | 'dealerId' | 'regionCode'>;
  /** The seller's; empty is bound to none. */
  territory: readonly string[];
  /** Empty when nobody knows the day (W-4). */
  purchaseDate: string;
  salePrice: string;
  proof: UnitSaleEntity['proof'];
  /** Who of the dealer asked, where the manufacturer registers it. */
  askedBy?: string;
}

/** C-2, C-3: keeps a sale with its flag, its step in the unit's flow, its audit entry and its event. */
export async function keepSale(tx: Tx, given: UnitSale): Promise<void> {
  const { unit, customer, askedBy = '' } = given;
  const { dealerId } = customer;
  const crossTerritory = isCrossTerritory({ sellerId: dealerId, dispatchedTo: given.dispatchedTo, region: customer.regionCode, territory: given.territory });
  Object.assign(unit, { sold: true, purchaseDate: given.purchaseDate || null, version: unit.version + 1 });
  const soldAt = await tx.now();
  const sale = {
    unitId: unit.id, dealerId, sellerId: dealerId, customerId: customer.id, buyerId: customer.id, salePrice: given.salePrice || null, proof: given.proof, crossTerritory, askedBy, soldAt,
  };
  await tx.sql({
    name: 'unit_sold', text: 'update product_unit set sold = true, purchase_date = $2, version = $3 where id = $1', values: [unit.id, unit.purchaseDate, unit.version],
  });
  await insertRow(tx, UnitSaleEntity, sale);
  await flowed(tx, unit, { kind: 'sold', dealerId, on: given.purchaseDate || businessDate(soldAt), documentId: customer.id });
  await tx.audit({
    action: 'sell', kind: 'product_unit', id: unit.id, dealerId,
    changed: { customerId: { after: sale.customerId }, purchaseDate: { after: unit.purchaseDate }, crossTerritory: { after: crossTerritory } }, personal: askedByOf(askedBy),
  });
  await tx.announce(UnitSoldSchema, {
    unitId: unit.id, serial: unit.serial, modelId: unit.modelId, dealerId, customerId: sale.customerId,
    purchaseDate: unit.purchaseDate ?? '', salePrice: sale.salePrice ?? '', crossTerritory,
  });
  await tellOwners(tx, unit);
}
