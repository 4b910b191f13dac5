import type { InstallationState } from '@aftercare/domain';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Check, TechnicianCertificate } from './installation.rules.js';

/** A commissioning at the customer's (C-4). Its photos are attachments at the gateway. */
@Entity('installation')
export class InstallationEntity {
  @PrimaryColumn('uuid')
  id: string;

  @Column('uuid', { name: 'dealer_id' })
  dealerId: string;

  @Column('text')
  number: string;

  @Column('uuid', { name: 'unit_id' })
  unitId: string;

  @Column('uuid', { name: 'customer_id' })
  customerId: string;

  /** The dealer that did it; null while it is to be done. A termination leaves it (D-1). */
  @Column('uuid', { name: 'installer_id', nullable: true })
  installerId: string | null;

  /** Empty while an appointment waits for the successor to give it to somebody (D-1). */
  @Column('text', { name: 'technician_user_id' })
  technicianUserId: string;

  /** Whether he was certified for the unit's family when he was given the visit (D-5); empty while nobody has it. */
  @Column('text', { name: 'technician_certificate', default: '' })
  technicianCertificate: TechnicianCertificate;

  @Column('timestamptz', { name: 'appointment_from' })
  appointmentFrom: string;

  @Column('timestamptz', { name: 'appointment_to' })
  appointmentTo: string;

  @Column('text')
  state: InstallationState;

  @Column('jsonb')
  checklist: Check[];

  /** The family's checklist that it was finished by; null while scheduled, without one, and where it was not kept. */
  @Column('uuid', { name: 'checklist_id', nullable: true })
  checklistId: string | null;

  @Column('boolean', { name: 'customer_instructed' })
  customerInstructed: boolean;

  @Column('jsonb')
  photos: { id: string; sha256: string }[];

  /** Remark, or what was wrong. */
  @Column('text')
  note: string;

  /** Who of the dealer asked for the last change of the appointment, where the manufacturer made it; else empty. */
  @Column('text', { name: 'asked_by', default: '' })
  askedBy: string;

  @Column('timestamptz', { name: 'completed_at', nullable: true })
  completedAt: string | null;

  /** When it was cancelled; the reason is its note. */
  @Column('timestamptz', { name: 'cancelled_at', nullable: true })
  cancelledAt: string | null;

  @Column('date', { name: 'completed_on', nullable: true })
  completedOn: string | null;

  /** Null while scheduled, or when the purchase date is unknown. */
  @Column('int', { name: 'days_from_sale', nullable: true })
  daysFromSale: number | null;

  /** Done before it was recorded: added with a monthly report (D-7), without checklist and appointment. */
  @Column('boolean', { name: 'registered_afterwards', default: false })
  registeredAfterwards: boolean;

  @Column('int')
  version: number;

  @Column('timestamptz', { name: 'created_at', default: () => 'business_now()' })
  createdAt: string;
}
