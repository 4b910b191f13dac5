import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Photos of people without an account: each has a ticket with which one call may name it, and nobody as its owner. */
export class PublicPhotos1799100600000 implements MigrationInterface {
  name = 'PublicPhotos1799100600000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table attachment alter column uploaded_by drop not null');
    await runner.query(`create table public_photo (
      ticket_hash text primary key,
      attachment_id uuid not null,
      sha256 text not null,
      created_at timestamptz not null default now(),
      used_at timestamptz)`);
    await runner.query('create index public_photo_unused on public_photo (created_at) where used_at is null');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table public_photo');
    await runner.query('delete from attachment where uploaded_by is null');
    await runner.query('alter table attachment alter column uploaded_by set not null');
  }
}
