import type { StocktakeDecision, StocktakeExclusion, StocktakeState } from '@aftercare/domain';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Evidence } from '../requests/review.rules.js';

/** 《用户借料盘点表》 of one dealer (H-2 to H-7). Dates are local. */
@Entity('stocktake')
export class StocktakeRow {
  @PrimaryColumn('uuid') id: string;
  /** Without gaps; taken last in the transaction that opens it. */
  @Column('text', { nullable: true }) number: string | null;
  @Column('uuid', { name: 'dealer_id' }) dealerId: string;
  @Column('text') state: StocktakeState;
  /** Borrowed is frozen as of the end of this day. */
  @Column('date', { name: 'cut_off_on' }) cutOffOn: string;
  @Column('date', { name: 'return_until' }) returnUntil: string;
  @Column('timestamptz', { name: 'opened_at' }) openedAt: string;
  @Column('text', { name: 'opened_by' }) openedBy: string;
  @Column('timestamptz', { name: 'closed_at', nullable: true }) closedAt: string | null;
  @Column('date', { name: 'object_until', nullable: true }) objectUntil: string | null;
  @Column('timestamptz', { name: 'confirmed_at', nullable: true }) confirmedAt: string | null;
  /** Local month of the conversion, 'YYYY-MM'. */
  @Column('text', { nullable: true }) month: string | null;
  @Column('text', { name: 'cancel_reason' }) cancelReason: string;
  @Column('int', { name: 'borrowed_quantity' }) borrowedQuantity: number;
  @Column('int', { name: 'line_count' }) lineCount: number;
  @Column('int', { name: 'objection_count' }) objectionCount: number;
  @Column('int') version: number;
}

/** An objection to a line, or a decision on it, with who made it, in which role, and when (H-7). */
export interface StocktakeWord {
  kind: 'objection' | 'decision';
  reason: string;
  /** Empty of an objection. */
  decision: StocktakeDecision | '';
  /** New due date of an extension; else empty. */
  dueOn: string;
  role: string;
  by: string;
  at: string;
}

/** A part of a stocktake. */
@Entity('stocktake_line')
export class StocktakeLineRow {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { name: 'dealer_id' }) dealerId: string;
  @Column('uuid', { name: 'stocktake_id' }) stocktakeId: string;
  @Column('int') position: number;
  @Column('uuid', { name: 'part_id' }) partId: string;
  @Column('int', { name: 'borrowed_quantity' }) borrowedQuantity: number;
  /** Dealer price of the cut-off day, without tax; null before the closing and where none was published. */
  @Column('numeric', { name: 'unit_price', precision: 14, scale: 4, nullable: true }) unitPrice: string | null;
  @Column('text') objection: string;
  @Column('text') decision: StocktakeDecision | '';
  @Column('date', { name: 'decision_due_on', nullable: true }) decisionDueOn: string | null;
  @Column('text', { name: 'decision_reason' }) decisionReason: string;
  @Column('jsonb', { name: 'decision_evidence' }) decisionEvidence: Evidence[];
  @Column('text', { name: 'decided_by' }) decidedBy: string;
  /** All objections and decisions, oldest first. */
  @Column('jsonb') words: StocktakeWord[];
  /** As it was when the stocktake ended, null before: pieces still out, ended otherwise, and surplus. */
  @Column('int', { name: 'outstanding_quantity', nullable: true }) outstandingQuantity: number | null;
  /** Of those, what was given more time. */
  @Column('int', { name: 'extended_quantity', nullable: true }) extendedQuantity: number | null;
  @Column('int', { name: 'otherwise_quantity', nullable: true }) otherwiseQuantity: number | null;
  @Column('int', { name: 'surplus_quantity', nullable: true }) surplusQuantity: number | null;
  @Column('uuid', { name: 'slip_id', nullable: true }) slipId: string | null;
}

/** Pieces of an obligation that were outstanding at the end of the cut-off day; never changed. */
@Entity('stocktake_piece')
export class StocktakePiece {
  @PrimaryColumn('uuid', { name: 'stocktake_id' }) stocktakeId: string;
  @PrimaryColumn('uuid', { name: 'obligation_id' }) obligationId: string;
  @Column('uuid', { name: 'dealer_id' }) dealerId: string;
  @Column('uuid', { name: 'part_id' }) partId: string;
  @Column('int') quantity: number;
}

/** Pieces of a part that are not in the stocktake, by which rule (H-2); never changed. */
@Entity('stocktake_exclusion')
export class StocktakeExclusionRow {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { name: 'dealer_id' }) dealerId: string;
  @Column('uuid', { name: 'stocktake_id' }) stocktakeId: string;
  @Column('int') position: number;
  @Column('uuid', { name: 'part_id' }) partId: string;
  @Column('text') rule: StocktakeExclusion;
  @Column('int') quantity: number;
}
