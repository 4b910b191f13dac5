import type { ProofState } from '@aftercare/domain';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { PurchaseStanding } from './purchase-proof.rules.js';

/** A day of purchase named after the sale, with its evidence and what was decided (W-4); the selling dealer's document. */
@Entity('purchase_proof')
export class PurchaseProofEntity {
  @PrimaryColumn('uuid')
  id: string;

  @Column('uuid', { name: 'dealer_id' })
  dealerId: string;

  @Column('uuid', { name: 'unit_id' })
  unitId: string;

  @Column('text')
  state: ProofState;

  @Column('date', { name: 'purchase_date' })
  purchaseDate: string;

  /** Null once its buyer was anonymised. */
  @Column('jsonb', { nullable: true })
  evidence: { id: string; sha256: string } | null;

  @Column('text')
  reason: string;

  @Column('text', { name: 'submitted_by' })
  submittedBy: string;

  @Column('timestamptz', { name: 'submitted_at', default: () => 'business_now()' })
  submittedAt: string;

  @Column('text', { name: 'decided_by', nullable: true })
  decidedBy: string | null;

  @Column('timestamptz', { name: 'decided_at', nullable: true })
  decidedAt: string | null;

  @Column('text', { name: 'decision_reason', default: '' })
  decisionReason: string;

  /** The warranty when it was decided; null while it waits. */
  @Column('jsonb', { name: 'standing_before', nullable: true })
  standingBefore: PurchaseStanding | null;

  @Column('jsonb', { name: 'standing_after', nullable: true })
  standingAfter: PurchaseStanding | null;

  @Column('int')
  version: number;
}
