import type { DealerStatus } from '@aftercare/domain';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { ReportKind, ReportState } from './monthly-report.rules.js';
import type { Outcome } from './report-line.rules.js';

/** Since when a dealer had a status (D-7): appended with each step, never changed. */
@Entity('dealer_status_change')
export class StatusChangeEntity {
  @PrimaryColumn('uuid', { name: 'dealer_id' })
  dealerId: string;

  /** The dealer's version at the step. */
  @PrimaryColumn('int')
  version: number;

  @Column('text')
  status: DealerStatus;

  @Column('timestamptz')
  since: string;
}

/** A report that a dealer owes for a month (D-7). */
@Entity('monthly_report')
export class MonthlyReportEntity {
  @PrimaryColumn('uuid')
  id: string;

  @Column('uuid', { name: 'dealer_id' })
  dealerId: string;

  /** YYYY-MM. */
  @Column('text')
  month: string;

  @Column('text')
  kind: ReportKind;

  /** Taken with the submission. */
  @Column('text', { nullable: true })
  number: string | null;

  @Column('text')
  state: ReportState;

  @Column('boolean')
  nil: boolean;

  /** Last day in time; settled when the month is over. */
  @Column('date', { name: 'due_on' })
  dueOn: string;

  @Column('timestamptz', { name: 'submitted_at', nullable: true })
  submittedAt: string | null;

  @Column('text', { name: 'submitted_by', nullable: true })
  submittedBy: string | null;

  @Column('int')
  version: number;

  /** Lines that count, and those told after the submission that wait for an amendment: kept by the lines' triggers. */
  @Column({ type: 'int', name: 'counted_lines', select: false, insert: false, update: false, default: 0 })
  countedLines: number;

  @Column({ type: 'int', name: 'pending_lines', select: false, insert: false, update: false, default: 0 })
  pendingLines: number;

  @Column('timestamptz', { name: 'created_at', default: () => 'business_now()' })
  createdAt: string;
}

/** An installation or a repair in a report. `included` is what was submitted and stays so; `counted` minds the amendments. */
@Entity('monthly_report_line')
export class ReportLineEntity {
  @PrimaryColumn('uuid')
  id: string;

  @Column('uuid', { name: 'dealer_id' })
  dealerId: string;

  @Column('uuid', { name: 'report_id' })
  reportId: string;

  @Column('text')
  source: 'recorded' | 'by_hand';

  /** The installation or the call; the line itself when by hand. */
  @Column('text', { name: 'item_id' })
  itemId: string;

  @Column('text', { name: 'item_number' })
  itemNumber: string;

  @Column('timestamptz', { name: 'happened_at' })
  happenedAt: string;

  @Column('date', { name: 'item_on' })
  itemOn: string;

  @Column('text')
  outcome: Outcome;

  @Column('text')
  serial: string;

  @Column('text', { name: 'model_code' })
  modelCode: string;

  @Column('text', { name: 'fault_codes', array: true })
  faultCodes: string[];

  @Column('int')
  pieces: number;

  @Column('boolean')
  included: boolean;

  @Column('boolean')
  counted: boolean;

  @Column('boolean', { name: 'after_submission' })
  afterSubmission: boolean;

  /** What was repaired, as entered by hand. */
  @Column('text')
  note: string;

  @Column('text', { name: 'left_out_reason' })
  leftOutReason: string;

  /** The amendment that changed it last. */
  @Column('uuid', { name: 'amendment_id', nullable: true })
  amendmentId: string | null;
}

/** A later correction of a submitted report: a document of its own, never changed. */
@Entity('monthly_report_amendment')
export class AmendmentEntity {
  @PrimaryColumn('uuid')
  id: string;

  @Column('uuid', { name: 'dealer_id' })
  dealerId: string;

  @Column('uuid', { name: 'report_id' })
  reportId: string;

  @Column('text')
  number: string;

  @Column('text')
  reason: string;

  @Column('timestamptz', { name: 'amended_at' })
  amendedAt: string;

  @Column('text', { name: 'amended_by' })
  amendedBy: string;
}

/** What an amendment says of a line. */
@Entity('monthly_report_amendment_line')
export class AmendmentLineEntity {
  @PrimaryColumn('uuid', { name: 'amendment_id' })
  amendmentId: string;

  @PrimaryColumn('uuid', { name: 'line_id' })
  lineId: string;

  @Column('uuid', { name: 'dealer_id' })
  dealerId: string;

  @Column('boolean')
  counts: boolean;

  @Column('text')
  note: string;
}
