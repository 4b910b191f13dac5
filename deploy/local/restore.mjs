// npm run restore <file>: puts a backup in the place of the present data, which are moved aside and not deleted.
import { cpSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { unpack } from './archive.mjs';
import { findPostgres, handOver, serverUser } from './postgres-files.mjs';
import { run, whenMain } from './processes.mjs';
import { postgresFolder, requireStopped } from './reset.mjs';
import { platformDir } from './settings.mjs';

const BESIDE = ['data', 'keys', 'sign-ins.json'];

/**
 * Checks the whole file first; only then present data are moved aside (`<name>.before-restore-<time>`) and the backup
 * takes their place. The broker's store is cleared: services make their streams anew, and what the databases hold as
 * not yet confirmed is sent again. Answers { createdAt, aside }.
 *
 * @param {{ dir: string, file: string }} options
 */
export async function restore({ dir, file }) {
  if (process.env.DATABASE_URL) throw new Error('DATABASE_URL is set: bring that server back with its own tools, see deploy/README.md');
  if (!existsSync(file)) throw new Error(`${file} does not exist`);
  await requireStopped(dir);
  mkdirSync(dir, { recursive: true });
  const stage = mkdtempSync(join(resolve(dir), '.restore-'));
  try {
    const manifest = await unpack(resolve(file), stage);
    const user = serverUser();
    await requireSameVersion(manifest, user);
    const suffix = `before-restore-${new Date().toISOString().slice(0, 19).replaceAll(/[:T]/g, '-')}`;
    const data = postgresFolder(dir);
    const aside = [];
    const replace = (from, target) => {
      if (existsSync(target)) {
        renameSync(target, `${target}.${suffix}`);
        aside.push(`${target}.${suffix}`);
      }
      if (existsSync(from)) move(from, target);
    };
    replace(join(stage, 'postgres'), data);
    handOver(data, user);
    for (const name of BESIDE) replace(join(stage, name), join(dir, name));
    rmSync(join(dir, 'nats'), { recursive: true, force: true });
    return { createdAt: manifest.createdAt, aside };
  } finally {
    rmSync(stage, { recursive: true, force: true });
  }
}

/** PostgreSQL's files fit only the line and the kind of machine that wrote them. */
async function requireSameVersion({ postgresVersion, platform }, user) {
  const { output } = await run(join(findPostgres(user), 'postgres'), ['--version']);
  const here = /\d+/.exec(output)?.[0];
  if (here !== postgresVersion) throw new Error(`The backup is of PostgreSQL ${postgresVersion}, this machine has ${here}`);
  if (platform !== `${process.platform}-${process.arch}`) throw new Error(`The backup was made on ${platform}, this is ${process.platform}-${process.arch}`);
}

/** A rename, or a copy where the target lies on another disk. */
function move(from, to) {
  mkdirSync(dirname(to), { recursive: true });
  try {
    renameSync(from, to);
  } catch (error) {
    if (error.code !== 'EXDEV') throw error;
    cpSync(from, to, { recursive: true, preserveTimestamps: true });
  }
}

whenMain(import.meta.url, async ([file]) => {
  if (!file) throw new Error('name the backup: npm run restore <file>');
  const { createdAt, aside } = await restore({ dir: platformDir(), file });
  process.stdout.write(`Restored the state of ${createdAt}. npm start runs it.\n`);
  if (aside.length > 0) process.stdout.write(`The data from before are kept:\n${aside.map((path) => `  ${path}\n`).join('')}`);
}, 'Nothing was restored: ');
