import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { TransferState } from './transfer.rules.js';

/** Goods on their way from one warehouse to another (P-2). */
@Entity('stock_transfer')
export class TransferRow {
  @PrimaryColumn('uuid') id: string;
  @Column('text') number: string;
  @Column('uuid', { name: 'from_warehouse_id' }) fromWarehouseId: string;
  @Column('uuid', { name: 'to_warehouse_id' }) toWarehouseId: string;
  @Column('text') state: TransferState;
  @Column('text', { name: 'sent_by' }) sentBy: string;
  @Column('timestamptz', { name: 'sent_at' }) sentAt: string;
  @Column('text', { name: 'received_by', nullable: true }) receivedBy: string | null;
  @Column('timestamptz', { name: 'received_at', nullable: true }) receivedAt: string | null;
  @Column('text', { name: 'decided_by', nullable: true }) decidedBy: string | null;
  @Column('text', { name: 'decision_reason' }) decisionReason: string;
  @Column('int') version: number;
}

/** Pieces of a part in a transfer. */
@Entity('stock_transfer_line')
export class TransferLineRow {
  @PrimaryColumn('uuid', { name: 'transfer_id' }) transferId: string;
  @PrimaryColumn('uuid', { name: 'part_id' }) partId: string;
  @Column('int') quantity: number;
  @Column('int', { name: 'received_quantity' }) receivedQuantity: number;
}
