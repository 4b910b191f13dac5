import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A dealer was reminded of slips that it owes too long (B-5). */
@Entity('dunning')
export class DunningRow {
  @PrimaryColumn('uuid') id: string;
  @Column('text') number: string;
  @Column('uuid', { name: 'dealer_id' }) dealerId: string;
  /** The highest level of its slips, 1 to 3. */
  @Column('int') level: number;
  @Column('int', { name: 'slip_count' }) slipCount: number;
  @Column('numeric', { precision: 14, scale: 2 }) outstanding: string;
  @Column('timestamptz') at: string;
}

/** A slip of a reminder; each slip once at each level. */
@Entity('dunning_slip')
export class DunningSlipRow {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { name: 'dealer_id' }) dealerId: string;
  @Column('uuid', { name: 'dunning_id' }) dunningId: string;
  @Column('uuid', { name: 'slip_id' }) slipId: string;
  @Column('int') level: number;
  /** Owed then. */
  @Column('numeric', { precision: 14, scale: 2 }) outstanding: string;
}
