import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { PriceListState } from './price-list.rules.js';

/** 《零部件价格表》 (F-7): prices without tax that hold from a day on. */
@Entity('price_list')
export class PriceList {
  @PrimaryColumn('uuid')
  id: string;

  /** Taken when it is published. */
  @Column('text', { unique: true, nullable: true })
  number: string | null;

  @Column('text')
  state: PriceListState;

  /** First local day. */
  @Column('date', { name: 'effective_from' })
  effectiveFrom: string;

  /** User who drafted it; somebody else publishes. */
  @Column('text', { name: 'drafted_by' })
  draftedBy: string;

  @Column('text', { name: 'published_by', nullable: true })
  publishedBy: string | null;

  @Column('timestamptz', { name: 'published_at', nullable: true })
  publishedAt: string | null;

  /** Why the draft was taken back. */
  @Column('text', { name: 'withdraw_reason' })
  withdrawReason: string;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: string;

  @Column('integer')
  version: number;
}

/** Prices of one part in a list. */
@Entity('price_line')
export class PriceLine {
  @PrimaryColumn('uuid', { name: 'price_list_id' })
  priceListId: string;

  @PrimaryColumn('uuid', { name: 'part_id' })
  partId: string;

  /** From 1, as typed. */
  @Column('integer')
  position: number;

  /** 成本价, what a dealer is charged, without tax. */
  @Column('numeric', { name: 'dealer_price', precision: 14, scale: 4 })
  dealerPrice: string;

  /** Suggested end-user price. */
  @Column('numeric', { name: 'suggested_price', precision: 14, scale: 4 })
  suggestedPrice: string;
}
