import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { SiteKind } from '@aftercare/domain';

/** A site of the manufacturer: receiving ones ship and count returns, transit ones pass returns on (H-4). */
@Entity('warehouse')
export class Warehouse {
  @PrimaryColumn('uuid')
  id: string;

  @Column('text', { unique: true })
  code: string;

  @Column('text')
  name: string;

  @Column('text', { name: 'name_en' })
  nameEn: string;

  @Column('text')
  kind: SiteKind;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: string;

  @Column('integer')
  version: number;
}

/** Pieces of a part in a warehouse: the sum of its movements, never below what is promised (P-2). */
@Entity('stock_balance')
export class StockBalance {
  @PrimaryColumn('uuid', { name: 'warehouse_id' })
  warehouseId: string;

  @PrimaryColumn('uuid', { name: 'part_id' })
  partId: string;

  @Column('integer', { name: 'on_hand' })
  onHand: number;

  @Column('integer')
  reserved: number;
}

/** Pieces of a part a dealer still has to return 用户借料 (H-1a). */
@Entity('dealer_holding')
export class DealerHolding {
  @PrimaryColumn('uuid', { name: 'dealer_id' })
  dealerId: string;

  @PrimaryColumn('uuid', { name: 'part_id' })
  partId: string;

  @Column('integer')
  quantity: number;
}

/** One movement between two accounts; never changed or deleted (P-2). */
@Entity('stock_movement')
export class StockMovement {
  @PrimaryColumn('uuid')
  id: string;

  @Column('timestamptz')
  at: string;

  @Column('uuid', { name: 'part_id' })
  partId: string;

  @Column('integer')
  quantity: number;

  @Column('text', { name: 'from_account' })
  fromAccount: string;

  @Column('text', { name: 'to_account' })
  toAccount: string;

  @Column('text')
  kind: string;

  @Column('text', { name: 'document_kind' })
  documentKind: string;

  @Column('uuid', { name: 'document_id' })
  documentId: string;

  @Column('uuid', { name: 'dealer_id', nullable: true })
  dealerId: string | null;
}

/** Goods that came from a supplier. */
@Entity('purchase_receipt')
export class PurchaseReceipt {
  @PrimaryColumn('uuid')
  id: string;

  @Column('text', { unique: true })
  number: string;

  @Column('uuid', { name: 'warehouse_id' })
  warehouseId: string;

  /** The supplier's delivery note. */
  @Column('text')
  reference: string;

  /** The order it came on; null for none. */
  @Column('uuid', { name: 'purchase_order_id', nullable: true })
  purchaseOrderId: string | null;

  @Column('text', { name: 'received_by' })
  receivedBy: string;

  @Column('timestamptz', { name: 'received_at' })
  receivedAt: string;

  @Column('integer')
  version: number;
}

/** A line of a purchase receipt. */
@Entity('purchase_line')
export class PurchaseLine {
  @PrimaryColumn('uuid', { name: 'purchase_receipt_id' })
  purchaseReceiptId: string;

  @PrimaryColumn('integer')
  position: number;

  @Column('uuid', { name: 'part_id' })
  partId: string;

  @Column('integer')
  quantity: number;

  /** What the manufacturer paid, without tax; no dealer ever sees it (F-7). */
  @Column('numeric', { name: 'unit_cost', precision: 14, scale: 4 })
  unitCost: string;
}
