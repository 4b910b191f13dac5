import type { OrderChangeKind, OrderChangeState } from '@aftercare/domain';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A change of a line whose picking list is printed; the warehouse decides (P-10). */
@Entity('order_change')
export class OrderChangeRow {
  @PrimaryColumn('uuid') id: string;
  @Column('text') number: string;
  @Column('uuid', { name: 'dealer_id' }) dealerId: string;
  @Column('text') state: OrderChangeState;
  @Column('uuid', { name: 'request_id' }) requestId: string;
  @Column('uuid', { name: 'request_line_id' }) requestLineId: string;
  @Column('text') kind: OrderChangeKind;
  /** Pieces of the line when it was asked. */
  @Column('int', { name: 'quantity_before' }) quantityBefore: number;
  /** Pieces the line is to have; 0 for cancel. */
  @Column('int') quantity: number;
  @Column('text') reason: string;
  /** Who of the dealer asked when a clerk filed it; empty otherwise. */
  @Column('text', { name: 'asked_by' }) askedBy: string;
  @Column('timestamptz', { name: 'created_at' }) createdAt: string;
  @Column('text', { name: 'created_by' }) createdBy: string;
  @Column('text', { name: 'decision_reason' }) decisionReason: string;
  @Column('timestamptz', { name: 'decided_at', nullable: true }) decidedAt: string | null;
  @Column('text', { name: 'decided_by' }) decidedBy: string;
  @Column('int') version: number;
}
