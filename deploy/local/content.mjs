// What the databases hold, as they say it themselves: no file beside them is asked before anything is cleared.
import { databaseName, inDatabase, query } from './postgres.mjs';

const SCHEMA = `
create schema if not exists supervisor;
create table if not exists supervisor.content (one boolean primary key default true check (one), kind text not null, since timestamptz not null default now())`;

/**
 * 'new': nobody has worked in them yet; 'filling': the first data were begun on new databases and not ended;
 * 'demo' and 'own': data that stay. Throws where people's entries stand beside a gateway that knows no user.
 *
 * @param {string} superuserUrl
 * @param {string[]} services
 */
export async function contentOf(superuserUrl, services) {
  const url = inDatabase(superuserUrl, databaseName('gateway'));
  const [{ known, users }] = await query(url, `select to_regclass('supervisor.content') is not null as known, exists (select from app_user) as users`);
  const [mark] = known ? await query(url, 'select kind from supervisor.content') : [];
  if (mark) return mark.kind;
  // Databases that were filled before they said so, or brought back without that.
  if (users) return 'own';
  for (const service of services) {
    const [{ worked }] = await query(inDatabase(superuserUrl, databaseName(service)), `select exists (select from audit_entry where user_id <> '') as worked`);
    if (worked) throw new Error(`${databaseName(service)} holds data and ${databaseName('gateway')} has no user: bring all databases of one moment back (npm run restore), or clear them (npm run reset)`);
  }
  return 'new';
}

/** Marks new databases before the first data are written; only what has this mark may be cleared by a start. */
export async function beginFilling(superuserUrl) {
  const url = inDatabase(superuserUrl, databaseName('gateway'));
  const made = await query(url, SCHEMA, `insert into supervisor.content (kind) select 'filling' where not exists (select from app_user) on conflict do nothing returning kind`);
  if (made.length === 0) throw new Error('The databases are no longer empty; run npm start again');
}

/** Marks the data as whole: 'demo' or 'own'. */
export async function endFilling(superuserUrl, kind) {
  const url = inDatabase(superuserUrl, databaseName('gateway'));
  await query(url, { text: 'update supervisor.content set kind = $1, since = now()', values: [kind] });
}
