import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Urgency } from '@aftercare/domain';
import type { PickingState } from './picking.rules.js';

/** 《售后服务领料单》: the order to a warehouse to make parts ready (P-7). */
@Entity('picking_order')
export class PickingOrder {
  @PrimaryColumn('uuid')
  id: string;

  @Column('text', { unique: true })
  number: string;

  @Column('uuid', { name: 'dealer_id' })
  dealerId: string;

  @Column('uuid', { name: 'request_id' })
  requestId: string;

  @Column('uuid', { name: 'warehouse_id' })
  warehouseId: string;

  @Column('text')
  state: PickingState;

  @Column('text')
  urgency: Urgency;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: string;

  /** Since when nothing on it waits for money (P-11); null while a charged line does. */
  @Column('timestamptz', { name: 'paid_at', nullable: true })
  paidAt: string | null;

  @Column('integer')
  version: number;
}

/** Reserved pieces of one request line. */
@Entity('picking_line')
export class PickingLine {
  @PrimaryColumn('uuid')
  id: string;

  @Column('uuid', { name: 'dealer_id' })
  dealerId: string;

  @Column('uuid', { name: 'picking_order_id' })
  pickingOrderId: string;

  @Column('uuid', { name: 'request_line_id' })
  requestLineId: string;

  @Column('uuid', { name: 'part_id' })
  partId: string;

  @Column('integer')
  quantity: number;

  /** Pieces that stand on shipping orders. */
  @Column('integer', { name: 'planned_quantity' })
  plannedQuantity: number;
}
