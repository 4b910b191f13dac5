import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A customer file as heard from customers: whose it is and where it went, nothing else. Lets a call be checked without asking. */
@Entity('known_customer')
export class KnownCustomer {
  @PrimaryColumn('uuid')
  id: string;

  @Column('uuid', { name: 'dealer_id' })
  dealerId: string;

  /** The surviving file, once this one was merged (C-1). */
  @Column('uuid', { name: 'merged_into', nullable: true })
  mergedInto: string | null;
}

/** A product unit as heard from customers. The registry is shared, so it belongs to no dealer here (D-9). */
@Entity('known_unit')
export class KnownUnit {
  @PrimaryColumn('uuid')
  id: string;

  @Column('text')
  serial: string;
}
