// Finds a nats-server, or fetches Debian's without needing root. Node built-ins only.
import { createHash } from 'node:crypto';
import { accessSync, chmodSync, constants, cpSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { run } from './processes.mjs';

const HELP = `No nats-server was found and none could be fetched. One of these helps:
  - install it (Debian, Ubuntu: apt install nats-server; macOS: brew install nats-server);
  - set NATS_URL to a server with JetStream that you run;
  - set NATS_SERVER to the program's path;
  - set NATS_SERVER_URL to an official release archive (.tar.gz) and NATS_SERVER_SHA256 to its checksum.`;

/**
 * The path of a nats-server program: NATS_SERVER, PATH and the usual folders, an earlier fetch in `localDir`, the
 * release named by NATS_SERVER_URL, Debian's package unpacked into `localDir`. Throws with a way out.
 *
 * @param {{ localDir: string, log?: (line: string) => void }} options
 */
export async function findNatsServer({ localDir, log = () => undefined }) {
  const named = process.env.NATS_SERVER;
  if (named) {
    if (!executable(named)) throw new Error(`NATS_SERVER=${named} is not a program that this user may run`);
    return named;
  }
  const fetched = join(resolve(localDir), 'bin', 'nats-server');
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin', '/usr/local/bin', '/opt/homebrew/bin'];
  const found = [...folders.filter(Boolean).map((folder) => join(folder, 'nats-server')), fetched].find(executable);
  if (found) return found;
  const work = join(resolve(localDir), `fetch.${process.pid}`);
  try {
    const program = process.env.NATS_SERVER_URL ? await fromRelease(work, log) : await fromDebian(work, log);
    mkdirSync(join(resolve(localDir), 'bin'), { recursive: true });
    cpSync(program, fetched);
    chmodSync(fetched, 0o755);
    return fetched;
  } catch (error) {
    throw new Error(`${HELP}\nWhat was tried: ${error.message}`);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function executable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** An official release, only where its address and checksum are both given. Its failure is not passed over. */
async function fromRelease(work, log) {
  const { NATS_SERVER_URL: address, NATS_SERVER_SHA256: checksum } = process.env;
  if (!checksum) throw new Error('NATS_SERVER_URL needs NATS_SERVER_SHA256, the checksum published with the release');
  log(`fetching ${address}`);
  const answer = await fetch(address, { signal: AbortSignal.timeout(120_000) });
  if (!answer.ok) throw new Error(`${address} answered ${answer.status}`);
  const bytes = Buffer.from(await answer.arrayBuffer());
  const found = createHash('sha256').update(bytes).digest('hex');
  if (found !== checksum.toLowerCase()) throw new Error(`${address} has the checksum ${found}, not ${checksum}`);
  mkdirSync(work, { recursive: true });
  writeFileSync(join(work, 'release.tar.gz'), bytes);
  await succeed('tar', ['-xzf', 'release.tar.gz'], work);
  return foundBelow(work, 'nats-server');
}

/** Debian's package by apt, with lists and cache in folders of our own, so that no root is needed. */
async function fromDebian(work, log) {
  if (!existsSync('/usr/bin/apt-get') || !existsSync('/usr/bin/dpkg')) throw new Error('this system has no apt-get to fetch a package with');
  log("fetching Debian's nats-server package");
  mkdirSync(work, { recursive: true });
  const known = await run('apt-get', [...privateCache(work), 'download', 'nats-server'], { cwd: work });
  if (known.code !== 0) {
    log('updating the package lists in a private folder');
    mkdirSync(join(work, 'state', 'lists', 'partial'), { recursive: true });
    const own = [...privateCache(work), '-o', `Dir::State=${work}/state`, '-o', `Dir::State::lists=${work}/state/lists`, '-o', 'Dir::State::status=/var/lib/dpkg/status'];
    await succeed('apt-get', [...own, 'update'], work);
    await succeed('apt-get', [...own, 'download', 'nats-server'], work);
  }
  const archive = readdirSync(work).find((name) => name.startsWith('nats-server_') && name.endsWith('.deb'));
  if (!archive) throw new Error('apt-get answered without a package');
  await succeed('dpkg', ['-x', archive, 'unpacked'], work);
  return foundBelow(join(work, 'unpacked'), 'nats-server');
}

function privateCache(work) {
  mkdirSync(join(work, 'cache', 'archives', 'partial'), { recursive: true });
  // As root apt would hand the download to its user _apt, who may not enter a private checkout.
  return ['-q', '-o', `Dir::Cache=${work}/cache`, '-o', 'APT::Sandbox::User=root', '-o', 'Acquire::Retries=3'];
}

async function succeed(command, args, cwd) {
  const { code, output } = await run(command, args, { cwd });
  if (code !== 0) throw new Error(`${command} ${args.at(-1)} failed: ${output.trim().split('\n').slice(-3).join(' | ')}`);
}

function foundBelow(folder, name) {
  const found = readdirSync(folder, { recursive: true, withFileTypes: true }).find(
    (entry) => entry.isFile() && entry.name === name && !(entry.parentPath ?? entry.path).includes('/share/'),
  );
  if (!found) throw new Error(`no ${name} in what was fetched`);
  return join(found.parentPath ?? found.path, found.name);
}
