import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { MoneyOpeningKind, MoneyOpeningState } from './money-opening.rules.js';

/** What a dealer owed, had paid in and was allowed to owe at the cut-over date. */
@Entity('money_opening')
export class MoneyOpeningRow {
  @PrimaryColumn('uuid') id: string;
  @Column('text') number: string;
  @Column('uuid', { name: 'dealer_id' }) dealerId: string;
  @Column('date', { name: 'cut_over_on' }) cutOverOn: string;
  @Column('text') state: MoneyOpeningState;
  /** Why it was discarded or reversed, else empty. */
  @Column('text') reason: string;
  @Column('text', { name: 'created_by' }) createdBy: string;
  @Column('timestamptz', { name: 'created_at' }) createdAt: string;
  @Column('text', { name: 'approved_by', nullable: true }) approvedBy: string | null;
  @Column('int') version: number;
}

/** A line of it; that of a receivable has the receivable's id. */
@Entity('money_opening_line')
export class MoneyOpeningLineRow {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { name: 'dealer_id' }) dealerId: string;
  @Column('uuid', { name: 'opening_id' }) openingId: string;
  @Column('text') kind: MoneyOpeningKind;
  @Column('text', { name: 'document_number' }) documentNumber: string;
  @Column('date', { name: 'document_date', nullable: true }) documentDate: string | null;
  @Column('numeric', { precision: 14, scale: 2 }) amount: string;
}
