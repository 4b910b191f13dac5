import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { CarrierClaimState } from './carrier-claim.rules.js';

/** A claim against a carrier over pieces of one shipped line that were lost or damaged in transit (P-8). */
@Entity('carrier_claim')
export class CarrierClaimRow {
  @PrimaryColumn('uuid') id: string;
  /** Null in draft. */
  @Column('text', { nullable: true }) number: string | null;
  /** To whom it was sent. */
  @Column('uuid', { name: 'dealer_id' }) dealerId: string;
  /** One claim for each. */
  @Column('uuid', { name: 'discrepancy_id' }) discrepancyId: string;
  @Column('uuid', { name: 'shipping_order_id' }) shippingOrderId: string;
  @Column('uuid', { name: 'warehouse_id' }) warehouseId: string;
  @Column('uuid', { name: 'part_id' }) partId: string;
  @Column('int') quantity: number;
  @Column('text') cause: 'lost' | 'damaged';
  @Column('text') carrier: string;
  @Column('text') state: CarrierClaimState;
  /** What the dealer is charged for a piece, else the dealer price of the day of shipment; null where there was none. */
  @Column('numeric', { name: 'unit_price', precision: 14, scale: 4, nullable: true }) unitPrice: string | null;
  /** Claimed; null in draft. */
  @Column('numeric', { precision: 14, scale: 2, nullable: true }) amount: string | null;
  @Column('numeric', { name: 'settled_amount', precision: 14, scale: 2, nullable: true }) settledAmount: string | null;
  /** Local date. */
  @Column('date', { name: 'settled_on', nullable: true }) settledOn: string | null;
  /** The carrier's number of the case. */
  @Column('text') reference: string;
  /** What came of it. */
  @Column('text') reason: string;
  @Column('jsonb') files: { id: string; sha256: string }[];
  @Column('text', { name: 'created_by' }) createdBy: string;
  @Column('timestamptz', { name: 'created_at' }) createdAt: string;
  @Column('int') version: number;
}
