import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { LedgerAccount } from './ledger.rules.js';

/** One booking: its postings balance at commit (B-4). Never changed. */
@Entity('voucher')
export class Voucher {
  @PrimaryColumn('uuid') id: string;
  /** Null for money whose dealer is not known yet. */
  @Column('uuid', { name: 'dealer_id', nullable: true }) dealerId: string | null;
  /** The step of the business, e.g. 'slip_confirmed'. */
  @Column('text') kind: string;
  @Column('text', { name: 'document_kind' }) documentKind: string;
  @Column('uuid', { name: 'document_id' }) documentId: string;
  /** Its number, where it has one. */
  @Column('text', { name: 'document_number', default: '' }) documentNumber: string;
  @Column('timestamptz') at: string;
  /** Local month of the business clock at commit; nothing is back-dated (B-6). */
  @Column('text') month: string;
}

/** One side of a voucher; amounts are decimal strings, one of debit and credit is zero. Never changed. */
@Entity('posting')
export class PostingRow {
  @PrimaryColumn('uuid') id: string;
  /** Null for money whose dealer is not known yet. */
  @Column('uuid', { name: 'dealer_id', nullable: true }) dealerId: string | null;
  @Column('uuid', { name: 'voucher_id' }) voucherId: string;
  @Column('text') account: LedgerAccount;
  @Column('numeric', { precision: 14, scale: 2 }) debit: string;
  @Column('numeric', { precision: 14, scale: 2 }) credit: string;
  @Column('timestamptz') at: string;
  @Column('text') month: string;
}
