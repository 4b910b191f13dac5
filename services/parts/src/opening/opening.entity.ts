import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { OpeningKind, OpeningState } from './opening.rules.js';

/** What there was at a cut-over date: the stock of a warehouse, or what a dealer still had to return. */
@Entity('opening_document')
export class OpeningRow {
  @PrimaryColumn('uuid') id: string;
  @Column('text') number: string;
  @Column('text') kind: OpeningKind;
  @Column('uuid', { name: 'warehouse_id', nullable: true }) warehouseId: string | null;
  @Column('uuid', { name: 'dealer_id', nullable: true }) dealerId: string | null;
  /** Local date. */
  @Column('date', { name: 'cut_over_on' }) cutOverOn: string;
  @Column('text') state: OpeningState;
  /** The document that this one takes back. */
  @Column('uuid', { name: 'reverses_id', nullable: true }) reversesId: string | null;
  @Column('text') reason: string;
  @Column('text', { name: 'created_by' }) createdBy: string;
  @Column('timestamptz', { name: 'created_at' }) createdAt: string;
  @Column('text', { name: 'approved_by', nullable: true }) approvedBy: string | null;
  @Column('timestamptz', { name: 'approved_at', nullable: true }) approvedAt: string | null;
  @Column('int') version: number;
}

/** Pieces of a part in an opening. */
@Entity('opening_line')
export class OpeningLineRow {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { name: 'document_id' }) documentId: string;
  @Column('uuid', { name: 'dealer_id', nullable: true }) dealerId: string | null;
  @Column('uuid', { name: 'part_id' }) partId: string;
  /** As lists sort it. */
  @Column('text', { name: 'part_number' }) partNumber: string;
  @Column('int') quantity: number;
  /** Of stock. */
  @Column('numeric', { name: 'unit_cost', precision: 14, scale: 4, nullable: true }) unitCost: string | null;
  /** Of holdings. */
  @Column('text', { name: 'unit_serial' }) unitSerial: string;
  /** Of holdings. */
  @Column('date', { name: 'due_on', nullable: true }) dueOn: string | null;
}
