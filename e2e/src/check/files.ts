import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Invariant } from './invariant.js';
import type { World } from './world.js';

const HOUR_MS = 3_600_000;
const AT_ONCE = 1_000;

interface Row {
  id: string;
  sha256: string;
  bytes: number | null;
  thumbnail: boolean;
}

const ROWS = `
  select 'attachment ' || id as id, sha256, size_bytes as bytes, has_thumbnail as thumbnail from attachment
  union all select 'import ' || job_id, sha256, null, false from import_file
  union all select 'label file ' || batch, sha256, null, false from label_file`;

// What calls, records and confirmations show: each names a row with the same content.
const SHOWN = `
  select 'call ' || c.number as document, f->>'id' as id, f->>'sha256' as sha256 from repair_call c, jsonb_array_elements(c.photos) f
  union all select 'call ' || number, confirmation_evidence->>'id', confirmation_evidence->>'sha256' from repair_call where confirmation_evidence is not null
  union all select 'record ' || r.id, f->>'id', f->>'sha256' from repair_record r, jsonb_array_elements(r.photos) f`;

// A file is nobody's since its last row was erased, which the audit trail keeps (C-5).
const ERASED = `
  select distinct up.changed->'sha256'->>'after' as sha256 from audit_entry up join audit_entry gone on gone.document_id = up.document_id and gone.kind = 'attachment'
  where up.kind = 'attachment' and up.action = 'upload' and gone.action = 'anonymise' and gone.at > now() - interval '1 hour' and up.changed->'sha256'->>'after' = any($1)`;

export const filesAreWhole: Invariant = {
  id: 'I12',
  sentence: 'each photo row has its file with the same SHA-256, what documents show is such a row, and no file is nobody\'s for an hour',
  async find(world) {
    if (!world.has('gateway')) return [];
    const folder = join(world.dir, 'data', 'gateway', 'attachments');
    const rows = await world.rows<Row>('gateway', ROWS);
    return [...brokenFiles(folder, rows), ...(await brokenShown(world, rows)), ...(await orphans(world, folder, rows))];
  },
};

const pathOf = (folder: string, sha256: string): string => join(folder, sha256.slice(0, 2), sha256);

function brokenFiles(folder: string, rows: readonly Row[]): string[] {
  const hashes = new Map<string, { hash: string; bytes: number } | null>();
  const found: string[] = [];
  for (const { id, sha256, bytes, thumbnail } of rows) {
    const path = pathOf(folder, sha256);
    if (!hashes.has(sha256)) hashes.set(sha256, existsSync(path) ? hashOf(path) : null);
    const kept = hashes.get(sha256);
    if (!kept) found.push(`gateway: the file of ${id} is missing`);
    if (kept && kept.hash !== sha256) found.push(`gateway: the file of ${id} has another content than its SHA-256`);
    if (kept && bytes !== null && kept.bytes !== bytes) found.push(`gateway: the file of ${id} has ${kept.bytes} bytes, its row says ${bytes}`);
    if (kept && thumbnail && !existsSync(`${path}.thumb.webp`)) found.push(`gateway: the thumbnail of ${id} is missing`);
  }
  return found;
}

function hashOf(path: string): { hash: string; bytes: number } {
  const content = readFileSync(path);
  return { hash: createHash('sha256').update(content).digest('hex'), bytes: content.length };
}

async function brokenShown(world: World, rows: readonly Row[]): Promise<string[]> {
  const kept = new Map(rows.map(({ id, sha256 }) => [id, sha256]));
  const shown = await world.rows<{ document: string; id: string; sha256: string }>('repairs', SHOWN);
  return shown
    .filter(({ id, sha256 }) => kept.get(`attachment ${id}`) !== sha256)
    .map(({ document, id }) => `repairs: ${document} shows the file ${id}, which ${kept.has(`attachment ${id}`) ? 'has another content' : 'is not there'}`);
}

async function orphans(world: World, folder: string, rows: readonly Row[]): Promise<string[]> {
  const named = new Set(rows.map(({ sha256 }) => sha256));
  const old = filesOf(folder).filter(({ path, sha256 }) => (!named.has(sha256) || path.endsWith('.part')) && Date.now() - statSync(path).mtimeMs > HOUR_MS);
  const excused = new Set<string>();
  for (let from = 0; from < old.length; from += AT_ONCE) {
    const erased = await world.rows<{ sha256: string }>('gateway', ERASED, [old.slice(from, from + AT_ONCE).map(({ sha256 }) => sha256)]);
    for (const { sha256 } of erased) excused.add(sha256);
  }
  return old.filter(({ sha256 }) => !excused.has(sha256)).map(({ path }) => `gateway: the file ${path.slice(folder.length + 1)} is nobody's`);
}

function filesOf(folder: string): { path: string; sha256: string }[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap((prefix) => readdirSync(join(folder, prefix)).map((name) => ({ path: join(folder, prefix, name), sha256: name.split('.')[0] ?? '' })));
}
