import type { DealerStatus } from '@aftercare/domain';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What every service keeps of a dealer that DealerChanged told of; one that keeps more extends it. Shared reference, no tenancy. */
export abstract class KnownDealerColumns {
  @PrimaryColumn('uuid')
  id: string;

  @Column('text')
  status: DealerStatus;

  @Column('int')
  version: number;
}

/** The dealers of a service that keeps nothing else of them. */
@Entity('known_dealer')
export class KnownDealer extends KnownDealerColumns {}
