import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A call as heard from repairs: for whom it is and whose work. Lets a technician's own work be known without asking. */
@Entity('known_call')
export class KnownCallEntity {
  @PrimaryColumn('uuid')
  id: string;

  @Column('uuid', { name: 'dealer_id' })
  dealerId: string;

  /** The file in use; null where the call names none. */
  @Column('uuid', { name: 'customer_id', nullable: true })
  customerId: string | null;

  @Column('uuid', { name: 'unit_id', nullable: true })
  unitId: string | null;

  @Column('text', { name: 'user_ids', array: true })
  userIds: string[];

  /** Version of the call as it was told; a later word counts. */
  @Column('int')
  version: number;
}
