import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { StoredAttachment } from '../calls/call.entity.js';
import type { CorrectiveState, CorrectiveStepName } from './corrective-action.rules.js';

/** What a bar was filtered by. */
export interface StoredFilter {
  name: string;
  value: string;
}

/** A corrective action; the manufacturer's own, so it carries no dealer. */
@Entity('corrective_action')
export class CorrectiveActionRow {
  @PrimaryColumn('uuid')
  id: string;

  @Column('text', { unique: true })
  number: string;

  @Column('text')
  title: string;

  @Column('text')
  problem: string;

  /** Null when it comes from a figure. */
  @Column('uuid', { name: 'report_id', nullable: true })
  reportId: string | null;

  @Column('text', { name: 'report_number' })
  reportNumber: string;

  /** Empty when it comes from a report. */
  @Column('jsonb')
  figure: StoredFilter[];

  @Column('uuid', { name: 'owner_user_id' })
  ownerUserId: string;

  @Column('text')
  state: CorrectiveState;

  @Column('int')
  round: number;

  /** Null at the end. */
  @Column('text', { name: 'next_step', nullable: true })
  nextStep: CorrectiveStepName | null;

  @Column('date', { name: 'next_due_on', nullable: true })
  nextDueOn: string | null;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: string;

  @Column('uuid', { name: 'created_by' })
  createdBy: string;

  @Column('timestamptz', { name: 'closed_at', nullable: true })
  closedAt: string | null;

  @Column('int')
  version: number;
}

/** A step of a round: when it is due, and what was done. */
@Entity('corrective_step')
export class CorrectiveStepRow {
  @PrimaryColumn('uuid', { name: 'action_id' })
  actionId: string;

  @PrimaryColumn('int')
  round: number;

  @PrimaryColumn('text')
  step: CorrectiveStepName;

  @Column('date', { name: 'due_on' })
  dueOn: string;

  @Column('text')
  text: string;

  @Column('jsonb')
  files: StoredAttachment[];

  /** Of a check that was done: effective or not_effective. */
  @Column('text')
  outcome: string;

  @Column('timestamptz', { name: 'done_at', nullable: true })
  doneAt: string | null;

  @Column('uuid', { name: 'done_by', nullable: true })
  doneBy: string | null;
}

/** What was done with a corrective action. Appended, never changed. */
@Entity('corrective_event')
export class CorrectiveEventRow {
  @PrimaryColumn('uuid')
  id: string;

  @Column('uuid', { name: 'action_id' })
  actionId: string;

  @Column('text')
  action: string;

  @Column('text', { name: 'from_state' })
  fromState: string;

  @Column('text', { name: 'to_state' })
  toState: string;

  @Column('timestamptz')
  at: string;

  @Column('uuid', { name: 'user_id' })
  userId: string;

  @Column('text')
  reason: string;

  @Column('text')
  changes: string;
}
