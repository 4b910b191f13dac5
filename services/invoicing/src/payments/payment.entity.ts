import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Money received from a dealer (B-4). What was received never changes; what became of it is added up. */
@Entity('payment')
export class PaymentRow {
  @PrimaryColumn('uuid') id: string;
  @Column('text') number: string;
  @Column('uuid', { name: 'dealer_id' }) dealerId: string;
  @Column('text') method: 'bank_transfer' | 'cash' | 'wechat_pay' | 'alipay';
  @Column('numeric', { precision: 14, scale: 2 }) amount: string;
  /** Not set against anything yet. */
  @Column('numeric', { precision: 14, scale: 2 }) unmatched: string;
  @Column('numeric', { name: 'to_deposit', precision: 14, scale: 2 }) toDeposit: string;
  /** Paid back to the dealer. */
  @Column('numeric', { precision: 14, scale: 2, default: '0' }) refunded: string;
  /** What the payer wrote. */
  @Column('text') reference: string;
  /** Date on the bank's paper, information only (B-6). */
  @Column('date', { name: 'bank_date', nullable: true }) bankDate: string | null;
  @Column('text') state: 'open' | 'partly_matched' | 'matched';
  /** An exact reference and amount posted it without a person. */
  @Column('boolean', { name: 'posted_by_itself', default: false }) postedByItself: boolean;
  @Column('timestamptz', { name: 'received_at' }) receivedAt: string;
  @Column('text', { name: 'received_by' }) receivedBy: string;
  @Column('int') version: number;
}

/** Money set against a slip, from a payment or from the deposit. Never changed. */
@Entity('allocation')
export class AllocationRow {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { name: 'dealer_id' }) dealerId: string;
  @Column('uuid', { name: 'slip_id' }) slipId: string;
  /** Null where the deposit paid. */
  @Column('uuid', { name: 'payment_id', nullable: true }) paymentId: string | null;
  @Column('numeric', { precision: 14, scale: 2 }) amount: string;
  @Column('timestamptz') at: string;
  /** The allocation that this one takes back, with the opposite amount; each once. */
  @Column('uuid', { nullable: true }) undoes: string | null;
}
