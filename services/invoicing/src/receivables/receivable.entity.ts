import type { InvoiceWish, PaymentMethod, SlipOrigin } from '@aftercare/domain';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The money side of a confirmed slip: what is owed with tax (F-2), what was paid, what was reversed. */
@Entity('receivable')
export class ReceivableRow {
  @PrimaryColumn('uuid', { name: 'slip_id' }) slipId: string;
  @Column('uuid', { name: 'dealer_id' }) dealerId: string;
  @Column('text', { name: 'slip_number' }) slipNumber: string;
  /** Opening for what was owed at the cut-over date, which no slip here is behind. */
  @Column('text') origin: SlipOrigin | 'opening';
  @Column('uuid', { name: 'request_id', nullable: true }) requestId: string | null;
  @Column('text', { name: 'payment_method' }) paymentMethod: PaymentMethod;
  @Column('text', { name: 'invoice_wish' }) invoiceWish: InvoiceWish;
  /** Who of the dealer asked for the wish, where the manufacturer changed it; else empty. */
  @Column('text', { name: 'asked_by', default: '' }) askedBy: string;
  @Column('numeric', { name: 'net_total', precision: 14, scale: 2 }) netTotal: string;
  @Column('numeric', { name: 'tax_total', precision: 14, scale: 2 }) taxTotal: string;
  @Column('numeric', { name: 'gross_total', precision: 14, scale: 2 }) grossTotal: string;
  /** Reversed since, with tax. */
  @Column('numeric', { name: 'reversed_total', precision: 14, scale: 2 }) reversedTotal: string;
  @Column('numeric', { name: 'paid_total', precision: 14, scale: 2 }) paidTotal: string;
  @Column('timestamptz', { name: 'confirmed_at' }) confirmedAt: string;
  @Column('text') month: string;
  /** Stands on a live invoice with all that can be invoiced of it; kept by triggers. */
  @Column({ type: 'boolean', name: 'on_invoice', select: false, insert: false, update: false, default: false }) onInvoice: boolean;
  /** Still to be invoiced: on no live invoice and not released; kept by triggers. */
  @Column({ type: 'numeric', name: 'stub_net', precision: 14, scale: 2, select: false, insert: false, update: false, default: '0' }) stubNet: string;
  @Column({ type: 'numeric', name: 'stub_tax', precision: 14, scale: 2, select: false, insert: false, update: false, default: '0' }) stubTax: string;
  @Column('int') version: number;
}

/** A line of the slip: what may still be invoiced of it, what has shipped and become revenue. */
@Entity('receivable_line')
export class ReceivableLineRow {
  @PrimaryColumn('uuid', { name: 'line_id' }) lineId: string;
  @Column('uuid', { name: 'dealer_id' }) dealerId: string;
  @Column('uuid', { name: 'slip_id' }) slipId: string;
  @Column('int') position: number;
  @Column('uuid', { name: 'part_id' }) partId: string;
  @Column('int') quantity: number;
  @Column('numeric', { name: 'unit_price', precision: 14, scale: 4 }) unitPrice: string;
  @Column('numeric', { name: 'net_amount', precision: 14, scale: 2 }) netAmount: string;
  @Column('numeric', { name: 'tax_amount', precision: 14, scale: 2 }) taxAmount: string;
  /** Percent. */
  @Column('numeric', { name: 'tax_rate' }) taxRate: string;
  @Column('text') reason: string;
  /** Pieces that can no longer be invoiced, because a reversal was or is being made of them (F-5). */
  @Column('int', { name: 'released_quantity' }) releasedQuantity: number;
  @Column('numeric', { name: 'released_net', precision: 14, scale: 2 }) releasedNet: string;
  @Column('numeric', { name: 'released_tax', precision: 14, scale: 2 }) releasedTax: string;
  @Column('int', { name: 'reversed_quantity' }) reversedQuantity: number;
  @Column('numeric', { name: 'reversed_net', precision: 14, scale: 2 }) reversedNet: string;
  @Column('int', { name: 'shipped_quantity' }) shippedQuantity: number;
  /** Of the net amount, what is revenue now (F-8). */
  @Column('numeric', { name: 'revenue_net', precision: 14, scale: 2 }) revenueNet: string;
}

/** A release given to a reversal, so that the same reversal may ask again (F-5). Never changed. */
@Entity('slip_release')
export class SlipRelease {
  @PrimaryColumn('uuid', { name: 'reversal_id' }) reversalId: string;
  @Column('uuid', { name: 'dealer_id' }) dealerId: string;
  @Column('uuid', { name: 'slip_id' }) slipId: string;
  @Column('jsonb') lines: { lineId: string; quantity: number }[];
  @Column('timestamptz', { name: 'released_at' }) releasedAt: string;
}
