import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Term } from '../warranty/terms.rules.js';

/** A product model; shared by everybody, so it has no tenancy. */
@Entity('product_model')
export class ModelEntity {
  @PrimaryColumn('uuid')
  id: string;

  @Column('text')
  code: string;

  @Column('text')
  name: string;

  @Column('text', { name: 'name_en' })
  nameEn: string;

  @Column('text')
  family: string;

  @Column('text')
  state: 'draft' | 'published';

  /** The account that last drafted something of it; somebody else publishes. */
  @Column('text', { name: 'drafted_by' })
  draftedBy: string;

  @Column('int')
  version: number;

  @Column('timestamptz', { name: 'created_at', default: () => 'business_now()' })
  createdAt: string;
}

/** A version of a model's warranty terms, from a day on (W-9). Published ones are never edited (W-8). */
@Entity('model_terms')
export class ModelTermsEntity {
  @PrimaryColumn('uuid', { name: 'model_id' })
  modelId: string;

  @PrimaryColumn('int')
  version: number;

  @Column('date', { name: 'effective_from' })
  effectiveFrom: string;

  @Column('boolean')
  published: boolean;

  @Column('jsonb')
  terms: Term[];
}
