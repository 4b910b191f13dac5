import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { ReceiptLineDraft, ReceiptState } from './receipt.rules.js';

/** A dealer's receipt to a customer (B-7). Who paid is personal. */
@Entity('customer_receipt')
export class CustomerReceiptRow {
  @PrimaryColumn('uuid') id: string;
  @Column('text') number: string;
  @Column('uuid', { name: 'dealer_id' }) dealerId: string;
  @Column('text') state: ReceiptState;
  @Column('uuid', { name: 'call_id', nullable: true }) callId: string | null;
  @Column('text', { name: 'call_number' }) callNumber: string;
  @Column('uuid', { name: 'customer_id', nullable: true }) customerId: string | null;
  @Column('text', { name: 'unit_serial' }) unitSerial: string;
  @Column('text', { name: 'payer_name' }) payerName: string;
  @Column('jsonb') lines: (ReceiptLineDraft & { amount: string })[];
  @Column('numeric', { precision: 14, scale: 2 }) total: string;
  @Column('text') method: string;
  @Column('text') note: string;
  @Column('timestamptz', { name: 'given_at' }) givenAt: string;
  @Column('uuid', { name: 'given_by' }) givenBy: string;
  @Column('text', { name: 'void_reason' }) voidReason: string;
  @Column('timestamptz', { name: 'voided_at', nullable: true }) voidedAt: string | null;
  @Column('uuid', { name: 'voided_by', nullable: true }) voidedBy: string | null;
  @Column('int') version: number;
}
