import type { CountObjectionKind, CountObjectionState, ReturnCondition } from '@aftercare/domain';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Evidence } from '../requests/review.rules.js';

/** A dealer's objection to a counted line, or to an announced part of which nothing was counted (H-5). */
@Entity('return_objection')
export class CountObjectionRow {
  @PrimaryColumn('uuid') id: string;
  @Column('text') number: string;
  @Column('uuid', { name: 'dealer_id' }) dealerId: string;
  @Column('text') state: CountObjectionState;
  @Column('uuid', { name: 'parcel_id' }) parcelId: string;
  /** Null where nothing was counted. */
  @Column('uuid', { name: 'line_id', nullable: true }) lineId: string | null;
  @Column('uuid', { name: 'part_id' }) partId: string;
  @Column('text', { name: 'unit_serial' }) unitSerial: string;
  @Column('int', { name: 'counted_quantity' }) countedQuantity: number;
  @Column('text', { name: 'counted_condition' }) countedCondition: ReturnCondition | '';
  @Column('text') kind: CountObjectionKind;
  /** Pieces that were sent, as the dealer says. */
  @Column('int') quantity: number;
  /** Condition, as the dealer says; empty where it is not about it. */
  @Column('text') condition: ReturnCondition | '';
  @Column('text') reason: string;
  @Column('jsonb') photos: Evidence[];
  @Column('timestamptz', { name: 'created_at' }) createdAt: string;
  @Column('text', { name: 'created_by' }) createdBy: string;
  @Column('text', { name: 'decision_reason' }) decisionReason: string;
  @Column('timestamptz', { name: 'decided_at', nullable: true }) decidedAt: string | null;
  @Column('text', { name: 'decided_by' }) decidedBy: string;
  @Column('int') version: number;
}
