import type { SupportKind, SupportState } from '@aftercare/domain';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { StoredAttachment } from '../calls/call.entity.js';

/** A dealer's question to the manufacturer on a call. It stays the asking dealer's, also when the call is re-routed. */
@Entity('support_question')
export class SupportQuestionRow {
  @PrimaryColumn('uuid')
  id: string;

  @Column('text', { unique: true })
  number: string;

  @Column('uuid', { name: 'dealer_id' })
  dealerId: string;

  @Column('uuid', { name: 'call_id' })
  callId: string;

  @Column('text', { name: 'call_number' })
  callNumber: string;

  @Column('text')
  kind: SupportKind;

  @Column('text')
  state: SupportState;

  @Column('text')
  question: string;

  @Column('jsonb')
  photos: StoredAttachment[];

  @Column('uuid', { name: 'asked_by' })
  askedBy: string;

  @Column('timestamptz', { name: 'asked_at' })
  askedAt: string;

  @Column('text')
  answer: string;

  @Column('jsonb')
  files: StoredAttachment[];

  @Column('uuid', { name: 'answered_by', nullable: true })
  answeredBy: string | null;

  @Column('timestamptz', { name: 'answered_at', nullable: true })
  answeredAt: string | null;

  /** Whole minutes from question to answer; 0 while open. */
  @Column('int', { name: 'answer_minutes' })
  answerMinutes: number;

  /** Its place in the list that shows open ones first: 1 and the moment of asking, then 0 and that of the answer. */
  @Column('text')
  queue: string;

  @Column('int')
  version: number;
}
