import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { PurchaseOrderState } from './purchase-order.rules.js';

/** What is on order from a supplier (P-1). */
@Entity('purchase_order')
export class PurchaseOrderRow {
  @PrimaryColumn('uuid') id: string;
  @Column('text') number: string;
  @Column('uuid', { name: 'warehouse_id' }) warehouseId: string;
  @Column('text') supplier: string;
  @Column('text') state: PurchaseOrderState;
  /** Local date. */
  @Column('date', { name: 'expected_on' }) expectedOn: string;
  @Column('text', { name: 'close_reason' }) closeReason: string;
  @Column('text', { name: 'created_by' }) createdBy: string;
  @Column('timestamptz', { name: 'created_at' }) createdAt: string;
  @Column('int') version: number;
}

/** Pieces of a part that were ordered. */
@Entity('purchase_order_line')
export class PurchaseOrderLineRow {
  @PrimaryColumn('uuid', { name: 'purchase_order_id' }) purchaseOrderId: string;
  @PrimaryColumn('int') position: number;
  @Column('uuid', { name: 'part_id' }) partId: string;
  @Column('int') quantity: number;
  @Column('int', { name: 'received_quantity' }) receivedQuantity: number;
}
