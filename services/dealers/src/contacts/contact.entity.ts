import type { ContactPurpose } from '@aftercare/domain';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A person one speaks with at a dealer (D-1); its parent may see it. */
@Entity('dealer_contact')
export class ContactEntity {
  @PrimaryColumn('uuid')
  id: string;

  @Column('uuid', { name: 'dealer_id' })
  dealerId: string;

  @Column('text')
  name: string;

  /** What he is at the dealer. */
  @Column('text')
  position: string;

  @Column('text')
  phone: string;

  @Column('text')
  mail: string;

  @Column('text')
  purpose: ContactPurpose;

  /** One of each dealer. */
  @Column('boolean')
  main: boolean;

  @Column('int')
  version: number;

  @Column('timestamptz', { name: 'created_at', default: () => 'business_now()' })
  createdAt: string;
}
