import type { QualityReportState } from '@aftercare/domain';
import { Column, Entity, PrimaryColumn, Unique } from 'typeorm';
import type { StoredAttachment } from '../calls/call.entity.js';

/** A written report about an unboxing problem or a design defect. One per origin. */
@Entity('quality_report')
@Unique('quality_report_origin', ['originKind', 'originId'])
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

  @Column('int')
  version: number;
}
