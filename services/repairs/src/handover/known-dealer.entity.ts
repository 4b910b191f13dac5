import { KnownDealerColumns } from '@aftercare/service';
import { Column, Entity } from 'typeorm';

/** What DealerChanged told of a dealer: whether it still serves, and who follows it (D-1). Shared reference, no tenancy. */
@Entity('known_dealer')
export class KnownDealer extends KnownDealerColumns {
  @Column('uuid', { name: 'successor_id', nullable: true })
  successorId: string | null;
}
