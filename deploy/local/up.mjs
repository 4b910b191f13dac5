// Runs the platform in the foreground: starts everything, fills an empty one with demo data, stops in order on Ctrl-C.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, startPlatform } from './platform.mjs';
import { sendSignal, writeWhole } from './processes.mjs';
import { wipe } from './reset.mjs';

const SEED = join(ROOT, 'e2e', 'dist', 'demo', 'seed.js');

/**
 * Starts the platform in `dir` and keeps it until a signal comes. Answers the exit code.
 *
 * @param {{ dir: string, empty: boolean, settings: import('./settings.mjs').StartSettings }} options
 */
export async function up({ dir, empty, settings: { port, profile, databaseUrl, natsUrl } }) {
  const log = (line) => process.stdout.write(`▸ ${line}\n`);
  const ended = waitForSignal();
  await forgetHalfSeed(dir, log);
  const platform = await startPlatform({
    dir,
    profile,
    portBase: port,
    databaseUrl,
    natsUrl,
    log,
  });
  let code = 0;
  try {
    const isNew = !['demo', 'own'].includes(readContent(dir));
    if (isNew) await fill(platform, { empty, ended });
    else if (empty) log('data exist already; npm run reset clears them');
    announce(platform, isNew);
    await ended;
  } catch (error) {
    process.stderr.write(`\n${error.message}\n`);
    code = 1;
  }
  log('stopping');
  await platform.stop();
  log('stopped; the data stay in ' + dir);
  return code;
}

/**
 * Resolves at the first Ctrl-C or SIGTERM, or when the npm that started this process is gone (npm's shell does not
 * hand every signal on). Keeps the process alive until then; a second signal hurries nothing.
 */
function waitForSignal() {
  return new Promise((resolve) => {
    const parent = process.ppid;
    const watch = setInterval(() => {
      if (process.env.npm_lifecycle_event && process.ppid !== parent) stop();
    }, 1_000);
    const stop = () => {
      clearInterval(watch);
      resolve();
    };
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, stop);
  });
}

const contentFile = (dir) => join(dir, 'content.json');

/** What the data are: 'demo', 'own', or undefined on a new platform. */
function readContent(dir) {
  return existsSync(contentFile(dir)) ? JSON.parse(readFileSync(contentFile(dir), 'utf8')).kind : undefined;
}

function writeContent(dir, kind) {
  writeWhole(contentFile(dir), `${JSON.stringify({ kind, since: new Date().toISOString() })}\n`);
}

/** Demo data that were interrupted half-way are of no use to anybody and are made anew. */
async function forgetHalfSeed(dir, log) {
  if (readContent(dir) !== 'seeding' || process.env.DATABASE_URL) return;
  log('the demo data were interrupted; starting them anew');
  await wipe(dir);
}

async function fill(platform, { empty, ended }) {
  if (!empty) writeContent(platform.dir, 'seeding');
  const admin = await createAdmin(platform);
  if (!empty) await runSeed(platform, { admin, ended });
  else writeWhole(join(platform.dir, 'sign-ins.json'), `${JSON.stringify([{ role: 'admin', ...admin }], null, 2)}\n`, { mode: 0o600 });
  writeContent(platform.dir, empty ? 'own' : 'demo');
}

/** The first administrator, made by the gateway itself; it prints a one-time password as JSON. */
async function createAdmin(platform) {
  const { code, output } = await platform.runOnce('gateway', ['--create-admin']);
  const line = output.split('\n').find((each) => each.startsWith('{') && each.includes('"password"'));
  if (code !== 0 || !line) throw new Error(`The first administrator could not be made:\n${output.trim()}`);
  const { login, password } = JSON.parse(line);
  return { login, password };
}

/** Demo data are made by replaying commands over HTTP; the program writes sign-ins.json for the lines below. */
async function runSeed(platform, { admin, ended }) {
  process.stdout.write('▸ demo data\n');
  const env = {
    ...process.env,
    AFTERCARE_DIR: platform.dir,
    AFTERCARE_URL: platform.gatewayUrl,
    AFTERCARE_ADMIN_LOGIN: admin.login,
    AFTERCARE_ADMIN_PASSWORD: admin.password,
  };
  const child = spawn(process.execPath, [SEED], { cwd: ROOT, env, stdio: ['ignore', 'inherit', 'inherit'], detached: true });
  let interrupted = false;
  void ended.then(() => {
    interrupted = true;
    sendSignal(-child.pid, 'SIGTERM');
  });
  const code = await new Promise((resolve) => { child.once('exit', resolve); });
  if (interrupted) throw new Error('Interrupted; the next npm start makes the demo data anew');
  if (code !== 0) throw new Error('The demo data could not be made; run npm start again, or npm start -- --empty after npm run reset');
}

/** The line that says it is ready, with the time since this process began: packages and build of a first start count. */
export function readyLine(gatewayUrl) {
  return `Aftercare is ready after ${(performance.now() / 1_000).toFixed(1)} s: ${gatewayUrl}`;
}

function announce(platform, isNew) {
  const lines = [
    '',
    readyLine(platform.gatewayUrl),
    `  API and its description: ${platform.gatewayUrl}/api/docs`,
    ...signInLines(platform.dir, isNew),
    `  logs in ${join(platform.dir, 'logs')}; Ctrl-C stops, the data stay`,
    'ready',
    '',
  ];
  process.stdout.write(lines.join('\n'));
}

/** The demo's sign-ins each time; the first administrator's only once, its password is changed at the first sign-in. */
function signInLines(dir, isNew) {
  const file = join(dir, 'sign-ins.json');
  const isDemo = readContent(dir) === 'demo';
  if (!existsSync(file) || !(isDemo || isNew)) return [];
  const rows = JSON.parse(readFileSync(file, 'utf8')).map(({ role, login, password }) => `    ${role.padEnd(20)} ${login.padEnd(24)} ${password}`);
  return [isDemo ? '  sign in as' : '  the first administrator, with a password for one sign-in', ...rows];
}
