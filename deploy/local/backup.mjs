// npm run backup [file]: all databases at one moment, attachments and keys in one file; the platform may be running.
import { copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import pg from 'pg';
import { pack } from './archive.mjs';
import { commandOf, isAlive, whenMain } from './processes.mjs';
import { postgresFolder } from './reset.mjs';
import { platformDir } from './settings.mjs';

/** Folders whose content PostgreSQL makes anew at a start, and files of the running server. */
const EMPTY = ['pg_replslot', 'pg_dynshmem', 'pg_notify', 'pg_serial', 'pg_snapshots', 'pg_stat_tmp', 'pg_subtrans'];
const LEFT_OUT = /^(postmaster\.(pid|opts)|pgsql_tmp.*|pg_internal\.init.*|.*\.tmp)$/;
const SEGMENT = /^[0-9A-F]{24}$/;

/** What stands beside the databases: copied after them, so that every row's attachment is in the backup. */
const BESIDE = ['data', 'keys', 'sign-ins.json'];
/** Copied before them: an anchor older than the databases is fine, one ahead of them would say that the chain was cut off. */
const ANCHORS = 'anchors';

/**
 * Writes a backup of the platform in `dir` and answers its file. The databases are one physical copy of the cluster,
 * so that they all stand at the same moment; the broker is left out, its content is sent again from the databases.
 *
 * @param {{ dir: string, file?: string }} options
 */
export async function backup({ dir, file = join(dir, 'backups', `aftercare-${stampNow()}.backup`) }) {
  if (process.env.DATABASE_URL) throw new Error('DATABASE_URL is set: back that server up with its own tools (pg_basebackup), see deploy/README.md');
  const data = postgresFolder(dir);
  if (!existsSync(join(data, 'PG_VERSION'))) throw new Error(`${dir} holds no data to back up`);
  const folder = dirname(resolve(file));
  mkdirSync(folder, { recursive: true });
  removeLeft(folder);
  // Only this user may enter it, from its first byte on.
  const work = mkdtempSync(join(folder, `.backup-${process.pid}-`));
  const stage = join(work, 'content');
  try {
    copyAnchors(join(dir, 'data'), join(stage, 'data'));
    const server = runningServer(data);
    if (server) await copyRunning(server, data, join(stage, 'postgres'));
    else copyStopped(data, join(stage, 'postgres'));
    const filter = (path) => basename(path) !== ANCHORS;
    for (const name of BESIDE) if (existsSync(join(dir, name))) cpSync(join(dir, name), join(stage, name), { recursive: true, filter });
    const postgresVersion = readFileSync(join(data, 'PG_VERSION'), 'utf8').trim();
    await pack(stage, resolve(file), { createdAt: new Date().toISOString(), postgresVersion, platform: `${process.platform}-${process.arch}` });
    return resolve(file);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** What a killed backup left in the folder: it holds secrets and personal data. Earlier versions left `<file>.payload`. */
function removeLeft(folder) {
  for (const name of readdirSync(folder)) {
    const [, pid] = /^\.backup-(\d+)-/.exec(name) ?? [];
    if ((pid && !isAlive(Number(pid))) || name.endsWith('.backup.payload')) rmSync(join(folder, name), { recursive: true, force: true });
  }
}

/** The audit anchors of every service, `data/<service>/anchors`. */
function copyAnchors(from, to) {
  if (!existsSync(from)) return;
  for (const service of readdirSync(from)) {
    const anchors = join(from, service, ANCHORS);
    if (!existsSync(anchors)) continue;
    mkdirSync(join(to, service), { recursive: true, mode: 0o700 });
    cpSync(anchors, join(to, service, ANCHORS), { recursive: true });
  }
}

function stampNow() {
  return new Date().toISOString().slice(0, 19).replaceAll(/[:T]/g, '-');
}

function runningServer(data) {
  const lock = join(data, 'postmaster.pid');
  if (!existsSync(lock)) return undefined;
  const lines = readFileSync(lock, 'utf8').split('\n');
  return commandOf(Number(lines[0])).includes('postgres') ? { port: Number(lines[3]) } : undefined;
}

/**
 * A copy of a cluster that goes on working, by PostgreSQL's own procedure: between start and stop every change is also
 * in the log, and the log of that time, held by a slot, makes the copy whole when it is started.
 */
async function copyRunning({ port }, from, to) {
  const client = new pg.Client({ connectionString: `postgres://postgres@127.0.0.1:${port}/postgres` });
  await client.connect();
  try {
    await client.query(`select pg_create_physical_replication_slot($1, true, true)`, [`backup_${process.pid}`]);
    await client.query(`select pg_backup_start('aftercare', true)`);
    copyTree(from, to, (path) => path === 'pg_wal' || EMPTY.includes(path));
    const { rows } = await client.query('select pg_walfile_name(lsn) as last, labelfile from pg_backup_stop(false)');
    const [{ last, labelfile }] = rows;
    const first = /\(file ([0-9A-F]{24})\)/.exec(labelfile)[1];
    copySegments(join(from, 'pg_wal'), join(to, 'pg_wal'), { first, last });
    writeFileSync(join(to, 'backup_label'), labelfile, { mode: 0o600 });
  } finally {
    await client.end();
  }
}

function copyStopped(from, to) {
  copyTree(from, to, (path) => EMPTY.includes(path));
  if (runningServer(from)) throw new Error('The platform was started during the backup; run it again');
}

/** Copies a folder; files that vanish meanwhile belong to dropped tables. `onlyFolder` names those left empty. */
function copyTree(from, to, onlyFolder, path = '') {
  mkdirSync(join(to, path), { recursive: true, mode: 0o700 });
  if (onlyFolder(path)) return;
  for (const name of readdirSync(join(from, path))) {
    const inner = path ? `${path}/${name}` : name;
    if (LEFT_OUT.test(name)) continue;
    try {
      if (statSync(join(from, inner)).isDirectory()) copyTree(from, to, onlyFolder, inner);
      else copyFileSync(join(from, inner), join(to, inner));
    } catch (error) {
      if (error.code !== 'ENOENT') throw error;
    }
  }
}

/** The log's segments from the start of the copy to its end. */
function copySegments(from, to, { first, last }) {
  mkdirSync(join(to, 'archive_status'), { recursive: true, mode: 0o700 });
  for (const name of readdirSync(from)) {
    if (SEGMENT.test(name) && name >= first && name <= last) copyFileSync(join(from, name), join(to, name));
  }
  for (const name of [first, last]) if (!existsSync(join(to, name))) throw new Error(`PostgreSQL's log ${name} is missing; run the backup again`);
}

whenMain(import.meta.url, async ([file]) => {
  const written = await backup({ dir: platformDir(), ...(file ? { file } : {}) });
  process.stdout.write(`${written} (${(statSync(written).size / 1e6).toFixed(1)} MB)\n`);
}, 'The backup failed: ');
