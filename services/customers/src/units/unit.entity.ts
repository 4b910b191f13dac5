import type { ExtensionBasis } from '@aftercare/domain';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A serial-numbered piece: what anybody may know of it who has its serial (D-9). No tenancy. */
@Entity('product_unit')
export class UnitEntity {
  @PrimaryColumn('uuid')
  id: string;

  /** Upper case, unique. */
  @Column('text')
  serial: string;

  @Column('uuid', { name: 'model_id' })
  modelId: string;

  @Column('date', { name: 'manufactured_on' })
  manufacturedOn: string;

  @Column('date', { name: 'dispatched_on' })
  dispatchedOn: string;

  @Column('boolean')
  sold: boolean;

  /** Null while unsold, or sold on a day nobody knows (W-4). */
  @Column('date', { name: 'purchase_date', nullable: true })
  purchaseDate: string | null;

  /** The day the first installation was accepted (W-2). */
  @Column('date', { name: 'accepted_on', nullable: true })
  acceptedOn: string | null;

  /** The furthest extension (W-10). */
  @Column('date', { name: 'extended_until', nullable: true })
  extendedUntil: string | null;

  /** What the furthest extension is; null without one, or where its basis was not kept then. */
  @Column('text', { name: 'extension_basis', nullable: true })
  extensionBasis: ExtensionBasis | null;

  @Column('int')
  version: number;

  @Column('timestamptz', { name: 'created_at', default: () => 'business_now()' })
  createdAt: string;
}

/** The dealer a unit was dispatched to (C-2). */
@Entity('unit_dispatch')
export class UnitDispatchEntity {
  @PrimaryColumn('uuid', { name: 'unit_id' })
  unitId: string;

  @Column('uuid', { name: 'dealer_id' })
  dealerId: string;
}

/** Who sold a unit to whom, and who owns it now (C-2); the serving dealer's document. */
@Entity('unit_sale')
export class UnitSaleEntity {
  @PrimaryColumn('uuid', { name: 'unit_id' })
  unitId: string;

  /** The owner's serving dealer: the seller, or who followed it (D-1). */
  @Column('uuid', { name: 'dealer_id' })
  dealerId: string;

  /** Who sold it; a termination leaves it. */
  @Column('uuid', { name: 'seller_id' })
  sellerId: string;

  /** Who owns it now. */
  @Column('uuid', { name: 'customer_id' })
  customerId: string;

  /** Who bought it; a transfer leaves it. */
  @Column('uuid', { name: 'buyer_id' })
  buyerId: string;

  /** Two decimals; the dealer's and finance's to see. */
  @Column('numeric', { name: 'sale_price', precision: 14, scale: 2, nullable: true })
  salePrice: string | null;

  @Column('jsonb', { nullable: true })
  proof: { id: string; sha256: string } | null;

  @Column('boolean', { name: 'cross_territory' })
  crossTerritory: boolean;

  /** Who of the dealer asked, where the manufacturer registered it; else empty. */
  @Column('text', { name: 'asked_by', default: '' })
  askedBy: string;

  @Column('timestamptz', { name: 'sold_at', default: () => 'business_now()' })
  soldAt: string;

  /** Model of its unit, kept by the sale's own trigger: what stands with the customers of a dealer is counted by it (P-12). */
  @Column({ type: 'uuid', name: 'model_id', select: false, insert: false, update: false })
  modelId?: string;
}

/** A unit handed over from one customer of its dealer to another (C-2). Appended, never changed. */
@Entity('unit_transfer')
export class UnitTransferEntity {
  @PrimaryColumn('uuid')
  id: string;

  @Column('uuid', { name: 'unit_id' })
  unitId: string;

  @Column('uuid', { name: 'dealer_id' })
  dealerId: string;

  @Column('uuid', { name: 'from_customer_id' })
  fromCustomerId: string;

  @Column('uuid', { name: 'to_customer_id' })
  toCustomerId: string;

  /** Local date. */
  @Column('date', { name: 'transferred_on' })
  transferredOn: string;

  @Column('text')
  reason: string;

  @Column('text', { name: 'transferred_by' })
  transferredBy: string;

  /** Who of the dealer asked, where the manufacturer registered it; else empty. */
  @Column('text', { name: 'asked_by', default: '' })
  askedBy: string;

  @Column('timestamptz', { name: 'transferred_at', default: () => 'business_now()' })
  transferredAt: string;
}

/** A step in a unit's flow, seen by the dealer concerned (C-2). Appended, never changed. */
@Entity('unit_event')
export class UnitEventEntity {
  @PrimaryColumn('uuid')
  id: string;

  @Column('uuid', { name: 'unit_id' })
  unitId: string;

  @Column('uuid', { name: 'dealer_id' })
  dealerId: string;

  @Column('text')
  kind: string;

  @Column('timestamptz', { default: () => 'business_now()' })
  at: string;

  /** Local date of the fact. */
  @Column('date', { name: 'fact_on' })
  factOn: string;

  @Column('text', { name: 'document_id' })
  documentId: string;

  @Column('text')
  note: string;
}

/** A longer warranty for one unit: until when, on what basis, why and by whom (W-10). Withdrawn at most, never deleted. */
@Entity('warranty_extension')
export class WarrantyExtensionEntity {
  @PrimaryColumn('uuid')
  id: string;

  @Column('uuid', { name: 'unit_id' })
  unitId: string;

  @Column('uuid', { name: 'dealer_id' })
  dealerId: string;

  /** Who owned the unit then; null while it was unsold. */
  @Column('uuid', { name: 'customer_id', nullable: true })
  customerId: string | null;

  @Column('date')
  until: string;

  @Column('text')
  reason: string;

  @Column('text', { name: 'granted_by' })
  grantedBy: string;

  @Column('timestamptz', { name: 'granted_at', default: () => 'business_now()' })
  grantedAt: string;

  /** Null where it was granted before its basis was kept. */
  @Column('text', { nullable: true })
  basis: ExtensionBasis | null;

  /** The settlement's number or the campaign's name. */
  @Column('text', { default: '' })
  reference: string;

  /** Null while it holds. */
  @Column('timestamptz', { name: 'withdrawn_at', nullable: true })
  withdrawnAt: string | null;

  @Column('text', { name: 'withdrawn_by', nullable: true })
  withdrawnBy: string | null;

  @Column('text', { name: 'withdrawal_reason', default: '' })
  withdrawalReason: string;
}
