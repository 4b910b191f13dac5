// A backup file: one line with a checksum, then a compressed tar with a manifest of checksums. Node built-ins and tar.
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { run } from './processes.mjs';

const MAGIC = 'AFTERCARE-BACKUP-1';
const HEADER_LENGTH = MAGIC.length + 1 + 64 + 1;
const MANIFEST = 'manifest.json';

/** Packs a folder into `file`; `facts` are kept in the manifest. Works beside the folder, which nobody else may enter. */
export async function pack(folder, file, facts) {
  const files = [];
  for (const path of filesBelow(folder)) files.push({ path, size: statSync(join(folder, path)).size, sha256: await sha256(join(folder, path)) });
  writeFileSync(join(folder, MANIFEST), JSON.stringify({ ...facts, files }, null, 1));
  const [payload, whole] = [`${folder}.payload`, `${folder}.whole`];
  await tar('-czf', payload, '-C', folder, '.');
  const out = createWriteStream(whole, { mode: 0o600, flush: true });
  out.write(`${MAGIC} ${await sha256(payload)}\n`);
  await pipeline(createReadStream(payload), out);
  renameSync(whole, file);
}

/** Unpacks `file` into an empty folder after checking every byte of it; answers the manifest. Throws BackupDamaged. */
export async function unpack(file, folder) {
  const header = await headerOf(file);
  const match = new RegExp(`^${MAGIC} ([0-9a-f]{64})\\n$`).exec(header);
  if (!match) throw new BackupDamaged(`${file} is not a backup of Aftercare, or its first line is damaged`);
  if ((await sha256(file, HEADER_LENGTH)) !== match[1]) throw new BackupDamaged(`${file} is damaged: its checksum does not fit its content`);
  const payload = join(folder, '..', `payload.${process.pid}`);
  try {
    await pipeline(createReadStream(file, { start: HEADER_LENGTH }), createWriteStream(payload, { mode: 0o600 }));
    await tar('-xzpf', payload, '-C', folder);
  } finally {
    rmSync(payload, { force: true });
  }
  return verify(folder);
}

/** The backup cannot be trusted; nothing was restored. */
export class BackupDamaged extends Error {}

/** Every file that the manifest names is there and unchanged, and no other. */
async function verify(folder) {
  const manifest = JSON.parse(readFileSync(join(folder, MANIFEST), 'utf8'));
  rmSync(join(folder, MANIFEST));
  const present = new Set(filesBelow(folder));
  for (const { path, sha256: wanted } of manifest.files) {
    if (!present.delete(path)) throw new BackupDamaged(`The backup lacks ${path}`);
    if ((await sha256(join(folder, path))) !== wanted) throw new BackupDamaged(`${path} in the backup is damaged`);
  }
  if (present.size > 0) throw new BackupDamaged(`The backup holds ${[...present][0]}, which its manifest does not name`);
  return manifest;
}

async function headerOf(file) {
  const chunks = [];
  for await (const chunk of createReadStream(file, { end: HEADER_LENGTH - 1 })) chunks.push(chunk);
  return Buffer.concat(chunks).toString('latin1');
}

async function sha256(file, start = 0) {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file, { start }), hash);
  return hash.digest('hex');
}

function filesBelow(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath ?? entry.path, entry.name)))
    .sort();
}

async function tar(...args) {
  const { code, output } = await run('tar', args);
  if (code !== 0) throw new Error(`tar failed: ${output.trim()}`);
}
