import { Column, Entity, PrimaryColumn, Unique } from 'typeorm';
import type { ItemState, SpotCheckState } from './spot-check.rules.js';

/** A sample of a dealer's filed records (D-6), with all that it was drawn from. */
@Entity('spot_check')
@Unique('spot_check_dealer', ['dealerId', 'id'])
export class SpotCheckRow {
  @PrimaryColumn('uuid')
  id: string;

  @Column('text', { unique: true })
  number: string;

  @Column('uuid', { name: 'dealer_id' })
  dealerId: string;

  @Column('date', { name: 'period_from' })
  from: string;

  @Column('date', { name: 'period_to' })
  to: string;

  @Column('text')
  seed: string;

  /** Ids of the calls there were to draw from. */
  @Column('uuid', { array: true })
  population: string[];

  @Column('text')
  state: SpotCheckState;

  @Column('text')
  guidance: string;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: string;

  @Column('uuid', { name: 'created_by' })
  createdBy: string;

  @Column('timestamptz', { name: 'closed_at', nullable: true })
  closedAt: string | null;

  @Column('uuid', { name: 'closed_by', nullable: true })
  closedBy: string | null;

  @Column('timestamptz', { name: 'acknowledged_at', nullable: true })
  acknowledgedAt: string | null;

  @Column('uuid', { name: 'acknowledged_by', nullable: true })
  acknowledgedBy: string | null;

  @Column('int')
  version: number;
}

/** What the customer said to one point. */
export interface StoredAnswer {
  point: string;
  answer: string;
}

/** A record that was drawn. */
@Entity('spot_check_item')
@Unique('spot_check_item_call', ['checkId', 'callId'])
@Unique('spot_check_item_position', ['checkId', 'position'])
export class SpotCheckItemRow {
  @PrimaryColumn('uuid')
  id: string;

  @Column('uuid', { name: 'dealer_id' })
  dealerId: string;

  @Column('uuid', { name: 'check_id' })
  checkId: string;

  @Column('int')
  position: number;

  @Column('uuid', { name: 'call_id' })
  callId: string;

  @Column('text', { name: 'call_number' })
  callNumber: string;

  @Column('text')
  state: ItemState;

  @Column('jsonb')
  answers: StoredAnswer[];

  @Column('int', { nullable: true })
  score: number | null;

  @Column('boolean', { name: 'false_record' })
  falseRecord: boolean;

  @Column('text')
  finding: string;

  @Column('text')
  guidance: string;

  @Column('int')
  attempts: number;

  @Column('timestamptz', { name: 'checked_at', nullable: true })
  checkedAt: string | null;

  @Column('uuid', { name: 'checked_by', nullable: true })
  checkedBy: string | null;

  @Column('int')
  version: number;
}
