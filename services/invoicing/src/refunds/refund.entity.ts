import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { ReceiptMethod } from '../payments/payment.rules.js';
import type { RefundState } from './refund.rules.js';

/** Money paid back to a dealer, of its deposit or of a payment that is set against nothing (B-4). */
@Entity('refund')
export class RefundRow {
  @PrimaryColumn('uuid') id: string;
  @Column('text') number: string;
  @Column('uuid', { name: 'dealer_id' }) dealerId: string;
  /** Null for the deposit. */
  @Column('uuid', { name: 'payment_id', nullable: true }) paymentId: string | null;
  @Column('numeric', { precision: 14, scale: 2 }) amount: string;
  @Column('text') method: ReceiptMethod;
  @Column('text') reason: string;
  @Column('text') state: RefundState;
  /** Why it was rejected, else empty. */
  @Column('text', { name: 'reject_reason' }) rejectReason: string;
  @Column('text', { name: 'requested_by' }) requestedBy: string;
  @Column('timestamptz', { name: 'created_at' }) createdAt: string;
  @Column('text', { name: 'approved_by', nullable: true }) approvedBy: string | null;
  /** When it was booked; null until approved. */
  @Column('timestamptz', { name: 'approved_at', nullable: true }) approvedAt: string | null;
  @Column('int') version: number;
}
