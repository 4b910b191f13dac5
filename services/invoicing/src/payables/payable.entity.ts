import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { ReceiptMethod } from '../payments/payment.rules.js';
import type { PayableState } from './payable.rules.js';

/** What is owed for a reimbursement slip (R-14, F-6). */
@Entity('payable')
export class PayableRow {
  @PrimaryColumn('uuid', { name: 'slip_id' }) slipId: string;
  @Column('text', { name: 'slip_number' }) slipNumber: string;
  @Column('uuid', { name: 'dealer_id' }) dealerId: string;
  @Column('text') state: PayableState;
  @Column('numeric', { name: 'gross_total', precision: 14, scale: 2 }) grossTotal: string;
  /** Paid or set off. */
  @Column('numeric', { name: 'settled_total', precision: 14, scale: 2 }) settledTotal: string;
  /** Who gets the money: dealer, customer or third_party; empty where nobody told it, as for the dealer. */
  @Column('text', { name: 'payee_kind' }) payeeKind: string;
  /** The claim behind it. */
  @Column('uuid', { name: 'claim_id', nullable: true }) claimId: string | null;
  @Column('timestamptz', { name: 'confirmed_at' }) confirmedAt: string;
  @Column('int') version: number;
}

/** A part of it that was paid or set off. Never changed. */
@Entity('payable_entry')
export class PayableEntryRow {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { name: 'dealer_id' }) dealerId: string;
  @Column('uuid', { name: 'slip_id' }) slipId: string;
  @Column('text') way: ReceiptMethod | 'set_off';
  @Column('numeric', { precision: 14, scale: 2 }) amount: string;
  /** The slip it was set off against, else null. */
  @Column('uuid', { name: 'charge_slip_id', nullable: true }) chargeSlipId: string | null;
  @Column('text') reference: string;
  @Column('timestamptz') at: string;
}
