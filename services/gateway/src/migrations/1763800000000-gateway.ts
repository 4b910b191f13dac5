import { tenantTable } from '@aftercare/service';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Accounts, sessions, settings' authors, attachments, import files and notices. */
export class Gateway1763800000000 implements MigrationInterface {
  name = 'Gateway1763800000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(ACCOUNTS);
    await runner.query(FILES);
    await runner.query(NOTICES);
    await tenantTable(runner, 'app_user', { money: true });
    await tenantTable(runner, 'attachment');
    await tenantTable(runner, 'import_file', { money: true });
    await tenantTable(runner, 'notice', { money: true });
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table notice_read, notice, import_file, attachment, session, app_user');
  }
}

const ACCOUNTS = `
create table app_user (
  id uuid primary key,
  username text not null,
  name text not null,
  role text not null,
  dealer_id uuid,
  site_id uuid,
  password_hash text not null,
  -- Counts the passwords given by others, so that each one-time password is another.
  password_serial int not null default 0,
  must_change_password boolean not null default false,
  disabled boolean not null default false,
  failed_attempts int not null default 0,
  locked_until timestamptz,
  version int not null default 1,
  created_at timestamptz not null default business_now(),
  check ((role in ('dealer_manager', 'dealer_technician')) = (dealer_id is not null))
);
create unique index app_user_username on app_user (lower(username));
create index app_user_dealer on app_user (dealer_id);

-- Only the keyed hash of a token is kept. Times are of the real clock: the business clock may be moved.
create table session (
  token_hash text primary key,
  user_id uuid not null references app_user (id) on delete cascade,
  created_at timestamptz not null default now(),
  seen_at timestamptz not null default now(),
  expires_at timestamptz not null
);
create index session_user_id on session (user_id);
create index session_expires_at on session (expires_at);`;

const FILES = `
create table attachment (
  id uuid primary key,
  dealer_id uuid,
  uploaded_by uuid not null,
  sha256 text not null,
  content_type text not null,
  file_name text not null,
  size_bytes int not null,
  has_thumbnail boolean not null,
  created_at timestamptz not null default now()
);
create index attachment_sha256 on attachment (sha256);

create table import_file (
  job_id uuid primary key,
  dealer_id uuid,
  uploaded_by uuid not null,
  sha256 text not null,
  kind text not null,
  content_type text not null,
  created_at timestamptz not null default now()
);`;

const NOTICES = `
create table notice (
  id uuid primary key,
  kind text not null,
  severity text not null,
  recipient_role text,
  dealer_id uuid,
  recipient_user_id uuid,
  document_kind text not null,
  document_id text not null,
  document_number text not null,
  params jsonb not null,
  created_at timestamptz not null
);
create index notice_recipient on notice (recipient_role, dealer_id, id desc);
create index notice_user on notice (recipient_user_id, id desc);

create table notice_read (
  notice_id uuid not null references notice (id) on delete cascade,
  user_id uuid not null,
  read_at timestamptz not null default business_now(),
  primary key (notice_id, user_id)
);`;
