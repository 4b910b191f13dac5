import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What DealerChanged told of a dealer: its code for imports, its territory for sales (C-3). Shared reference, no tenancy. */
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

  @Column('int')
  version: number;
}
