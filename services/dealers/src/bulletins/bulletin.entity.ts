import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { SignedFile } from '../dealers/dealer.entity.js';
import type { BulletinKind, BulletinState } from './bulletin.rules.js';

/** A notice, manual, exploded view or bulletin for dealers (D-8). */
@Entity('bulletin')
export class BulletinEntity {
  @PrimaryColumn('uuid')
  id: string;

  /** Taken when it is published. */
  @Column('text', { nullable: true })
  number: string | null;

  @Column('text')
  kind: BulletinKind;

  @Column('text')
  title: string;

  @Column('text')
  text: string;

  /** Product models at customers; none for all. */
  @Column('uuid', { name: 'model_ids', array: true })
  modelIds: string[];

  /** For every dealer, also those to come; else the addressees'. */
  @Column('boolean', { name: 'to_all' })
  toAll: boolean;

  @Column('jsonb')
  attachments: SignedFile[];

  @Column('text')
  state: BulletinState;

  /** The account that last drafted something of it; somebody else publishes. */
  @Column('text', { name: 'drafted_by' })
  draftedBy: string;

  @Column('timestamptz', { name: 'published_at', nullable: true })
  publishedAt: string | null;

  @Column('int')
  version: number;

  @Column('timestamptz', { name: 'created_at', default: () => 'business_now()' })
  createdAt: string;
}

/** A dealer that a bulletin not for all is addressed to. */
@Entity('bulletin_addressee')
export class AddresseeEntity {
  @PrimaryColumn('uuid', { name: 'bulletin_id' })
  bulletinId: string;

  @PrimaryColumn('uuid', { name: 'dealer_id' })
  dealerId: string;
}

/** A user has read a bulletin; the first time counts. */
@Entity('bulletin_receipt')
export class ReceiptEntity {
  @PrimaryColumn('uuid', { name: 'bulletin_id' })
  bulletinId: string;

  /** The account at the gateway. */
  @PrimaryColumn('text', { name: 'user_id' })
  userId: string;

  @Column('uuid', { name: 'dealer_id' })
  dealerId: string;

  @Column('timestamptz', { name: 'read_at' })
  readAt: string;
}
