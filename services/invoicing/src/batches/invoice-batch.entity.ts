import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A file of documents for the tax platform (B-3). */
@Entity('invoice_batch')
export class InvoiceBatchEntity {
  @PrimaryColumn('uuid') id: string;
  @Column('text') number: string;
  @Column('text') state: 'open' | 'closed';
  /** Why it was closed by hand, else empty. */
  @Column('text') reason: string;
  @Column('text', { name: 'created_by' }) createdBy: string;
  @Column('timestamptz', { name: 'created_at' }) createdAt: string;
  @Column('int') version: number;
}

/** A row of the file: a document's part at one tax rate, as it went out, and what came back. A document waits in at most one batch. */
@Entity('invoice_batch_row')
export class InvoiceBatchRowEntity {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { name: 'batch_id' }) batchId: string;
  @Column('uuid', { name: 'dealer_id' }) dealerId: string;
  @Column('text', { name: 'document_kind' }) documentKind: 'invoice' | 'red_letter';
  @Column('uuid', { name: 'document_id' }) documentId: string;
  /** Number of the request or red letter. */
  @Column('text') number: string;
  @Column('text') kind: string;
  @Column('text', { name: 'tax_title' }) taxTitle: string;
  @Column('text', { name: 'tax_number' }) taxNumber: string;
  @Column('text', { name: 'tax_bank' }) taxBank: string;
  @Column('text', { name: 'tax_account' }) taxAccount: string;
  @Column('text', { name: 'tax_address' }) taxAddress: string;
  @Column('text', { name: 'tax_phone' }) taxPhone: string;
  @Column('text', { name: 'item_name' }) itemName: string;
  @Column('text', { name: 'tax_rate' }) taxRate: string;
  /** Negative on a red letter, as its tax. */
  @Column('numeric', { name: 'net_amount', precision: 14, scale: 2 }) netAmount: string;
  @Column('numeric', { name: 'tax_amount', precision: 14, scale: 2 }) taxAmount: string;
  @Column('text', { name: 'original_number' }) originalNumber: string;
  @Column('text') reason: string;
  @Column('text') outcome: 'waiting' | 'issued' | 'refused' | 'closed';
  @Column('text', { name: 'invoice_number' }) invoiceNumber: string;
  @Column('date', { name: 'invoice_date', nullable: true }) invoiceDate: string | null;
  /** What the tax platform said when it refused. */
  @Column('text') note: string;
}
