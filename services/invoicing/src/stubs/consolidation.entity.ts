import type { InvoiceKind } from '@aftercare/domain';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A run over the stub register: invoices for what dealers kept whole (F-4). */
@Entity('consolidation')
export class ConsolidationRow {
  @PrimaryColumn('uuid') id: string;
  @Column('text') number: string;
  @Column('text') kind: InvoiceKind;
  @Column('date', { name: 'from_on' }) fromOn: string;
  @Column('date', { name: 'to_on' }) toOn: string;
  /** Slips that wish now as well. */
  @Column('boolean', { name: 'include_now' }) includeNow: boolean;
  @Column('text') state: 'running' | 'done';
  @Column('text', { name: 'requested_by' }) requestedBy: string;
  @Column('timestamptz', { name: 'created_at' }) createdAt: string;
}

/** A dealer of a run; done in a transaction of its own, so that a run goes on where it stopped. */
@Entity('consolidation_dealer')
export class ConsolidationDealerRow {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { name: 'consolidation_id' }) consolidationId: string;
  @Column('uuid', { name: 'dealer_id' }) dealerId: string;
  @Column('text', { name: 'dealer_code' }) dealerCode: string;
  @Column('text') state: 'waiting' | 'requested' | 'skipped';
  /** Why it was skipped, else empty. */
  @Column('text') reason: string;
}
