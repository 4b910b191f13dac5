import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { StockCountState } from './stock-count.rules.js';

/** A count of a warehouse (P-2). */
@Entity('stock_count')
export class StockCountRow {
  @PrimaryColumn('uuid') id: string;
  @Column('text') number: string;
  @Column('uuid', { name: 'warehouse_id' }) warehouseId: string;
  @Column('text') state: StockCountState;
  @Column('text') reason: string;
  @Column('text', { name: 'opened_by' }) openedBy: string;
  @Column('timestamptz', { name: 'opened_at' }) openedAt: string;
  @Column('text', { name: 'submitted_by', nullable: true }) submittedBy: string | null;
  @Column('text', { name: 'decided_by', nullable: true }) decidedBy: string | null;
  @Column('timestamptz', { name: 'decided_at', nullable: true }) decidedAt: string | null;
  /** Why it was sent back or cancelled. */
  @Column('text', { name: 'decision_reason' }) decisionReason: string;
  @Column('int') version: number;
}

/** A part of a count. */
@Entity('stock_count_line')
export class StockCountLineRow {
  @PrimaryColumn('uuid', { name: 'stock_count_id' }) stockCountId: string;
  @PrimaryColumn('uuid', { name: 'part_id' }) partId: string;
  /** As lists sort it. */
  @Column('text', { name: 'part_number' }) partNumber: string;
  /** On the books when the count began. */
  @Column('int', { name: 'opened_quantity' }) openedQuantity: number;
  /** On the books at the moment of the entry, so that what moves during a count is no difference. */
  @Column('int', { name: 'book_quantity', nullable: true }) bookQuantity: number | null;
  @Column('int', { name: 'counted_quantity', nullable: true }) countedQuantity: number | null;
  /** Corrections of the part since the opening, at the moment of the entry; null for entries of before they were counted. */
  @Column('int', { name: 'correction_count', nullable: true }) correctionCount: number | null;
  @Column('text', { name: 'counted_by', nullable: true }) countedBy: string | null;
}
