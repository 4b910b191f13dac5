import type { CallState } from '@aftercare/domain';
import { Column, Entity, PrimaryColumn, Unique } from 'typeorm';
import type { TechnicianCertificate } from './call-certificate.rules.js';

/** A photo or paper at the gateway. */
export interface StoredAttachment {
  id: string;
  sha256: string;
}

/** 5W2H of the intake. */
export interface StoredIntake {
  when: string;
  where: string;
  who: string;
  what: string;
  howMany: string;
  why: string;
  degree: string;
}

/**
 * A customer's request for repair. Contact and address are personal data: plain here, masked beside it, so that
 * lists never touch the plain columns.
 */
@Entity('repair_call')
export class RepairCall {
  @PrimaryColumn('uuid')
  id: string;

  @Column('text', { unique: true })
  number: string;

  /** The dealer who has to solve it; null while no dealer was told. */
  @Column('uuid', { name: 'dealer_id', nullable: true })
  dealerId: string | null;

  @Column('text')
  channel: string;

  @Column('uuid', { name: 'customer_id', nullable: true })
  customerId: string | null;

  @Column('uuid', { name: 'unit_id', nullable: true })
  unitId: string | null;

  @Column('text', { name: 'unit_serial' })
  unitSerial: string;

  /** A technician named the unit himself and nobody else has given the call to somebody since: it makes the unit nobody's work (C-5). */
  @Column('boolean', { name: 'unit_by_technician' })
  unitByTechnician: boolean;

  @Column('text', { name: 'unit_description' })
  unitDescription: string;

  @Column('text', { name: 'contact_name' })
  contactName: string;

  @Column('text', { name: 'contact_phone' })
  contactPhone: string;

  @Column('text', { name: 'region_code' })
  regionCode: string;

  @Column('text', { name: 'address_detail' })
  addressDetail: string;

  @Column('text', { name: 'contact_name_masked' })
  contactNameMasked: string;

  @Column('text', { name: 'contact_phone_masked' })
  contactPhoneMasked: string;

  @Column('text', { name: 'address_masked' })
  addressMasked: string;

  @Column('text')
  symptoms: string;

  @Column('jsonb')
  intake: StoredIntake;

  @Column('timestamptz', { name: 'wished_from', nullable: true })
  wishedFrom: string | null;

  @Column('timestamptz', { name: 'wished_to', nullable: true })
  wishedTo: string | null;

  @Column('jsonb')
  photos: StoredAttachment[];

  @Column('text')
  state: CallState;

  @Column('uuid', { name: 'technician_user_id', nullable: true })
  technicianUserId: string | null;

  /** Whether he was certified for the unit's family when he was assigned (D-5); empty while nobody is. */
  @Column('text', { name: 'technician_certificate', default: '' })
  technicianCertificate: TechnicianCertificate;

  @Column('timestamptz', { name: 'appointment_from', nullable: true })
  appointmentFrom: string | null;

  @Column('timestamptz', { name: 'appointment_to', nullable: true })
  appointmentTo: string | null;

  @Column('timestamptz', { name: 'opened_at' })
  openedAt: string;

  /** Local date of openedAt: the event date of W-6. */
  @Column('date', { name: 'opened_on' })
  openedOn: string;

  @Column('timestamptz', { name: 'received_at', nullable: true })
  receivedAt: string | null;

  /** Due moment of the running clock, for lists. */
  @Column('timestamptz', { name: 'due_at', nullable: true })
  dueAt: string | null;

  /** Breach of the running clock, for lists. */
  @Column('timestamptz', { name: 'breached_at', nullable: true })
  breachedAt: string | null;

  @Column('timestamptz', { name: 'resolved_at', nullable: true })
  resolvedAt: string | null;

  /** When the solved call is reminded of and listed unless it was confirmed; looked at while it is resolved. */
  @Column('timestamptz', { name: 'unconfirmed_from', nullable: true })
  unconfirmedFrom: string | null;

  /** Account that took the call; null for the public link. */
  @Column('uuid', { name: 'taken_by', nullable: true })
  takenBy: string | null;

  @Column('int', { name: 'reopen_count' })
  reopenCount: number;

  /** signature, code or signed_paper; empty before. */
  @Column('text', { name: 'confirmation_method' })
  confirmationMethod: string;

  @Column('jsonb', { name: 'confirmation_evidence', nullable: true })
  confirmationEvidence: StoredAttachment | null;

  @Column('timestamptz', { name: 'confirmed_at', nullable: true })
  confirmedAt: string | null;

  /** Stage on the day of the call of the unit that was named after a record, empty when it is not known; null while the record says it. */
  @Column('text', { name: 'corrected_stage', nullable: true, default: null })
  correctedStage: string | null;

  /** Whether that unit's warranty had run out by its dates then (W-3). */
  @Column('boolean', { name: 'corrected_warranty_over', default: false })
  correctedWarrantyOver: boolean;

  /** Whether its terms covered no labour then (W-9). */
  @Column('boolean', { name: 'corrected_labour_not_covered', default: false })
  correctedLabourNotCovered: boolean;

  /** Of a cancelled call that was solved before it was reopened, when: only the reopening was cancelled. */
  @Column('timestamptz', { name: 'solved_before', nullable: true })
  solvedBefore: string | null;

  /** The call's line in lists as JSON text; a trigger makes it. */
  @Column({ type: 'text', select: false, insert: false, update: false, default: '' })
  readonly line?: string;

  /** The moment of opening once more, along which all dealers' calls are listed; the same trigger writes it. */
  @Column({ type: 'timestamptz', name: 'listed_at', select: false, insert: false, update: false, nullable: true })
  readonly listedAt?: string | null;

  /** The phone as it is looked for, however it is written; a trigger makes it of the phone. */
  @Column({ type: 'text', name: 'phone_key', select: false, insert: false, update: false, default: '' })
  readonly phoneKey?: string;

  @Column('int')
  version: number;
}

/** A clock of a call; a reopening starts a further one and leaves the first as it was. */
@Entity('call_clock')
@Unique('call_clock_position', ['callId', 'position'])
export class CallClockRow {
  @PrimaryColumn('uuid')
  id: string;

  @Column('uuid', { name: 'call_id' })
  callId: string;

  @Column('int')
  position: number;

  @Column('timestamptz', { name: 'started_at' })
  startedAt: string;

  @Column('text', { name: 'special_reason', nullable: true })
  specialReason: string | null;

  @Column('timestamptz', { name: 'stopped_at', nullable: true })
  stoppedAt: string | null;

  @Column('timestamptz', { name: 'breached_at', nullable: true })
  breachedAt: string | null;

  @Column('int', { name: 'warned_hours', array: true })
  warnedHours: number[];

  @Column('timestamptz', { name: 'escalated_at', nullable: true })
  escalatedAt: string | null;
}

/** A step in a call's history; rows are only ever added. */
@Entity('call_event')
export class CallEventRow {
  @PrimaryColumn('uuid')
  id: string;

  @Column('uuid', { name: 'call_id' })
  callId: string;

  @Column('timestamptz')
  at: string;

  @Column('text')
  action: string;

  @Column('text', { name: 'from_state' })
  fromState: string;

  @Column('text', { name: 'to_state' })
  toState: string;

  @Column('uuid', { name: 'user_id', nullable: true })
  userId: string | null;

  @Column('text')
  role: string;

  @Column('text')
  reason: string;

  /** Who of the dealer asked, where the manufacturer did it; else empty. */
  @Column('text', { name: 'asked_by', default: '' })
  askedBy: string;
}
