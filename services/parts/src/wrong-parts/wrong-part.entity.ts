import type { WrongPartInstruction, WrongPartState } from '@aftercare/domain';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Pieces of a counted line that were a wrong part (H-5); they stand on no account. */
@Entity('wrong_part')
export class WrongPartRow {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { name: 'dealer_id' }) dealerId: string;
  @Column('text') state: WrongPartState;
  @Column('uuid', { name: 'parcel_id' }) parcelId: string;
  @Column('uuid', { name: 'line_id' }) lineId: string;
  @Column('uuid', { name: 'part_id' }) partId: string;
  @Column('int') quantity: number;
  @Column('text') instruction: WrongPartInstruction | '';
  @Column('text') note: string;
  @Column('text') carrier: string;
  @Column('text', { name: 'waybill_number' }) waybillNumber: string;
  @Column('timestamptz', { name: 'created_at' }) createdAt: string;
  @Column('int') version: number;
}
