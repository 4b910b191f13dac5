import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { StoredAttachment } from '../calls/call.entity.js';
import type { ClaimMoney, ClaimPayment } from './claim-payment.rules.js';
import type { PayeeKind, ReimbursementState } from './reimbursement.rules.js';

/** An expense claim for a repair by a third party. Payee and third party are personal data. */
@Entity('reimbursement')
export class ReimbursementRow implements ClaimMoney {
  @PrimaryColumn('uuid')
  id: string;

  /** Taken when it is handed in. */
  @Column('text', { nullable: true, unique: true })
  number: string | null;

  @Column('uuid', { name: 'dealer_id' })
  dealerId: string;

  @Column('uuid', { name: 'call_id' })
  callId: string;

  @Column('text', { name: 'call_number' })
  callNumber: string;

  @Column('text', { name: 'asked_by' })
  askedBy: string;

  @Column('text')
  reason: string;

  @Column('date', { name: 'performed_on' })
  performedOn: string;

  @Column('text', { name: 'performed_by' })
  performedBy: string;

  @Column('text')
  description: string;

  @Column('numeric', { precision: 14, scale: 2 })
  amount: string;

  @Column('numeric', { name: 'approved_amount', precision: 14, scale: 2, nullable: true })
  approvedAmount: string | null;

  @Column('text', { name: 'payee_kind' })
  payeeKind: PayeeKind;

  @Column('text', { name: 'payee_name' })
  payeeName: string;

  @Column('text', { name: 'payee_account' })
  payeeAccount: string;

  @Column('jsonb')
  proofs: StoredAttachment[];

  @Column('text')
  state: ReimbursementState;

  @Column('text', { name: 'decision_note' })
  decisionNote: string;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: string;

  @Column('uuid', { name: 'created_by' })
  createdBy: string;

  @Column('timestamptz', { name: 'submitted_at', nullable: true })
  submittedAt: string | null;

  @Column('uuid', { name: 'submitted_by', nullable: true })
  submittedBy: string | null;

  @Column('timestamptz', { name: 'decided_at', nullable: true })
  decidedAt: string | null;

  @Column('uuid', { name: 'decided_by', nullable: true })
  decidedBy: string | null;

  @Column('timestamptz', { name: 'told_at', nullable: true })
  toldAt: string | null;

  @Column('uuid', { name: 'told_by', nullable: true })
  toldBy: string | null;

  @Column('text', { name: 'told_way' })
  toldWay: string;

  /** The slip by which it is paid, once that is confirmed. */
  @Column('uuid', { name: 'slip_id', nullable: true })
  slipId: string | null;

  @Column('text', { name: 'slip_number' })
  slipNumber: string;

  @Column('uuid', { name: 'ended_slips', array: true })
  endedSlips: string[];

  @Column('jsonb')
  payments: ClaimPayment[];

  @Column('numeric', { name: 'paid_amount', precision: 14, scale: 2 })
  paidAmount: string;

  @Column('timestamptz', { name: 'paid_at', nullable: true })
  paidAt: string | null;

  @Column('timestamptz', { name: 'dropped_at', nullable: true })
  droppedAt: string | null;

  @Column('int')
  version: number;
}
