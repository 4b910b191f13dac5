import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { ChecklistState, Point } from './checklist.rules.js';

/** What is checked at the installation of a family's units (C-4); a change is a new revision. */
@Entity('installation_checklist')
export class ChecklistEntity {
  @PrimaryColumn('uuid')
  id: string;

  @Column('text')
  family: string;

  @Column('int')
  revision: number;

  @Column('text')
  state: ChecklistState;

  @Column('jsonb')
  points: Point[];

  @Column('text', { name: 'drafted_by' })
  draftedBy: string;

  @Column('int')
  version: number;

  @Column('timestamptz', { name: 'created_at', default: () => 'business_now()' })
  createdAt: string;
}
