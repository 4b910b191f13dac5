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

  /** Since when it has no person any more (C-5). */
  @Column('timestamptz', { name: 'anonymised_at', nullable: true })
  anonymisedAt: string | null;

  /** Version of the file as it was told; a later word says whose it is now. */
  @Column('int', { default: 0 })
  version: number;
}

/** A product unit as heard from customers. The registry is shared, so it belongs to no dealer here (D-9). */
@Entity('known_unit')
export class KnownUnit {
  @PrimaryColumn('uuid')
  id: string;

  @Column('text')
  serial: string;

  /** Its model; null for one that was told before repairs kept it. */
  @Column('uuid', { name: 'model_id', nullable: true })
  modelId: string | null;
}

/** Whose a unit is or was, as heard from customers: a row for each owner (C-2). Seen by whoever sees the file. */
@Entity('known_owner')
export class KnownOwner {
  @PrimaryColumn('uuid', { name: 'unit_id' })
  unitId: string;

  /** Its turn among the owners, the first one's is 1. */
  @PrimaryColumn('int')
  place: number;

  @Column('uuid', { name: 'customer_id' })
  customerId: string;

  /** Null for the first owner when nobody knows since when. */
  @Column('timestamptz', { nullable: true })
  since: string | null;

  /** Null for who owns it now. */
  @Column('timestamptz', { nullable: true })
  until: string | null;

  /** Version of the unit as it was told. */
  @Column('int')
  version: number;
}

/** A product model as heard from customers: its family only. */
@Entity('known_model')
export class KnownModel {
  @PrimaryColumn('uuid')
  id: string;

  @Column('text')
  family: string;
}

/** Until when a technician is certified for a family, as heard from dealers: by all his certificates (D-5). */
@Entity('known_certificate')
export class KnownCertificate {
  @PrimaryColumn('uuid', { name: 'technician_user_id' })
  technicianUserId: string;

  @PrimaryColumn('text')
  family: string;

  @Column('uuid', { name: 'dealer_id' })
  dealerId: string;

  /** Last day, it still counts. */
  @Column('date', { name: 'valid_until' })
  validUntil: string;

  /** Of the telling; 0 for what was told before it was counted. */
  @Column('int', { default: 0 })
  version: number;
}
