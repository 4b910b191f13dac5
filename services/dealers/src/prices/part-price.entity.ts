import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What a dealer's customers pay for a part from a day on (D-3): its own and the manufacturer's to see, not its parent's. */
@Entity('own_part_price')
export class OwnPartPriceEntity {
  @PrimaryColumn('uuid')
  id: string;

  @Column('uuid', { name: 'dealer_id' })
  dealerId: string;

  /** The part in the catalogue of `parts`. */
  @Column('uuid', { name: 'part_id' })
  partId: string;

  /** Its number, by which lists are sorted; a part keeps its number. */
  @Column('text', { name: 'part_number' })
  partNumber: string;

  @Column('date', { name: 'effective_from' })
  effectiveFrom: string;

  /** Up to four decimals; null from the day on which the suggested price holds again. */
  @Column('numeric', { name: 'unit_price', precision: 14, scale: 4, nullable: true })
  unitPrice: string | null;

  @Column('int')
  version: number;
}
