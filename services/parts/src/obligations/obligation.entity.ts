import type { ObligationEnd } from '@aftercare/domain';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Pieces of one shipped line, or of one line of an opening, that must come back (H-1, H-1a). Only the due date is ever set later. */
@Entity('obligation')
export class Obligation {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { name: 'dealer_id' }) dealerId: string;
  @Column('uuid', { name: 'part_id' }) partId: string;
  /** What it comes from: a shipment, or the holdings at going live. */
  @Column('text') origin: 'shipping' | 'opening';
  @Column('uuid', { name: 'shipping_order_id', nullable: true }) shippingOrderId: string | null;
  @Column('uuid', { name: 'shipping_line_id', nullable: true }) shippingLineId: string | null;
  @Column('uuid', { name: 'request_id', nullable: true }) requestId: string | null;
  @Column('uuid', { name: 'opening_line_id', nullable: true }) openingLineId: string | null;
  @Column('uuid', { name: 'call_id', nullable: true }) callId: string | null;
  @Column('text', { name: 'unit_serial' }) unitSerial: string;
  /** Pieces shipped. */
  @Column('int', { name: 'issued_quantity' }) issuedQuantity: number;
  /** Pieces that have not ended; each settlement's own trigger keeps it. */
  @Column({ type: 'int', name: 'outstanding_quantity', update: false }) outstandingQuantity: number;
  /** Local date, null until delivered. */
  @Column('date', { name: 'due_on', nullable: true }) dueOn: string | null;
  /** The due date as lists sort it, kept by the row's trigger: what has none yet comes last. */
  @Column({ type: 'date', name: 'due_order', select: false, insert: false, update: false, default: 'infinity' }) dueOrder: string;
  @Column('timestamptz', { name: 'opened_at' }) openedAt: string;
  /** Of an opening: the end of its cut-over day, from which on the pieces were held; null for those held since they were opened. */
  @Column('timestamptz', { name: 'held_since', nullable: true }) heldSince: string | null;
  /** Local month of the shipment. */
  @Column('text') month: string;
  /** the row's own trigger makes the next one with each change. */
  @Column({ type: 'int', select: false, insert: false, update: false, default: 1 }) version: number;
}

/** An end of some pieces of an obligation; never changed afterwards. */
@Entity('obligation_settlement')
export class ObligationSettlement {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { name: 'dealer_id' }) dealerId: string;
  @Column('uuid', { name: 'obligation_id' }) obligationId: string;
  @Column('text') kind: ObligationEnd;
  @Column('int') quantity: number;
  @Column('text', { name: 'document_kind' }) documentKind: string;
  @Column('uuid', { name: 'document_id' }) documentId: string;
  @Column('timestamptz') at: string;
  @Column('text') month: string;
}

/** Ledger of surplus pieces of a dealer and part; its sum is the credit (H-7). */
@Entity('return_credit')
export class ReturnCredit {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { name: 'dealer_id' }) dealerId: string;
  @Column('uuid', { name: 'part_id' }) partId: string;
  /** Pieces: positive when counted as surplus, negative when set against an issue. */
  @Column('int') quantity: number;
  @Column('text', { name: 'document_kind' }) documentKind: string;
  @Column('uuid', { name: 'document_id' }) documentId: string;
  @Column('timestamptz') at: string;
  @Column('text') month: string;
}
