import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { AdjustmentKind, AdjustmentState } from './adjustment.rules.js';

/** A correction of stock that one asks for and another approves (P-2). */
@Entity('stock_adjustment')
export class AdjustmentRow {
  @PrimaryColumn('uuid') id: string;
  @Column('text') number: string;
  @Column('uuid', { name: 'warehouse_id' }) warehouseId: string;
  @Column('text') kind: AdjustmentKind;
  @Column('text') state: AdjustmentState;
  @Column('text') reason: string;
  @Column('text', { name: 'requested_by' }) requestedBy: string;
  @Column('timestamptz', { name: 'requested_at' }) requestedAt: string;
  @Column('text', { name: 'decided_by', nullable: true }) decidedBy: string | null;
  @Column('timestamptz', { name: 'decided_at', nullable: true }) decidedAt: string | null;
  @Column('text', { name: 'decision_reason' }) decisionReason: string;
  @Column('int') version: number;
}

/** Pieces of a part in an adjustment. */
@Entity('stock_adjustment_line')
export class AdjustmentLineRow {
  @PrimaryColumn('uuid', { name: 'adjustment_id' }) adjustmentId: string;
  @PrimaryColumn('uuid', { name: 'part_id' }) partId: string;
  /** Negative for what is missing. */
  @Column('int') quantity: number;
}
