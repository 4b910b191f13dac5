import { Column, Entity, PrimaryColumn, Unique } from 'typeorm';
import type { StoredAttachment } from '../calls/call.entity.js';
import type { CampaignState, Selection } from './campaign.rules.js';
import type { CampaignUnitState } from './campaign-unit.rules.js';

/** A part that each unit needs. */
export interface StoredPart {
  partId: string;
  partNumber: string;
  quantity: number;
}

/** What of a collection is still to be asked. */
export interface Collecting {
  /** Named serials that were not asked for yet. */
  serials: string[];
  /** Whether the conditions are still to be asked, and behind which row. */
  conditions: boolean;
  cursor: string;
}

/** A campaign; the manufacturer's, so it carries no dealer. */
@Entity('campaign')
export class CampaignRow {
  @PrimaryColumn('uuid')
  id: string;

  @Column('text', { unique: true })
  number: string;

  @Column('text')
  kind: string;

  @Column('text')
  title: string;

  @Column('text')
  problem: string;

  @Column('text')
  remedy: string;

  @Column('jsonb')
  selection: Selection;

  @Column('jsonb')
  parts: StoredPart[];

  @Column('text')
  letter: string;

  @Column('text', { name: 'letter_en' })
  letterEn: string;

  @Column('date', { name: 'due_on' })
  dueOn: string;

  @Column('uuid', { name: 'corrective_action_id', nullable: true })
  correctiveActionId: string | null;

  @Column('text')
  state: CampaignState;

  /** Null while nothing is being collected. */
  @Column('jsonb', { nullable: true })
  collecting: Collecting | null;

  @Column('text', { name: 'unknown_serials', array: true })
  unknownSerials: string[];

  @Column('timestamptz', { name: 'collected_at', nullable: true })
  collectedAt: string | null;

  @Column('timestamptz', { name: 'launched_at', nullable: true })
  launchedAt: string | null;

  @Column('timestamptz', { name: 'closed_at', nullable: true })
  closedAt: string | null;

  @Column('text', { name: 'closing_note' })
  closingNote: string;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: string;

  @Column('uuid', { name: 'created_by' })
  createdBy: string;

  @Column('int')
  version: number;
}

/** A unit that a campaign concerns, with the ids of whose it is. */
@Entity('campaign_unit')
@Unique('campaign_unit_once', ['campaignId', 'unitId'])
export class CampaignUnitRow {
  @PrimaryColumn('uuid')
  id: string;

  @Column('uuid', { name: 'campaign_id' })
  campaignId: string;

  /** Null where no dealer has it: the manufacturer's to see. */
  @Column('uuid', { name: 'dealer_id', nullable: true })
  dealerId: string | null;

  @Column('uuid', { name: 'unit_id' })
  unitId: string;

  @Column('text')
  serial: string;

  @Column('text', { name: 'model_code' })
  modelCode: string;

  @Column('uuid', { name: 'customer_id', nullable: true })
  customerId: string | null;

  @Column('text')
  state: CampaignUnitState;

  /** Personal data may stand in it (C-5). */
  @Column('text')
  note: string;

  @Column('int')
  attempts: number;

  @Column('uuid', { name: 'call_id', nullable: true })
  callId: string | null;

  @Column('text', { name: 'call_number' })
  callNumber: string;

  @Column('jsonb')
  photos: StoredAttachment[];

  @Column('timestamptz', { name: 'marked_at', nullable: true })
  markedAt: string | null;

  @Column('uuid', { name: 'marked_by', nullable: true })
  markedBy: string | null;

  /** Who of the dealer asked a clerk to mark it; empty for none. */
  @Column('text', { name: 'asked_by', default: '' })
  askedBy: string;

  @Column('int')
  version: number;
}
