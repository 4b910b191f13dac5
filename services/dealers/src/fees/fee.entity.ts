import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A dealer's service fees from a day on (D-3): its own and the manufacturer's to see, not its parent's. */
@Entity('service_fee')
export class ServiceFeeEntity {
  @PrimaryColumn('uuid')
  id: string;

  @Column('uuid', { name: 'dealer_id' })
  dealerId: string;

  @Column('date', { name: 'effective_from' })
  effectiveFrom: string;

  /** Per visit, two decimals. */
  @Column('numeric', { name: 'labour_fee', precision: 14, scale: 2 })
  labourFee: string;

  @Column('numeric', { name: 'travel_fee', precision: 14, scale: 2 })
  travelFee: string;

  @Column('int')
  version: number;
}
