import { Client } from 'pg';

/** A row that a command wrote: whole where it is new, the key and what changed where it was there before. */
export interface Written {
  table: string;
  /** Columns of the primary key of a row that was there before; empty for a new one. */
  key: string[];
  values: Record<string, unknown>;
}

/** What each command of a unit of work wrote, in its order. */
export type Captured<Name extends string> = Record<Name, Written[]>;

const INSTALL = `
  create schema capture;
  create table capture.written (nth bigserial, xid xid8, tab text, op text, before jsonb, after jsonb);
  create function capture.keep() returns trigger language plpgsql security definer as $$
  begin
    -- What triggers write is written by triggers again.
    if pg_trigger_depth() = 1 then
      insert into capture.written (xid, tab, op, before, after)
      values (pg_current_xact_id(), tg_table_name, tg_op, case when tg_op = 'UPDATE' then to_jsonb(old) end, to_jsonb(new));
    end if;
    return null;
  end $$;
  do $$ declare t record; begin
    for t in select c.oid::regclass as name from pg_class c where c.relkind in ('r', 'p') and not c.relispartition and c.relnamespace = 'public'::regnamespace loop
      execute format('create trigger zz_capture after insert or update on %s for each row execute function capture.keep()', t.name);
    end loop;
  end $$`;

const REMOVE = `
  do $$ declare t record; begin
    for t in select tgrelid::regclass as name from pg_trigger where tgname = 'zz_capture' and tgparentid = 0 loop execute format('drop trigger zz_capture on %s', t.name); end loop;
  end $$;
  drop schema capture cascade`;

const KEYS = `
  select c.relname as "table", array_agg(a.attname::text order by a.attnum) as columns
  from pg_index i join pg_class c on c.oid = i.indrelid join pg_attribute a on a.attrelid = c.oid and a.attnum = any(i.indkey)
  where i.indisprimary and c.relnamespace = 'public'::regnamespace group by c.relname`;

/** What the transaction wrote that answered an idempotency key. */
const OF_KEY = `
  select tab as "table", op, before, after from capture.written
  where xid = (select xid from capture.written where tab = 'idempotency' and after->>'key' = $1 limit 1) order by nth`;

interface Kept {
  table: string;
  op: 'INSERT' | 'UPDATE';
  before: Record<string, unknown> | null;
  after: Record<string, unknown>;
}

/**
 * Watches a database as superuser while a unit of work is done once, and answers the rows that each of its commands wrote in its transaction.
 * `work` answers the Idempotency-Key of each command.
 */
export async function capture<Name extends string>(url: string, work: () => Promise<Record<Name, string>>): Promise<Captured<Name>> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(INSTALL);
    const keys = await work();
    const { rows } = await client.query<{ table: string; columns: string[] }>(KEYS);
    const primary = new Map(rows.map(({ table, columns }) => [table, columns]));
    const written: Partial<Captured<Name>> = {};
    for (const [name, key] of Object.entries(keys) as [Name, string][]) {
      const kept = (await client.query<Kept>(OF_KEY, [key])).rows;
      if (kept.length === 0) throw new Error(`${name} wrote nothing under its key`);
      written[name] = merged(kept, primary);
    }
    return written as Captured<Name>;
  } finally {
    await client.query(REMOVE);
    await client.end();
  }
}

/** Each row once, as the transaction left it. */
function merged(kept: Kept[], primary: Map<string, string[]>): Written[] {
  const rows = new Map<string, { first: Kept; last: Kept; key: string[] }>();
  for (const each of kept) {
    const key = primary.get(each.table) ?? Object.keys(each.after);
    const name = JSON.stringify([each.table, ...key.map((column) => each.after[column])]);
    const known = rows.get(name);
    rows.set(name, { first: known?.first ?? each, last: each, key });
  }
  return [...rows.values()].flatMap(({ first, last, key }): Written[] => {
    if (first.op === 'INSERT') return [{ table: first.table, key: [], values: last.after }];
    const changed = Object.entries(last.after).filter(([column, value]) => JSON.stringify(first.before?.[column]) !== JSON.stringify(value));
    if (changed.length === 0) return [];
    return [{ table: first.table, key, values: Object.fromEntries([...key.map((column) => [column, last.after[column]] as const), ...changed]) }];
  });
}
