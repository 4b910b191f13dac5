import type { InvoiceWish, PaymentMethod, SlipDirection, SlipOrigin, SlipState } from '@aftercare/domain';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Evidence } from '../requests/review.rules.js';

/**
 * 《售后服务材料收费暨报销单》: what a dealer is charged, or what is reimbursed to it (F-1, F-6). Out of draft its content never changes, the database
 * refuses it; a correction is a reversing slip (F-5). Amounts are decimal strings.
 */
@Entity('charge_slip')
export class Slip {
  @PrimaryColumn('uuid') id: string;
  /** Taken at confirmation, without gaps; null while draft. */
  @Column('text', { nullable: true }) number: string | null;
  @Column('uuid', { name: 'dealer_id' }) dealerId: string;
  @Column('text') direction: SlipDirection;
  @Column('text') state: SlipState;
  @Column('text') origin: SlipOrigin;
  @Column('uuid', { name: 'request_id', nullable: true }) requestId: string | null;
  @Column('uuid', { name: 'reverses_slip_id', nullable: true }) reversesSlipId: string | null;
  /** Approved claim that is reimbursed, on its reversals, too. */
  @Column('uuid', { name: 'claim_id', nullable: true }) claimId: string | null;
  @Column('text', { name: 'claim_number' }) claimNumber: string;
  @Column('text', { name: 'call_number' }) callNumber: string;
  /** Who gets the money of a reimbursement: 'dealer', 'customer' or 'third_party'. */
  @Column('text', { name: 'payee_kind' }) payeeKind: string;
  /** Of a manual or reversing slip. */
  @Column('text') reason: string;
  /** Photos of an exclusion found after the fact (W-5). */
  @Column('jsonb') evidence: Evidence[];
  /** Why the draft was dropped. */
  @Column('text', { name: 'discard_reason' }) discardReason: string;
  /** Without tax; negative on a reversing slip. */
  @Column('numeric', { name: 'net_total', precision: 14, scale: 2 }) netTotal: string;
  @Column('numeric', { name: 'tax_total', precision: 14, scale: 2 }) taxTotal: string;
  @Column('numeric', { name: 'gross_total', precision: 14, scale: 2 }) grossTotal: string;
  /** Percent; of the day of confirmation, while draft of the day it was opened (F-2). */
  @Column('numeric', { name: 'tax_rate' }) taxRate: string;
  @Column('text', { name: 'payment_method' }) paymentMethod: PaymentMethod;
  /** As drafted; of a confirmed slip as invoicing told it last (F-4). */
  @Column('text', { name: 'invoice_wish' }) invoiceWish: InvoiceWish;
  /** Version of the receivable that told it; 0 while it is the slip's own. */
  @Column('int', { name: 'wish_version', default: 0 }) wishVersion: number;
  @Column('timestamptz', { name: 'created_at' }) createdAt: string;
  @Column('text', { name: 'created_by' }) createdBy: string;
  @Column('timestamptz', { name: 'confirmed_at', nullable: true }) confirmedAt: string | null;
  /** Local month of confirmation, 'YYYY-MM'. */
  @Column('text', { nullable: true }) month: string | null;
  /** Nothing owed any more, as told by invoicing. */
  @Column('boolean') paid: boolean;
  /** Since when; null while something is owed. */
  @Column('timestamptz', { name: 'paid_at', nullable: true }) paidAt: string | null;
  /** Version of the receivable that told it. */
  @Column('int', { name: 'paid_version' }) paidVersion: number;
  @Column('int') version: number;
}

/** A line of a slip; on a reversing slip pieces and amounts are negative. */
@Entity('charge_slip_line')
export class SlipLineRow {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { name: 'dealer_id' }) dealerId: string;
  @Column('uuid', { name: 'slip_id' }) slipId: string;
  @Column('int') position: number;
  /** None on a reimbursement. */
  @Column('uuid', { name: 'part_id', nullable: true }) partId: string | null;
  @Column('int') quantity: number;
  /** Without tax, 4 decimals. */
  @Column('numeric', { name: 'unit_price', precision: 14, scale: 4 }) unitPrice: string;
  @Column('numeric', { name: 'net_amount', precision: 14, scale: 2 }) netAmount: string;
  @Column('numeric', { name: 'tax_amount', precision: 14, scale: 2 }) taxAmount: string;
  @Column('text') reason: string;
  /** Document behind it: 'parts_request_line', 'obligation', 'stocktake_line', 'shipping_line', 'manual', 'reimbursement' or 'charge_slip'. */
  @Column('text', { name: 'origin_kind' }) originKind: string;
  @Column('uuid', { name: 'origin_id', nullable: true }) originId: string | null;
  /** Line of the reversed slip. */
  @Column('uuid', { name: 'reverses_line_id', nullable: true }) reversesLineId: string | null;
  /** F-8: what became revenue at confirmation, or is taken back from revenue by a reversal, then negative; what ships stands with the shipment. */
  @Column('numeric', { name: 'revenue_net', precision: 14, scale: 2 }) revenueNet: string;
  @Column('int', { name: 'revenue_quantity' }) revenueQuantity: number;
  /** F-8: the slip's month where that is revenue of it or taken back in it, kept by the slip's and the reversal's triggers: the revenue list is read from it. */
  @Column({ type: 'text', name: 'revenue_month', nullable: true, select: false, insert: false, update: false }) revenueMonth?: string | null;
}
