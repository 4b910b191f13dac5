// Makes a fresh clone ready to run: packages, generated code, build, broker program. Node built-ins only.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fingerprintOfTimes } from './fingerprint.mjs';
import { findNatsServer } from './nats-server.mjs';
import { run, whenMain, writeWhole } from './processes.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const STILL_THERE_MS = 10_000;

/** Thrown when a step failed; the message says what to do and is shown without a stack. */
export class BootstrapError extends Error {}

/**
 * Checks Node, installs packages when the lock file changed, generates and builds with Nx's cache, and sees to it that
 * a nats-server is there. Throws BootstrapError.
 *
 * @param {{ log?: (line: string) => void, build?: boolean }} [options]
 */
export async function bootstrap({ log = (line) => process.stdout.write(`${line}\n`), build = true } = {}) {
  checkNode(process.versions.node);
  // The broker's program is fetched while npm is busy; its failure is reported once that is done.
  const broker = process.env.NATS_URL ? Promise.resolve() : findNatsServer({ localDir: join(ROOT, '.local'), log: (line) => log(`  ${line}`) });
  broker.catch(() => undefined);
  if (packagesAreStale()) await installPackages(log);
  if (build) await buildAll(log);
  await broker.catch((error) => {
    throw new BootstrapError(error.message);
  });
}

/** Node must be able to load ES modules with require(): from 20.19, 22.12 and 23 on. */
export function checkNode(version) {
  const [major, minor] = version.split('.').map(Number);
  const fine = (major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major >= 23;
  if (!fine) throw new BootstrapError(`Node ${version} is too old. Install Node 20.19 or later (20 and 24 are tested): https://nodejs.org`);
}

const stampFile = () => join(ROOT, 'node_modules', '.aftercare-stamp');
const TOGETHER_MS = 5_000;

/** What the installed packages depend on: the lock file, the Node line and the machine's kind. */
function stamp() {
  const lock = createHash('sha256').update(readFileSync(join(ROOT, 'package-lock.json'))).digest('hex');
  return `${lock} node${process.versions.modules} ${process.platform}-${process.arch}`;
}

/** Packages are right when the stamp says so, or when somebody ran npm by hand after the lock file came to be. */
function packagesAreStale() {
  const stamped = existsSync(stampFile()) ? readFileSync(stampFile(), 'utf8') : '';
  if (stamped === stamp()) return false;
  const sameLock = stamped.split(' ')[0] === stamp().split(' ')[0];
  const installed = join(ROOT, 'node_modules', '.package-lock.json');
  if (sameLock || !existsSync(installed)) return true;
  if (statSync(installed).mtimeMs + TOGETHER_MS < statSync(join(ROOT, 'package-lock.json')).mtimeMs) return true;
  writeFileSync(stampFile(), stamp());
  return false;
}

async function installPackages(log) {
  const npm = process.env.npm_execpath;
  const command = npm?.endsWith('js') ? [process.execPath, npm] : ['npm'];
  const { code, output } = await step('installing packages', log, () =>
    run(command[0], [...command.slice(1), 'ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: ROOT }),
  );
  if (code !== 0) {
    throw new BootstrapError(`npm ci failed:\n${lastLines(output)}\nCheck the network and npm's registry (npm config get registry), then run npm start again.`);
  }
  writeFileSync(stampFile(), stamp());
}

const SOURCES = ['proto', 'libs', 'services', 'e2e', 'package-lock.json', '.swcrc', 'nx.json', 'tsconfig.base.json'];
const builtFile = () => join(ROOT, '.local', 'built');

/** The projects that have something to build. */
function projects() {
  const folders = ['libs', 'services'].flatMap((kind) => readdirSync(join(ROOT, kind)).map((name) => join(ROOT, kind, name)));
  const isBuilt = (path) => existsSync(join(path, 'project.json')) && 'build' in JSON.parse(readFileSync(join(path, 'project.json'), 'utf8')).targets;
  return [...folders, join(ROOT, 'e2e')].filter(isBuilt);
}

/** Sources and built files alike are what they were after the last build, so that Nx need not be asked. */
function buildIsFresh() {
  return existsSync(builtFile()) && readFileSync(builtFile(), 'utf8') === fingerprintOfTimes(ROOT, SOURCES) && projects().every((path) => existsSync(join(path, 'dist')));
}

async function buildAll(log) {
  if (buildIsFresh()) return;
  const nx = join(ROOT, 'node_modules', 'nx', 'dist', 'bin', 'nx.js');
  const program = existsSync(nx) ? [process.execPath, nx] : [join(ROOT, 'node_modules', '.bin', 'nx')];
  const env = { ...process.env, NX_DAEMON: 'false', NX_NO_CLOUD: 'true', NO_COLOR: '1', NX_TUI: 'false' };
  const { code, output } = await step('building', log, () =>
    run(program[0], [...program.slice(1), 'run-many', '-t', 'build', '--output-style=stream'], { cwd: ROOT, env }),
  );
  if (code !== 0) throw new BootstrapError(`The build failed:\n${lastLines(output)}\nIf the sources are unchanged, run npm ci and try again.`);
  writeWhole(builtFile(), fingerprintOfTimes(ROOT, SOURCES));
}

/** Says what is done, that it still goes on, and how long it took. */
async function step(name, log, work) {
  const startedAt = Date.now();
  const seconds = () => ((Date.now() - startedAt) / 1_000).toFixed(1);
  log(`▸ ${name}`);
  const timer = setInterval(() => log(`  … ${seconds()} s`), STILL_THERE_MS);
  try {
    return await work();
  } finally {
    clearInterval(timer);
    log(`  ${name}: ${seconds()} s`);
  }
}

function lastLines(output) {
  return output.trim().split('\n').slice(-25).join('\n');
}

whenMain(import.meta.url, () => bootstrap());
