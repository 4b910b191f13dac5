import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { DocumentState, ModelDocumentKind, Position } from './model-document.rules.js';

/** A drawing, manual or care note of a product model; a draft is the manufacturer's, the rest everybody's. */
@Entity('model_document')
export class ModelDocumentEntity {
  @PrimaryColumn('uuid')
  id: string;

  @Column('uuid', { name: 'model_id' })
  modelId: string;

  @Column('text')
  kind: ModelDocumentKind;

  @Column('text')
  title: string;

  @Column('text', { name: 'title_en' })
  titleEn: string;

  /** Empty for what is in both languages. */
  @Column('text')
  language: string;

  /** As printed on the paper. */
  @Column('text')
  edition: string;

  /** At the gateway. */
  @Column('jsonb', { nullable: true })
  file: { id: string; sha256: string } | null;

  @Column('jsonb')
  positions: Position[];

  @Column('text')
  text: string;

  @Column('text', { name: 'text_en' })
  textEn: string;

  @Column('text')
  state: DocumentState;

  /** The published one that publishing this one withdraws. */
  @Column('uuid', { name: 'replaces_id', nullable: true })
  replacesId: string | null;

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
