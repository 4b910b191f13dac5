import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A product family of the catalogue: the manufacturer's, the same for everybody. */
@Entity('product_family')
export class FamilyEntity {
  @PrimaryColumn('uuid')
  id: string;

  /** Unique, never changed: models and checklists name it, as do other services' documents. */
  @Column('text')
  code: string;

  @Column('text')
  name: string;

  /** Empty for one taken over from before the catalogue. */
  @Column('text', { name: 'name_en' })
  nameEn: string;

  /** Whether anything new may name it. */
  @Column('boolean')
  active: boolean;

  @Column('int')
  version: number;

  @Column('timestamptz', { name: 'created_at', default: () => 'business_now()' })
  createdAt: string;
}
