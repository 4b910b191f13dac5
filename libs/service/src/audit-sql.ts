/**
 * The audit trail. The application may insert and read; only the owner's functions below write the chain.
 * entry_hash = SHA-256 of the entry's fields, hash = SHA-256 of the previous hash and the entry's hash.
 */
export const AUDIT_SQL = `
create table audit_entry (
  id uuid primary key,
  at timestamptz not null default business_now(),
  user_id text not null,
  role text not null,
  action text not null,
  kind text not null,
  document_id text not null,
  dealer_id uuid,
  changed jsonb not null,
  request_id text not null,
  personal_hash text
);
create index audit_entry_document on audit_entry (document_id, id);
alter table audit_entry enable row level security;
alter table audit_entry force row level security;
create policy audit_entry_read on audit_entry for select using ((select app_sees_all()));
create policy audit_entry_write on audit_entry for insert with check (true);

create table audit_pending (entry_id uuid primary key);

create table audit_seal (
  sequence bigint primary key,
  entry_id uuid not null unique,
  entry_hash text not null,
  previous text not null,
  hash text not null,
  sealed_at timestamptz not null default now()
);

create table audit_personal (
  entry_id uuid primary key,
  salt text,
  personal_values text,
  erased_at timestamptz
);

create function audit_entry_hash(e audit_entry) returns text language sql stable as $$
  select encode(sha256(convert_to(jsonb_build_array(
    e.id, extract(epoch from e.at)::text, e.user_id, e.role, e.action, e.kind, e.document_id, e.dealer_id, e.changed,
    e.request_id, e.personal_hash)::text, 'UTF8')), 'hex')
$$;

create function audit_link_hash(previous text, entry_hash text) returns text language sql immutable as $$
  select encode(sha256(convert_to(previous || entry_hash, 'UTF8')), 'hex')
$$;

-- Links committed entries to the chain in the order of their ids. One sealer at a time; answers how many it linked.
create function seal_audit(most int) returns int
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  head record;
  entry audit_entry;
  linked int := 0;
  next_sequence bigint;
  previous_hash text;
  own_hash text;
  link text;
  scope text := coalesce(current_setting('app.dealers', true), '');
begin
  if not pg_try_advisory_xact_lock(hashtext('aftercare.audit.seal')) then return 0; end if;
  perform set_config('app.dealers', '*', true);
  select sequence, hash into head from audit_seal order by sequence desc limit 1;
  next_sequence := coalesce(head.sequence, 0);
  previous_hash := coalesce(head.hash, repeat('0', 64));
  for entry in select e.* from audit_pending p join audit_entry e on e.id = p.entry_id order by e.id limit most loop
    next_sequence := next_sequence + 1;
    own_hash := audit_entry_hash(entry);
    link := audit_link_hash(previous_hash, own_hash);
    insert into audit_seal (sequence, entry_id, entry_hash, previous, hash)
    values (next_sequence, entry.id, own_hash, previous_hash, link);
    delete from audit_pending where entry_id = entry.id;
    previous_hash := link;
    linked := linked + 1;
  end loop;
  perform set_config('app.dealers', scope, true);
  return linked;
end $$;

-- Forgets the personal values kept for a document; the chain holds only their salted hash.
create function erase_audit_personal(document text) returns int
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  erased int;
  scope text := coalesce(current_setting('app.dealers', true), '');
begin
  perform set_config('app.dealers', '*', true);
  update audit_personal p set salt = null, personal_values = null, erased_at = now()
  from audit_entry e where e.id = p.entry_id and e.document_id = document and p.erased_at is null;
  get diagnostics erased = row_count;
  perform set_config('app.dealers', scope, true);
  return erased;
end $$;
`;

/** Tables that the application may only append to and read. */
export const AUDIT_TABLES = ['audit_entry', 'audit_pending', 'audit_seal', 'audit_personal'] as const;
