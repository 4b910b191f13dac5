import type { DealerStatus } from '@aftercare/domain';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { TaxIdentity } from './dealer.rules.js';

/** An authorised dealer as a parent may see its child (D-1). */
@Entity('dealer')
export class DealerEntity {
  @PrimaryColumn('uuid')
  id: string;

  @Column('text')
  code: string;

  @Column('text')
  name: string;

  @Column('text', { name: 'name_en' })
  nameEn: string;

  @Column('text', { name: 'region_code' })
  regionCode: string;

  @Column('text', { name: 'address_detail' })
  addressDetail: string;

  @Column('uuid', { name: 'parent_id', nullable: true })
  parentId: string | null;

  /** Region codes of provinces, cities or districts. */
  @Column('text', { array: true })
  territory: string[];

  @Column('text')
  status: DealerStatus;

  @Column('text', { name: 'status_reason' })
  statusReason: string;

  @Column('uuid', { name: 'successor_dealer_id', nullable: true })
  successorDealerId: string | null;

  /** The account that drafted it; somebody else approves. */
  @Column('text', { name: 'drafted_by' })
  draftedBy: string;

  /** The import that drafted it. */
  @Column('uuid', { name: 'import_job_id', nullable: true })
  importJobId: string | null;

  @Column('int')
  version: number;

  @Column('timestamptz', { name: 'created_at', default: () => 'business_now()' })
  createdAt: string;
}

/** The signed paper at the gateway. */
export interface SignedFile {
  id: string;
  sha256: string;
}

/** Identity for invoices: of the dealer itself and the manufacturer only, hidden from a parent (D-1). */
@Entity('dealer_contract')
export class DealerContractEntity {
  @PrimaryColumn('uuid', { name: 'dealer_id' })
  dealerId: string;

  @Column('jsonb', { name: 'tax_identity', nullable: true })
  taxIdentity: TaxIdentity | null;
}
