import { Column, Entity, PrimaryColumn, Unique } from 'typeorm';
import type { FaultCodeState } from './fault-code.rules.js';

/** A code of the fault catalogue: family → fault → cause → action. */
@Entity('fault_code')
@Unique('fault_code_taken', ['family', 'kind', 'code'])
export class FaultCodeRow {
  @PrimaryColumn('uuid')
  id: string;

  /** fault, cause or action */
  @Column('text')
  kind: string;

  @Column('text')
  family: string;

  @Column('text')
  code: string;

  @Column('text')
  name: string;

  @Column('text', { name: 'name_en' })
  nameEn: string;

  /** Fault of a cause, cause of an action; empty for a fault. */
  @Column('text', { name: 'parent_code' })
  parentCode: string;

  @Column('text')
  state: FaultCodeState;

  @Column('int')
  version: number;
}
