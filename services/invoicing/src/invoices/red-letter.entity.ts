import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { RedLetterState } from './red-letter.rules.js';

/** What takes an issued invoice back, wholly or line by line (B-2). Its amounts are not negative. */
@Entity('red_letter')
export class RedLetterRow {
  @PrimaryColumn('uuid') id: string;
  /** Without gaps, taken when it is approved; null before. */
  @Column('text', { nullable: true }) number: string | null;
  @Column('uuid', { name: 'dealer_id' }) dealerId: string;
  @Column('uuid', { name: 'invoice_id' }) invoiceId: string;
  @Column('text') state: RedLetterState;
  @Column('text') reason: string;
  /** Why it was given up, else empty. */
  @Column('text', { name: 'discard_reason' }) discardReason: string;
  /** Takes everything back that was on the invoice. */
  @Column('boolean') whole: boolean;
  @Column('numeric', { name: 'net_total', precision: 14, scale: 2 }) netTotal: string;
  @Column('numeric', { name: 'tax_total', precision: 14, scale: 2 }) taxTotal: string;
  @Column('numeric', { name: 'gross_total', precision: 14, scale: 2 }) grossTotal: string;
  /** 20 digits of the tax platform; null until issued. */
  @Column('text', { name: 'invoice_number', nullable: true }) invoiceNumber: string | null;
  /** Date on the paper, information only (B-6). */
  @Column('date', { name: 'invoice_date', nullable: true }) invoiceDate: string | null;
  @Column('jsonb') files: { id: string; sha256: string }[];
  @Column('text', { name: 'drafted_by' }) draftedBy: string;
  @Column('text', { name: 'approved_by', nullable: true }) approvedBy: string | null;
  @Column('timestamptz', { name: 'created_at' }) createdAt: string;
  @Column('int') version: number;
}

/** A line of the invoice on a red letter; on at most one that is not discarded, the database refuses a second one. */
@Entity('red_letter_line')
export class RedLetterLineRow {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { name: 'dealer_id' }) dealerId: string;
  @Column('uuid', { name: 'red_letter_id' }) redLetterId: string;
  @Column('uuid', { name: 'invoice_line_id' }) invoiceLineId: string;
  /** False once the red letter is discarded. */
  @Column('boolean') open: boolean;
}
