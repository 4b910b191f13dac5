import type { QualityReportState } from '@aftercare/domain';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { StoredAttachment } from '../calls/call.entity.js';
import type { ReportBasis } from './quality-report.rules.js';

/** A written report about an unboxing problem or a design defect. Of one origin at most one is due. */
@Entity('quality_report')
@Index('quality_report_due', ['originKind', 'originId'], { unique: true, where: `state = 'due'` })
@Index('quality_report_origin', ['originKind', 'originId', 'createdAt'])
export class QualityReportRow {
  @PrimaryColumn('uuid')
  id: string;

  @Column('text', { unique: true })
  number: string;

  @Column('uuid', { name: 'dealer_id' })
  dealerId: string;

  /** repair-call or installation */
  @Column('text', { name: 'origin_kind' })
  originKind: string;

  @Column('uuid', { name: 'origin_id' })
  originId: string;

  /** Of an installation: whose it is (domain 1); of a call, the call says it. */
  @Column('uuid', { name: 'technician_user_id', nullable: true })
  technicianUserId: string | null;

  @Column('uuid', { name: 'unit_id', nullable: true })
  unitId: string | null;

  @Column('text')
  serial: string;

  @Column('text')
  state: QualityReportState;

  @Column('timestamptz', { name: 'due_at' })
  dueAt: string;

  @Column('text')
  description: string;

  @Column('text')
  cause: string;

  @Column('text')
  action: string;

  @Column('text', { name: 'affected_serials', array: true })
  affectedSerials: string[];

  @Column('text')
  lot: string;

  @Column('boolean', { name: 'visible_damage' })
  visibleDamage: boolean;

  @Column('jsonb')
  photos: StoredAttachment[];

  @Column('timestamptz', { name: 'created_at' })
  createdAt: string;

  @Column('timestamptz', { name: 'submitted_at', nullable: true })
  submittedAt: string | null;

  @Column('uuid', { name: 'submitted_by', nullable: true })
  submittedBy: string | null;

  /** Why it is owed. */
  @Column('text')
  basis: ReportBasis;

  @Column('boolean', { name: 'design_defect' })
  designDefect: boolean;

  /** What whoever marked the defect saw; empty when a repair record marks it. */
  @Column('text', { name: 'mark_reason' })
  markReason: string;

  @Column('uuid', { name: 'marked_by', nullable: true })
  markedBy: string | null;

  @Column('timestamptz', { name: 'reviewed_at', nullable: true })
  reviewedAt: string | null;

  @Column('uuid', { name: 'reviewed_by', nullable: true })
  reviewedBy: string | null;

  /** What is to be done. */
  @Column('text')
  answer: string;

  @Column('text', { name: 'action_serials', array: true })
  actionSerials: string[];

  @Column('text', { name: 'action_lots', array: true })
  actionLots: string[];

  @Column('boolean', { name: 'warns_others' })
  warnsOthers: boolean;

  @Column('text')
  warning: string;

  @Column('jsonb', { name: 'answer_files' })
  answerFiles: StoredAttachment[];

  @Column('timestamptz', { name: 'answered_at', nullable: true })
  answeredAt: string | null;

  @Column('uuid', { name: 'answered_by', nullable: true })
  answeredBy: string | null;

  @Column('timestamptz', { name: 'closed_at', nullable: true })
  closedAt: string | null;

  @Column('uuid', { name: 'closed_by', nullable: true })
  closedBy: string | null;

  @Column('text', { name: 'closing_note' })
  closingNote: string;

  @Column('int')
  version: number;
}
