import type { QuoteState } from '@aftercare/domain';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { StoredAttachment } from '../calls/call.entity.js';

/** A part as it was quoted to the customer. */
export interface StoredQuoteLine {
  partId: string;
  name: string;
  quantity: number;
  unitPrice: string;
  amount: string;
}

/** What a repair costs the customer, and what he said to it. Who said it on the phone is personal data. */
@Entity('call_quote')
export class CallQuoteRow {
  @PrimaryColumn('uuid')
  id: string;

  @Column('uuid', { name: 'call_id' })
  callId: string;

  /** Who asks for it: its money, which neither its parent reads nor the dealer to whom the call goes later. */
  @Column('uuid', { name: 'dealer_id' })
  dealerId: string;

  @Column('text')
  state: QuoteState;

  @Column('numeric', { name: 'labour_fee', precision: 14, scale: 2 })
  labourFee: string;

  @Column('numeric', { name: 'travel_fee', precision: 14, scale: 2 })
  travelFee: string;

  /** The dealer's tariff of the day; null when it had set none. */
  @Column('numeric', { name: 'tariff_labour_fee', precision: 14, scale: 2, nullable: true })
  tariffLabourFee: string | null;

  @Column('numeric', { name: 'tariff_travel_fee', precision: 14, scale: 2, nullable: true })
  tariffTravelFee: string | null;

  @Column('jsonb')
  lines: StoredQuoteLine[];

  @Column('numeric', { precision: 14, scale: 2 })
  total: string;

  @Column('timestamptz', { name: 'quoted_at' })
  quotedAt: string;

  @Column('uuid', { name: 'quoted_by' })
  quotedBy: string;

  /** signature or phone; empty before the answer. */
  @Column('text')
  method: string;

  @Column('text', { name: 'customer_name' })
  customerName: string;

  @Column('jsonb', { nullable: true })
  evidence: StoredAttachment | null;

  @Column('timestamptz', { name: 'answered_at', nullable: true })
  answeredAt: string | null;

  @Column('uuid', { name: 'noted_by', nullable: true })
  notedBy: string | null;

  @Column('text')
  reason: string;
}
