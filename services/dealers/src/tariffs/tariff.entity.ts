import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { TariffState } from './tariff.rules.js';

/** The manufacturer's reference tariff for service fees from a day on (D-3, F-7); published ones are everybody's to read. */
@Entity('tariff')
export class TariffEntity {
  @PrimaryColumn('uuid')
  id: string;

  /** Taken when it is published. */
  @Column('text', { nullable: true })
  number: string | null;

  @Column('text')
  state: TariffState;

  @Column('date', { name: 'effective_from' })
  effectiveFrom: string;

  /** The account that last wrote in it; somebody else publishes. */
  @Column('text', { name: 'drafted_by' })
  draftedBy: string;

  @Column('text', { name: 'published_by', nullable: true })
  publishedBy: string | null;

  @Column('timestamptz', { name: 'published_at', nullable: true })
  publishedAt: string | null;

  @Column('int')
  version: number;
}

/** What a visit should cost for a family and a region; empty stands for all others. */
@Entity('tariff_line')
export class TariffLineEntity {
  @PrimaryColumn('uuid', { name: 'tariff_id' })
  tariffId: string;

  @PrimaryColumn('text')
  family: string;

  @PrimaryColumn('text', { name: 'region_code' })
  regionCode: string;

  @Column('numeric', { name: 'labour_fee', precision: 14, scale: 2 })
  labourFee: string;

  @Column('numeric', { name: 'travel_fee', precision: 14, scale: 2 })
  travelFee: string;
}
