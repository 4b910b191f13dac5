import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A spare part or material (P-1). Quantities of parts are whole pieces. */
@Entity('part')
export class Part {
  @PrimaryColumn('uuid')
  id: string;

  @Column('text', { unique: true })
  number: string;

  @Column('text')
  name: string;

  @Column('text', { name: 'name_en' })
  nameEn: string;

  @Column('text')
  unit: string;

  /** Class of the warranty terms that customers decides by. */
  @Column('text', { name: 'part_class' })
  partClass: string;

  /** Product families it fits. */
  @Column('text', { array: true })
  families: string[];

  /** The old part comes back when it is issued free (P-6). */
  @Column('boolean', { name: 'return_required' })
  returnRequired: boolean;

  @Column('integer', { name: 'weight_grams' })
  weightGrams: number;

  /** The part this one replaces. */
  @Column('uuid', { name: 'supersedes_part_id', nullable: true })
  supersedesPartId: string | null;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: string;

  @Column('integer')
  version: number;
}
