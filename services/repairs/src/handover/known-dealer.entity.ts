import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What DealerChanged told of a dealer: whether it still serves, and who follows it (D-1). Shared reference, no tenancy. */
@Entity('known_dealer')
export class KnownDealer {
  @PrimaryColumn('uuid')
  id: string;

  @Column('text')
  status: string;

  @Column('uuid', { name: 'successor_id', nullable: true })
  successorId: string | null;

  @Column('int')
  version: number;
}
