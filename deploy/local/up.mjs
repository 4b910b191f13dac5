// Runs the platform in the foreground: starts everything, fills an empty one with demo data, stops in order on Ctrl-C.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beginFilling, contentOf, endFilling } from './content.mjs';
import { ROOT, serviceNames, startPlatform } from './platform.mjs';
import { sendSignal, writeWhole } from './processes.mjs';
import { wipe } from './reset.mjs';

const SEED = join(ROOT, 'e2e', 'dist', 'demo', 'seed.js');

/**
 * Starts the platform in `dir` and keeps it until a signal comes. Answers the exit code.
 *
 * @param {{ dir: string, empty: boolean, settings: import('./settings.mjs').StartSettings, platformOptions?: object }} options
 *   platformOptions: of startPlatform, for specs.
 */
export async function up({ dir, empty, settings: { port, profile, databaseUrl, natsUrl }, platformOptions = {} }) {
  const log = (line) => process.stdout.write(`▸ ${line}\n`);
  const ended = waitForSignal();
  const options = { dir, profile, portBase: port, databaseUrl, natsUrl, log, ...platformOptions };
  const { platform, content } = await startWhole(options);
  let code = 0;
  try {
    const isNew = content === 'new';
    if (isNew) await fill(platform, { empty, ended });
    else if (empty) log('data exist already; npm run reset clears them');
    announce(platform, { isNew, isDemo: isNew ? !empty : content === 'demo' });
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
 * The running platform and what its databases hold. First data that were begun on empty databases and interrupted are
 * of no use to anybody and are begun anew: nobody else has a password yet.
 */
async function startWhole(options) {
  let content;
  const beforeServices = async ({ postgres }) => {
    content = await contentOf(postgres.superuserUrl, options.services ?? serviceNames());
    if (content === 'filling') throw new HalfFilled();
  };
  const start = async () => ({ platform: await startPlatform({ ...options, beforeServices }), content });
  try {
    return await start();
  } catch (error) {
    if (!(error instanceof HalfFilled)) throw error;
    if (options.databaseUrl) throw new Error('The first data were interrupted: drop the databases aftercare_* of the server in DATABASE_URL, then run npm start again');
    options.log('the first data were interrupted; starting them anew');
    await wipe(options.dir);
    return start();
  }
}

class HalfFilled extends Error {}

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

async function fill(platform, { empty, ended }) {
  const { superuserUrl } = platform.postgres;
  await beginFilling(superuserUrl);
  const admin = await createAdmin(platform);
  if (!empty) await runSeed(platform, { admin, ended });
  else writeWhole(join(platform.dir, 'sign-ins.json'), `${JSON.stringify([{ role: 'admin', ...admin }], null, 2)}\n`, { mode: 0o600 });
  await endFilling(superuserUrl, empty ? 'own' : 'demo');
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

function announce(platform, kind) {
  const lines = [
    '',
    readyLine(platform.gatewayUrl),
    `  API and its description: ${platform.gatewayUrl}/api/docs`,
    ...signInLines(platform.dir, kind),
    `  logs in ${join(platform.dir, 'logs')}; Ctrl-C stops, the data stay`,
    'ready',
    '',
  ];
  process.stdout.write(lines.join('\n'));
}

/** The demo's sign-ins each time; the first administrator's only once, its password is changed at the first sign-in. */
function signInLines(dir, { isNew, isDemo }) {
  const file = join(dir, 'sign-ins.json');
  if (!existsSync(file) || !(isDemo || isNew)) return [];
  const rows = JSON.parse(readFileSync(file, 'utf8')).map(({ role, login, password }) => `    ${role.padEnd(20)} ${login.padEnd(24)} ${password}`);
  return [isDemo ? '  sign in as' : '  the first administrator, with a password for one sign-in', ...rows];
}
