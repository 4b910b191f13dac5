import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What DealerChanged told of a dealer: its code for imports, its territory for sales (C-3), who follows it (D-1). Shared reference, no tenancy. */
@Entity('known_dealer')
export class KnownDealerEntity {
  @PrimaryColumn('uuid')
  id: string;

  @Column('text')
  code: string;

  @Column('text')
  name: string;

  @Column('text')
  status: string;

  /** Region codes of provinces, cities or districts. */
  @Column('text', { array: true })
  territory: string[];

  /** Who follows it after its termination (D-1). */
  @Column('uuid', { name: 'successor_id', nullable: true })
  successorId: string | null;

  @Column('int')
  version: number;
}
