import type { ParcelState, ReturnCondition, ReturnPiece } from '@aftercare/domain';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Evidence } from '../requests/review.rules.js';

/** A parcel with which a dealer sends parts back (H-4). */
@Entity('return_parcel')
export class Parcel {
  @PrimaryColumn('uuid') id: string;
  @Column('text') number: string;
  @Column('uuid', { name: 'dealer_id' }) dealerId: string;
  @Column('text') state: ParcelState;
  /** Transit site it goes or went through. */
  @Column('uuid', { name: 'via_transit_id', nullable: true }) viaTransitId: string | null;
  /** Receiving site; null until received. */
  @Column('uuid', { name: 'warehouse_id', nullable: true }) warehouseId: string | null;
  @Column('text') carrier: string;
  @Column('text', { name: 'waybill_number' }) waybillNumber: string;
  /** Carrier from the transit site on; empty for none. */
  @Column('text', { name: 'onward_carrier' }) onwardCarrier: string;
  @Column('text', { name: 'onward_waybill_number' }) onwardWaybillNumber: string;
  /** It came without announcement (H-5). */
  @Column('boolean') unannounced: boolean;
  /** Counted differs from announced. */
  @Column('boolean') difference: boolean;
  @Column('timestamptz', { name: 'created_at' }) createdAt: string;
  /** At the receiving site; null before, and of parcels of before it was kept. */
  @Column('timestamptz', { name: 'received_at', nullable: true }) receivedAt: string | null;
  @Column('timestamptz', { name: 'counted_at', nullable: true }) countedAt: string | null;
  /** Of the dealer, and of the count; never changed afterwards. */
  @Column('jsonb', { name: 'announced_photos' }) announcedPhotos: Evidence[];
  @Column('jsonb', { name: 'counted_photos' }) countedPhotos: Evidence[];
  @Column('text', { name: 'created_by' }) createdBy: string;
  @Column('int') version: number;
}

/** What the dealer says lies in the parcel. */
@Entity('return_announced_line')
export class AnnouncedLine {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { name: 'dealer_id' }) dealerId: string;
  @Column('uuid', { name: 'parcel_id' }) parcelId: string;
  @Column('int') position: number;
  @Column('uuid', { name: 'part_id' }) partId: string;
  @Column('int') quantity: number;
  @Column('text') piece: ReturnPiece;
  @Column('text', { name: 'unit_serial' }) unitSerial: string;
}

/** What was really in it, and what became of the pieces (H-5); never changed. */
@Entity('return_counted_line')
export class CountedLineRow {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { name: 'dealer_id' }) dealerId: string;
  @Column('uuid', { name: 'parcel_id' }) parcelId: string;
  @Column('int') position: number;
  @Column('uuid', { name: 'part_id' }) partId: string;
  @Column('int') quantity: number;
  @Column('text') condition: ReturnCondition;
  @Column('text', { name: 'unit_serial' }) unitSerial: string;
  /** Pieces that met obligations. */
  @Column('int', { name: 'met_quantity' }) metQuantity: number;
  /** Pieces kept as credit. */
  @Column('int', { name: 'surplus_quantity' }) surplusQuantity: number;
  /** Pieces that had been charged and take the charge back (H-7). */
  @Column('int', { name: 'late_quantity' }) lateQuantity: number;
  /** Pieces that had been charged too long ago: they go back at the dealer's cost (H-7). */
  @Column('int', { name: 'refused_quantity' }) refusedQuantity: number;
  /** Upheld objection that counted it; null for the first count. */
  @Column('uuid', { name: 'objection_id', nullable: true }) objectionId: string | null;
  /** Line that no longer stands because of it. */
  @Column('uuid', { name: 'replaces_line_id', nullable: true }) replacesLineId: string | null;
  /** When its pieces were counted; null for the moment of the parcel's count. */
  @Column('timestamptz', { name: 'counted_at', nullable: true }) countedAt: string | null;
}
