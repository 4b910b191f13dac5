import { Column, Entity, PrimaryColumn } from 'typeorm';

/**
 * Why a line's expected day is what it is: it began to wait, goods were ordered, their day was moved, what was ordered came and the next
 * goods count, an order was closed; or the line has got all its pieces.
 */
export type ExpectedCause = 'waiting' | 'ordered' | 'moved' | 'received' | 'closed' | 'served';

/** A day on which goods for a waiting line were expected, in the order in which they were told (P-7, P-10); never changed. */
@Entity('back_order_promise')
export class BackOrderPromise {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { name: 'dealer_id' }) dealerId: string;
  @Column('uuid', { name: 'request_line_id' }) requestLineId: string;
  /** From 1. */
  @Column('int') position: number;
  /** Local day; null where nothing is on order any more, and when it was served. */
  @Column('date', { name: 'expected_on', nullable: true }) expectedOn: string | null;
  @Column('text') cause: ExpectedCause;
  @Column('text') reason: string;
  @Column('timestamptz') at: string;
  @Column('text') by: string;
}
