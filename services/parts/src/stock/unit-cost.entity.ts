import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What the manufacturer paid for a part from a day on (P-1); never changed, the latest day counts, and of a day the last entry. */
@Entity('part_cost')
export class PartCost {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { name: 'part_id' }) partId: string;
  /** Local date. */
  @Column('date', { name: 'effective_from' }) effectiveFrom: string;
  /** Without tax; no dealer ever sees it (F-7). */
  @Column('numeric', { name: 'unit_cost', precision: 14, scale: 4 }) unitCost: string;
  @Column('text', { name: 'document_kind' }) documentKind: string;
  @Column('uuid', { name: 'document_id', nullable: true }) documentId: string | null;
  @Column('text') reason: string;
  @Column('text', { name: 'entered_by' }) enteredBy: string;
  @Column('timestamptz', { name: 'entered_at' }) enteredAt: string;
}
