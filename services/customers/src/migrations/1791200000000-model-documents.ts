import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Drawings with positions, manuals and care notes of product models. */
export class ModelDocuments1791200000000 implements MigrationInterface {
  name = 'ModelDocuments1791200000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table model_document (
      id uuid primary key,
      model_id uuid not null references product_model (id),
      kind text not null check (kind in ('drawing', 'manual', 'care_note')),
      title text not null,
      title_en text not null,
      language text not null check (language in ('', 'zh-CN', 'en')),
      edition text not null,
      file jsonb,
      positions jsonb not null,
      text text not null,
      text_en text not null,
      state text not null check (state in ('draft', 'published', 'withdrawn')),
      replaces_id uuid references model_document (id),
      drafted_by text not null,
      published_at timestamptz,
      version int not null check (version > 0),
      created_at timestamptz not null default business_now(),
      check ((state = 'draft') = (published_at is null)),
      check (kind = 'care_note' or file is not null),
      check (kind = 'drawing' or positions = '[]')
    )`);
    await runner.query('create index model_document_newest on model_document (created_at desc, id desc)');
    await runner.query('create index model_document_of_model on model_document (model_id, created_at desc, id desc)');
    await runner.query('create index model_document_replaces on model_document (replaces_id) where replaces_id is not null');
    await runner.query('alter table model_document enable row level security');
    await runner.query('alter table model_document force row level security');
    // A draft is the manufacturer's; what was once published is everybody's to read.
    await runner.query(`create policy model_document_published on model_document
      using ((select app_sees_all()) or state <> 'draft') with check ((select app_sees_all()))`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table model_document');
  }
}
