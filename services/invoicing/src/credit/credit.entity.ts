import { Column, Entity, PrimaryColumn } from 'typeorm';

/** How much a dealer may owe on account (P-9, F-3); a limit counts once the supervisor approved it. */
@Entity('credit_line')
export class CreditLineRow {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { name: 'dealer_id' }) dealerId: string;
  /** Approved limit with tax; null before the first approval. */
  @Column('numeric', { name: 'limit_amount', precision: 14, scale: 2, nullable: true }) limitAmount: string | null;
  /** Waiting for approval; null for none. */
  @Column('numeric', { name: 'proposed_limit', precision: 14, scale: 2, nullable: true }) proposedLimit: string | null;
  /** User who drafted the latest proposal. */
  @Column('text', { name: 'drafted_by' }) draftedBy: string;
  @Column('text', { name: 'approved_by', nullable: true }) approvedBy: string | null;
  @Column('int') version: number;
}

/** Room reserved on a credit line for a shipment of a slip's lines; shipment turns it into used (P-9). */
@Entity('credit_hold')
export class CreditHoldRow {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { name: 'dealer_id' }) dealerId: string;
  @Column('uuid', { name: 'shipping_order_id' }) shippingOrderId: string;
  @Column('uuid', { name: 'slip_id' }) slipId: string;
  /** With tax. */
  @Column('numeric', { precision: 14, scale: 2 }) amount: string;
  @Column('text') state: 'held' | 'used' | 'released';
  @Column('timestamptz', { name: 'held_at' }) heldAt: string;
}
