import { Column, Entity, PrimaryColumn } from 'typeorm';

/** An account of a dealer that is sent to customers. */
@Entity('technician')
export class TechnicianEntity {
  @PrimaryColumn('uuid')
  id: string;

  @Column('uuid', { name: 'dealer_id' })
  dealerId: string;

  /** The account at the gateway. */
  @Column('text', { name: 'user_id' })
  userId: string;

  @Column('text')
  name: string;

  @Column('boolean')
  active: boolean;

  @Column('int')
  version: number;

  /** Who of the dealer asked for the last change, where the clerk made it; else empty. */
  @Column('text', { name: 'asked_by', default: '' })
  askedBy: string;

  /** Whether he is given work, as it was told last; until something is told he is. */
  @Column({ type: 'boolean', name: 'told_active', select: false, insert: false, update: false, default: true })
  toldActive?: boolean;

  /** How often that was told. */
  @Column({ type: 'int', name: 'told_version', select: false, insert: false, update: false, default: 0 })
  toldVersion?: number;

  @Column('timestamptz', { name: 'created_at', default: () => 'business_now()' })
  createdAt: string;
}
