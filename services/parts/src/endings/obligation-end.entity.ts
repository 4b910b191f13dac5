import type { Exclusion } from '@aftercare/domain';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Evidence } from '../requests/review.rules.js';
import type { ExcuseBasis } from './obligation-end.rules.js';

/** Why pieces of an obligation were written off (H-1); never changed. */
@Entity('obligation_excuse')
export class ObligationExcuse {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { name: 'dealer_id' }) dealerId: string;
  @Column('uuid', { name: 'obligation_id' }) obligationId: string;
  @Column('int') quantity: number;
  @Column('text') basis: ExcuseBasis;
  @Column('text') reason: string;
  @Column('jsonb') evidence: Evidence[];
  @Column('text', { name: 'excused_by' }) excusedBy: string;
  @Column('timestamptz') at: string;
}

/** A due date that was put off (H-1); never changed. */
@Entity('obligation_extension')
export class ObligationExtension {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { name: 'dealer_id' }) dealerId: string;
  @Column('uuid', { name: 'obligation_id' }) obligationId: string;
  @Column('date', { name: 'from_due_on', nullable: true }) fromDueOn: string | null;
  @Column('date', { name: 'to_due_on' }) toDueOn: string;
  @Column('text') reason: string;
  @Column('text', { name: 'extended_by' }) extendedBy: string;
  @Column('timestamptz') at: string;
}

/** An exclusion found after the fact, with its evidence and the slip that charges it (F-1, W-5); never changed. */
@Entity('obligation_exclusion')
export class ObligationExclusion {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { name: 'dealer_id' }) dealerId: string;
  @Column('uuid', { name: 'obligation_id' }) obligationId: string;
  @Column('uuid', { name: 'slip_id' }) slipId: string;
  @Column('int') quantity: number;
  @Column('text') exclusion: Exclusion;
  @Column('text') cause: string;
  @Column('jsonb') evidence: Evidence[];
  @Column('text', { name: 'found_by' }) foundBy: string;
  @Column('timestamptz') at: string;
}
