import type { CustomerClass } from '@aftercare/domain';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** An end customer of a dealer (C-1). Personal values stand here, in customer_phone and in customer_name_key, nowhere else. */
@Entity('customer')
export class CustomerEntity {
  @PrimaryColumn('uuid')
  id: string;

  @Column('uuid', { name: 'dealer_id' })
  dealerId: string;

  @Column('text')
  number: string;

  @Column('text')
  name: string;

  /** What lists show (C-5), so that they never read the plain values. */
  @Column('text', { name: 'masked_name' })
  maskedName: string;

  @Column('text', { name: 'masked_phone' })
  maskedPhone: string;

  @Column('text', { name: 'region_code' })
  regionCode: string;

  @Column('text', { name: 'address_detail' })
  addressDetail: string;

  @Column('text')
  language: string;

  @Column('boolean', { name: 'consent_service' })
  consentService: boolean;

  @Column('boolean', { name: 'consent_marketing' })
  consentMarketing: boolean;

  /** The surviving file of the same dealer; null while this one is in use (C-1). Never a merged one itself. */
  @Column('uuid', { name: 'merged_into', nullable: true })
  mergedInto: string | null;

  /** When the personal values were erased; null while they are there (C-5). */
  @Column('timestamptz', { name: 'anonymised_at', nullable: true })
  anonymisedAt: string | null;

  /** The technician who registered it, so that it is his own work; empty for everybody else's. */
  @Column('text', { name: 'registered_by', default: '' })
  registeredBy: string;

  /** Who of the dealer asked for the last change, where the manufacturer made it; else empty. */
  @Column('text', { name: 'asked_by', default: '' })
  askedBy: string;

  /** The class that holds: the pinned one, else the one computed at the beginning of the month (C-7). */
  @Column('text', { default: 'C' })
  class: CustomerClass;

  @Column('int')
  version: number;

  @Column('timestamptz', { name: 'created_at', default: () => 'business_now()' })
  createdAt: string;
}

/** What happened to a customer's file (C-6): names of fields, never their values. */
@Entity('customer_event')
export class CustomerEventEntity {
  @PrimaryColumn('uuid')
  id: string;

  @Column('uuid', { name: 'dealer_id' })
  dealerId: string;

  @Column('uuid', { name: 'customer_id' })
  customerId: string;

  /** registered, changed, merged, anonymised or handed_over. */
  @Column('text')
  kind: string;

  @Column('timestamptz')
  at: string;

  @Column('text', { array: true })
  fields: string[];

  /** The file that was merged into this one. */
  @Column('uuid', { name: 'document_id', nullable: true })
  documentId: string | null;
}
