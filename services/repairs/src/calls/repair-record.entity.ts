import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { StoredAttachment } from './call.entity.js';

/** A fault, its cause and what was done. */
export interface StoredFault {
  faultCode: string;
  faultDescription: string;
  causeCode: string;
  cause: string;
  actionCode: string;
  action: string;
  designDefect: boolean;
  /** R-15; not there in records of before it was asked, empty when not said. */
  problemDimension?: string;
}

/** A part used at the repair. */
export interface StoredPartUsed {
  partId: string;
  quantity: number;
  source: string;
  oldPartSerial: string;
  oldPartKept: boolean;
}

/** The technician's record of one visit; rows are only ever added. */
@Entity('repair_record')
export class RepairRecord {
  @PrimaryColumn('uuid')
  id: string;

  @Column('uuid', { name: 'call_id' })
  callId: string;

  /** Who had the call then: its fees are its money. */
  @Column('uuid', { name: 'dealer_id' })
  dealerId: string;

  /** Stage of the unit on the day of the call, empty when it is not known: what R-15 chose from. */
  @Column('text')
  stage: string;

  /** Its warranty had run out by its dates on that day (W-3): the customer pays, in unboxing too. */
  @Column('boolean', { name: 'warranty_over', default: false })
  warrantyOver: boolean;

  /** Its terms covered no labour on that day (W-9): the customer pays the fees, within the warranty too. */
  @Column('boolean', { name: 'labour_not_covered', default: false })
  labourNotCovered: boolean;

  @Column('jsonb')
  faults: StoredFault[];

  @Column('jsonb', { name: 'parts_used' })
  partsUsed: StoredPartUsed[];

  @Column('numeric', { name: 'labour_fee', precision: 14, scale: 2 })
  labourFee: string;

  @Column('numeric', { name: 'travel_fee', precision: 14, scale: 2 })
  travelFee: string;

  @Column('boolean')
  resolved: boolean;

  /** Resolved with the first record of a call that was never reopened. */
  @Column('boolean', { name: 'first_visit' })
  firstVisit: boolean;

  @Column('text', { name: 'told_customer' })
  toldCustomer: string;

  @Column('jsonb')
  photos: StoredAttachment[];

  @Column('timestamptz', { name: 'recorded_at' })
  recordedAt: string;

  @Column('uuid', { name: 'recorded_by' })
  recordedBy: string;
}

/** A one-time link for the customer; only the token's hash is kept. */
@Entity('confirmation_link')
export class ConfirmationLinkRow {
  @PrimaryColumn('uuid')
  id: string;

  @Column('uuid', { name: 'call_id' })
  callId: string;

  /** Lower-case hex SHA-256 of the token. */
  @Column('text', { name: 'token_hash', unique: true })
  tokenHash: string;

  @Column('timestamptz', { name: 'expires_at' })
  expiresAt: string;

  /** Set by the answer, or when a newer link took its place. */
  @Column('timestamptz', { name: 'closed_at', nullable: true })
  closedAt: string | null;
}
