import { Column, Entity, PrimaryColumn } from 'typeorm';

/** How a day came to be promised: proposed by the clerk, agreed by the dealer, or put elsewhere by the clerk. */
export type PromiseCause = 'proposed' | 'agreed' | 'moved';

/** A day on which a shipment was promised, in the order in which they were given (P-10). */
@Entity('shipping_promise')
export class ShippingPromise {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { name: 'dealer_id' }) dealerId: string;
  @Column('uuid', { name: 'shipping_order_id' }) shippingOrderId: string;
  /** From 1. */
  @Column('int') position: number;
  /** Local day. */
  @Column('date', { name: 'promised_on' }) promisedOn: string;
  @Column('text') cause: PromiseCause;
  @Column('text') reason: string;
  @Column('timestamptz') at: string;
  @Column('text') by: string;
}
