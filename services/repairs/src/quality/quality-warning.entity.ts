import { Column, Entity, PrimaryColumn } from 'typeorm';

/** what all dealers are told about serials or lots; the manufacturer's, so it carries no dealer. Its id is the report's. */
@Entity('quality_warning')
export class QualityWarningRow {
  @PrimaryColumn('uuid')
  id: string;

  @Column('text', { unique: true })
  number: string;

  @Column('text')
  text: string;

  @Column('text', { array: true })
  serials: string[];

  @Column('text', { array: true })
  lots: string[];

  @Column('timestamptz', { name: 'published_at' })
  publishedAt: string;
}

/** a dealer's user has read an answer or a warning, the first time. */
@Entity('quality_receipt')
export class QualityReceiptRow {
  /** answer or warning */
  @PrimaryColumn('text')
  kind: string;

  @PrimaryColumn('uuid', { name: 'report_id' })
  reportId: string;

  @PrimaryColumn('uuid', { name: 'user_id' })
  userId: string;

  @Column('uuid', { name: 'dealer_id' })
  dealerId: string;

  @Column('timestamptz', { name: 'read_at' })
  readAt: string;
}
