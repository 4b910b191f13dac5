import type { InvoiceKind, InvoiceState } from '@aftercare/domain';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A tax invoice over slips of one dealer, made out to the tax identity of the day of the request (B-1, B-2). */
@Entity('invoice')
export class InvoiceRow {
  @PrimaryColumn('uuid') id: string;
  /** Number of the request, without gaps. */
  @Column('text') number: string;
  @Column('uuid', { name: 'dealer_id' }) dealerId: string;
  @Column('text') kind: InvoiceKind;
  @Column('text') state: InvoiceState;
  /** 抬头 */
  @Column('text') title: string;
  @Column('text', { name: 'tax_number' }) taxNumber: string;
  /** Bank, account, address and phone of that identity, as the files for the tax platform name them. */
  @Column('text', { name: 'tax_bank', default: '' }) taxBank: string;
  @Column('text', { name: 'tax_account', default: '' }) taxAccount: string;
  @Column('text', { name: 'tax_address', default: '' }) taxAddress: string;
  @Column('text', { name: 'tax_phone', default: '' }) taxPhone: string;
  @Column('numeric', { name: 'net_total', precision: 14, scale: 2 }) netTotal: string;
  /** The sum of the rounded lines. */
  @Column('numeric', { name: 'tax_total', precision: 14, scale: 2 }) taxTotal: string;
  @Column('numeric', { name: 'gross_total', precision: 14, scale: 2 }) grossTotal: string;
  /** 20 digits of the tax platform; null until issued. */
  @Column('text', { name: 'invoice_number', nullable: true }) invoiceNumber: string | null;
  /** Date on the paper, information only (B-6). */
  @Column('date', { name: 'invoice_date', nullable: true }) invoiceDate: string | null;
  @Column('jsonb') files: { id: string; sha256: string }[];
  /** Taken back by red letters, with tax. */
  @Column('numeric', { name: 'red_total', precision: 14, scale: 2, default: '0' }) redTotal: string;
  /** Why the request was withdrawn, else empty. */
  @Column('text', { name: 'withdraw_reason', default: '' }) withdrawReason: string;
  /** What the tax platform said when it refused it last, else empty. */
  @Column('text', { name: 'platform_note', default: '' }) platformNote: string;
  /** The run over the stub register that requested it; null for one asked for by hand. */
  @Column('uuid', { name: 'consolidation_id', nullable: true }) consolidationId: string | null;
  @Column('text', { name: 'requested_by' }) requestedBy: string;
  @Column('timestamptz', { name: 'created_at' }) createdAt: string;
  @Column('int') version: number;
}

/** A slip line on an invoice; on at most one live invoice, the database refuses a second one (B-1). */
@Entity('invoice_line')
export class InvoiceLineRow {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { name: 'dealer_id' }) dealerId: string;
  @Column('uuid', { name: 'invoice_id' }) invoiceId: string;
  @Column('uuid', { name: 'slip_id' }) slipId: string;
  @Column('uuid', { name: 'line_id' }) lineId: string;
  @Column('int') quantity: number;
  @Column('numeric', { name: 'net_amount', precision: 14, scale: 2 }) netAmount: string;
  @Column('numeric', { name: 'tax_amount', precision: 14, scale: 2 }) taxAmount: string;
  /** False once a red letter has freed it. */
  @Column('boolean') live: boolean;
}
