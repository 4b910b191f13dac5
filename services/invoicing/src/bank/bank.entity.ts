import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { BankColumnNames } from './bank-file.rules.js';
import type { FoundBy } from './payer.rules.js';

/** How a bank's file is read (B-4). */
@Entity('bank_format')
export class BankFormatRow {
  @PrimaryColumn('uuid') id: string;
  @Column('text') name: string;
  /** The manufacturer's account that its files are of. */
  @Column('text') account: string;
  @Column('jsonb') columns: BankColumnNames;
  @Column('int') version: number;
}

/** A line of a bank's file: what came in. The same line of an account is kept once, the database refuses a second one. */
@Entity('bank_line')
export class BankLineRow {
  @PrimaryColumn('uuid') id: string;
  @Column('text') account: string;
  /** What makes it the same line. */
  @Column('text', { name: 'line_key' }) lineKey: string;
  @Column('uuid', { name: 'job_id' }) jobId: string;
  /** Information only (B-6). */
  @Column('date', { name: 'bank_date' }) bankDate: string;
  @Column('numeric', { precision: 14, scale: 2 }) amount: string;
  @Column('text') reference: string;
  @Column('text', { name: 'payer_name' }) payerName: string;
  @Column('text', { name: 'payer_account' }) payerAccount: string;
  @Column('text', { name: 'transaction_number' }) transactionNumber: string;
  @Column('text') state: 'waiting' | 'received' | 'ignored';
  /** Whose it is; of a waiting line whose it may be. */
  @Column('uuid', { name: 'dealer_id', nullable: true }) dealerId: string | null;
  @Column('text', { name: 'found_by' }) foundBy: FoundBy;
  @Column('uuid', { name: 'payment_id', nullable: true }) paymentId: string | null;
  /** Why it is ignored, else empty. */
  @Column('text') reason: string;
  @Column('timestamptz', { name: 'created_at' }) createdAt: string;
  @Column('int') version: number;
}
