import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { AttendanceResult, TrainingState } from './training.rules.js';

/** What is taught for a product family, and how long its certificate holds (D-5). */
@Entity('training_course')
export class CourseEntity {
  @PrimaryColumn('uuid')
  id: string;

  @Column('text')
  code: string;

  @Column('text')
  name: string;

  @Column('text', { name: 'name_en' })
  nameEn: string;

  @Column('text')
  family: string;

  @Column('int', { name: 'valid_months' })
  validMonths: number;

  @Column('int')
  version: number;

  @Column('timestamptz', { name: 'created_at', default: () => 'business_now()' })
  createdAt: string;
}

/** A session of a course on a day; everybody sees it. */
@Entity('training')
export class TrainingEntity {
  @PrimaryColumn('uuid')
  id: string;

  @Column('text')
  number: string;

  @Column('uuid', { name: 'course_id' })
  courseId: string;

  @Column('date', { name: 'held_on' })
  heldOn: string;

  @Column('text')
  place: string;

  @Column('text')
  state: TrainingState;

  @Column('text', { name: 'state_reason' })
  stateReason: string;

  @Column('int')
  version: number;

  @Column('timestamptz', { name: 'created_at', default: () => 'business_now()' })
  createdAt: string;
}

/** How a technician came through a session; of his dealer alone. */
@Entity('training_attendance')
export class AttendanceEntity {
  @PrimaryColumn('uuid', { name: 'training_id' })
  trainingId: string;

  @PrimaryColumn('uuid', { name: 'technician_id' })
  technicianId: string;

  @Column('uuid', { name: 'dealer_id' })
  dealerId: string;

  @Column('text')
  result: AttendanceResult;

  /** Why the result was corrected last; the audit trail has each correction. */
  @Column('text', { name: 'correction_reason', default: '' })
  correctionReason: string;

  @Column('timestamptz', { name: 'corrected_at', nullable: true })
  correctedAt: string | null;
}

/** What a technician is certified for, both days counted; a later one leaves it as it was. */
@Entity('certificate')
export class CertificateEntity {
  @PrimaryColumn('uuid')
  id: string;

  @Column('text')
  number: string;

  @Column('uuid', { name: 'dealer_id' })
  dealerId: string;

  @Column('uuid', { name: 'technician_id' })
  technicianId: string;

  @Column('uuid', { name: 'training_id' })
  trainingId: string;

  @Column('text')
  family: string;

  @Column('date', { name: 'valid_from' })
  validFrom: string;

  @Column('date', { name: 'valid_until' })
  validUntil: string;

  /** The last day it counts: as issued, or the day before it was revoked. */
  @Column('date', { name: 'holds_until' })
  holdsUntil: string;

  @Column('date', { name: 'revoked_from', nullable: true })
  revokedFrom: string | null;

  @Column('text', { name: 'revoke_reason', default: '' })
  revokeReason: string;

  @Column('int')
  version: number;

  @Column('timestamptz', { name: 'created_at', default: () => 'business_now()' })
  createdAt: string;
}

/** How often something was told of a technician and a family, so that the newest counts wherever it is heard. */
@Entity('certification')
export class CertificationEntity {
  @PrimaryColumn('uuid', { name: 'technician_id' })
  technicianId: string;

  @PrimaryColumn('text')
  family: string;

  @Column('uuid', { name: 'dealer_id' })
  dealerId: string;

  @Column('int')
  version: number;
}
