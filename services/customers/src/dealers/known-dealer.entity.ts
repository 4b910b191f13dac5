import { KnownDealerColumns } from '@aftercare/service';
import { Column, Entity } from 'typeorm';

/** What DealerChanged told of a dealer: its code for imports, its territory for sales (C-3), who follows it (D-1). Shared reference, no tenancy. */
@Entity('known_dealer')
export class KnownDealerEntity extends KnownDealerColumns {
  @Column('text')
  code: string;

  @Column('text')
  name: string;

  /** Region codes of provinces, cities or districts. */
  @Column('text', { array: true })
  territory: string[];

  /** Who follows it after its termination (D-1). */
  @Column('uuid', { name: 'successor_id', nullable: true })
  successorId: string | null;
}
