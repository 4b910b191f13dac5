import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { WindowOutcome } from './appointment.rules.js';

/** A window that was promised to the customer of a call; each is settled once. */
@Entity('call_appointment')
export class CallAppointmentRow {
  @PrimaryColumn('uuid')
  id: string;

  @Column('uuid', { name: 'call_id' })
  callId: string;

  @Column('timestamptz', { name: 'window_from' })
  windowFrom: string;

  @Column('timestamptz', { name: 'window_to' })
  windowTo: string;

  @Column('timestamptz', { name: 'promised_at' })
  promisedAt: string;

  @Column('uuid', { name: 'promised_by', nullable: true })
  promisedBy: string | null;

  /** The dealer that promised it; a call may go on to another one. */
  @Column('uuid', { name: 'promised_dealer_id', nullable: true })
  promisedDealerId: string | null;

  /** Who is to come; null where that was not kept. */
  @Column('uuid', { name: 'technician_user_id', nullable: true })
  technicianUserId: string | null;

  /** Why another window than the one before; empty for a first one. */
  @Column('text')
  reason: string;

  @Column('timestamptz', { name: 'arrived_at', nullable: true })
  arrivedAt: string | null;

  /** Empty while it is waited for. */
  @Column('text')
  outcome: '' | WindowOutcome;
}
