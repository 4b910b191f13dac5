import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { SupplyKind } from '@aftercare/domain';
import type { DiscrepancyState, ShippingOrderState } from './shipping.rules.js';

/** 《售后服务发货单》: the order to send parts (P-8). */
@Entity('shipping_order')
export class ShippingOrder {
  @PrimaryColumn('uuid')
  id: string;

  /** Consecutive without gaps per year. */
  @Column('text', { unique: true })
  number: string;

  @Column('uuid', { name: 'dealer_id' })
  dealerId: string;

  @Column('uuid', { name: 'request_id' })
  requestId: string;

  @Column('uuid', { name: 'picking_order_id' })
  pickingOrderId: string;

  @Column('uuid', { name: 'warehouse_id' })
  warehouseId: string;

  @Column('text')
  state: ShippingOrderState;

  /** Local day proposed to the dealer. */
  @Column('date', { name: 'planned_date', nullable: true })
  plannedDate: string | null;

  /** Local day the dealer agreed to. */
  @Column('date', { name: 'agreed_date', nullable: true })
  agreedDate: string | null;

  @Column('text')
  carrier: string;

  @Column('text', { name: 'waybill_number' })
  waybillNumber: string;

  @Column('integer')
  parcels: number;

  @Column('integer', { name: 'weight_grams' })
  weightGrams: number;

  @Column('text', { name: 'delivery_address' })
  deliveryAddress: string;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: string;

  @Column('timestamptz', { name: 'shipped_at', nullable: true })
  shippedAt: string | null;

  @Column('timestamptz', { name: 'delivered_at', nullable: true })
  deliveredAt: string | null;

  @Column('integer')
  version: number;
}

/** Pieces of a request line on a shipping order, with the supply kind as it was approved. */
@Entity('shipping_line')
export class ShippingLine {
  @PrimaryColumn('uuid')
  id: string;

  @Column('uuid', { name: 'dealer_id' })
  dealerId: string;

  @Column('uuid', { name: 'shipping_order_id' })
  shippingOrderId: string;

  @Column('uuid', { name: 'request_line_id' })
  requestLineId: string;

  /** Its pieces on the picking order; null on a cancelled order once they were given up. */
  @Column('uuid', { name: 'picking_line_id', nullable: true })
  pickingLineId: string | null;

  @Column('uuid', { name: 'part_id' })
  partId: string;

  @Column('integer')
  quantity: number;

  @Column('text', { name: 'supply_kind' })
  supplyKind: SupplyKind;

  @Column('boolean', { name: 'return_due' })
  returnDue: boolean;

  /** Slip that was paid or held when the line was shipped (P-9). */
  @Column('uuid', { name: 'charge_slip_id', nullable: true })
  chargeSlipId: string | null;

  @Column('uuid', { name: 'charge_slip_line_id', nullable: true })
  chargeSlipLineId: string | null;

  /** What became revenue when it was shipped, without tax (F-8). */
  @Column('numeric', { name: 'revenue_net', precision: 14, scale: 2 })
  revenueNet: string;

  @Column('integer', { name: 'received_quantity' })
  receivedQuantity: number;

  /** When its order left, kept by the order's own trigger: a month's lines are summed up by it (P-13). */
  @Column({ type: 'timestamptz', name: 'shipped_at', nullable: true, select: false, insert: false, update: false })
  shippedAt?: string | null;

  /** Asked for the dealer's own stock, kept by its own trigger: a suggested kit is summed by it (P-12). */
  @Column({ type: 'boolean', name: 'for_stock', select: false, insert: false, update: false })
  forStock?: boolean;

  /** Of a charged line, the month it left in and its slip line's reason, kept by its own trigger: the revenue list is read from them (F-8). */
  @Column({ type: 'text', name: 'revenue_month', nullable: true, select: false, insert: false, update: false })
  revenueMonth?: string | null;

  @Column({ type: 'text', name: 'revenue_reason', nullable: true, select: false, insert: false, update: false })
  revenueReason?: string | null;
}

/** A difference between what was shipped and what the dealer received (P-8). */
@Entity('discrepancy')
export class Discrepancy {
  @PrimaryColumn('uuid')
  id: string;

  @Column('uuid', { name: 'dealer_id' })
  dealerId: string;

  @Column('uuid', { name: 'shipping_order_id' })
  shippingOrderId: string;

  @Column('uuid', { name: 'shipping_line_id', unique: true })
  shippingLineId: string;

  @Column('integer', { name: 'missing_quantity' })
  missingQuantity: number;

  @Column('text')
  note: string;

  @Column('text')
  state: DiscrepancyState;

  /** Why it was decided so. */
  @Column('text')
  reason: string;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: string;

  @Column('integer')
  version: number;
}
