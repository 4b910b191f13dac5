import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { ClosedList } from './frozen-lists.rules.js';

/** A month that is closed (B-6); never changed, and nothing re-opens it. */
@Entity('closed_month')
export class ClosedMonthRow {
  @PrimaryColumn('uuid') id: string;
  @Column('text', { unique: true }) month: string;
  @Column('timestamptz', { name: 'closed_at' }) closedAt: string;
  @Column('text', { name: 'closed_by' }) closedBy: string;
  /** SHA-256 over the frozen lines. */
  @Column('text') hash: string;
  /** What the month's own lines came to. */
  @Column('text') digest: string;
  @Column('int', { name: 'issued_lines' }) issuedLines: number;
  @Column('int', { name: 'issued_pieces' }) issuedPieces: number;
  @Column('int', { name: 'revenue_lines' }) revenueLines: number;
  @Column('numeric', { name: 'revenue_net', precision: 20, scale: 2 }) revenueNet: string;
  @Column('int', { name: 'returned_lines' }) returnedLines: number;
  @Column('int', { name: 'returned_pieces' }) returnedPieces: number;
}

/** A line of one of the three lists as the close froze it; never changed. */
@Entity('closed_line')
export class ClosedLineRow {
  @PrimaryColumn('uuid') id: string;
  @Column('text') month: string;
  @Column('text') list: ClosedList;
  @Column('int') position: number;
  @Column('text') term: string;
  @Column('uuid', { name: 'line_id' }) lineId: string;
  @Column('uuid', { name: 'dealer_id' }) dealerId: string;
  @Column('uuid', { name: 'part_id' }) partId: string;
  @Column('text', { name: 'part_number' }) partNumber: string;
  @Column('text') reason: string;
  /** Pieces; negative where they were taken back. */
  @Column('int') quantity: number;
  @Column('numeric', { name: 'net_amount', precision: 20, scale: 2 }) netAmount: string;
  @Column('text', { name: 'document_kind' }) documentKind: string;
  @Column('uuid', { name: 'document_id' }) documentId: string;
  @Column('text', { name: 'document_number' }) documentNumber: string;
  /** Month of its document where that was closed before the line came, else empty. */
  @Column('text', { name: 'of_month' }) ofMonth: string;
}
