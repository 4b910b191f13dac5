// Small helpers about processes and ports, Node built-ins only.
import { execFileSync, spawn } from 'node:child_process';
import { chownSync, closeSync, existsSync, mkdirSync, openSync, readFileSync, realpathSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';

/** True while a process with this id exists. */
export function isAlive(pid) {
  if (!pid) return false;
  try {
    process.kill(pid, 0);
    return !isZombie(pid);
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function isZombie(pid) {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2, text.lastIndexOf(')') + 3) === 'Z';
  } catch {
    return false;
  }
}

/** The command line of a process, '' when it is gone. Guards against killing a stranger who got a reused id. */
export function commandOf(pid) {
  if (!isAlive(pid)) return '';
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
  } catch {
    try {
      return execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).trim();
    } catch {
      return '';
    }
  }
}

/** Asks a process to end, and kills it when it has not done so in time. Resolves when it is gone. */
export async function stopProcess(pid, { signal = 'SIGTERM', graceMs = 10_000 } = {}) {
  if (!isAlive(pid)) return;
  sendSignal(pid, signal);
  if (await gone(pid, graceMs)) return;
  sendSignal(pid, 'SIGKILL');
  await gone(pid, 5_000);
}

/** Sends a signal; a process that is already gone is no error. */
export function sendSignal(pid, signal) {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}

async function gone(pid, withinMs) {
  const until = Date.now() + withinMs;
  while (isAlive(pid)) {
    if (Date.now() > until) return false;
    await sleep(20);
  }
  return true;
}

/** Whether a port of 127.0.0.1 is free to listen on; 0 stands for any. */
function listenOnce(port) {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ port, host: '127.0.0.1' }, () => {
      const taken = server.address().port;
      server.close(() => resolve(taken));
    });
  });
}

const handedOut = new Set();

/** A free port of 127.0.0.1 that this process has not handed out before. */
export async function freePort() {
  for (;;) {
    const port = await listenOnce(0);
    if (handedOut.has(port)) continue;
    handedOut.add(port);
    return port;
  }
}

/** The wanted port, or the next free one above it. */
export async function portFrom(wanted) {
  for (let port = wanted; port < wanted + 100; port += 1) {
    try {
      return await listenOnce(port);
    } catch (error) {
      if (error.code === 'EACCES') throw new Error(`Port ${port} may not be used by this user; set PORT to another`);
    }
  }
  throw new Error(`No free port between ${wanted} and ${wanted + 99}; set PORT to another`);
}

/** True when something accepts connections on a port of 127.0.0.1. */
export function answers(port) {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', timeout: 1_000 });
    const end = (result) => {
      socket.destroy();
      resolve(result);
    };
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
    socket.once('timeout', () => end(false));
  });
}

/** Starts a program in its own process group, so that Ctrl-C reaches the supervisor alone; output goes to a file. */
export function spawnLogged(command, args, { logFile, ...options }) {
  mkdirSync(dirname(logFile), { recursive: true });
  if (existsSync(logFile) && statSync(logFile).size > 20_000_000) renameSync(logFile, `${logFile}.1`);
  const log = openSync(logFile, 'a');
  try {
    return spawn(command, args, { stdio: ['ignore', log, log], detached: true, ...options });
  } finally {
    closeSync(log);
  }
}

/** Runs a program to its end and answers { code, output }; never throws for a failing program. */
export function run(command, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
    let output = '';
    const keep = (chunk) => {
      output = (output + chunk).slice(-200_000);
      options.onOutput?.(String(chunk));
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.once('error', (error) => resolve({ code: 127, output: error.message }));
    child.once('close', (code) => resolve({ code: code ?? 1, output }));
  });
}

/** The last lines of a file, for a message about what failed. */
export function tailOf(file, lines = 8) {
  return existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n').slice(-lines).join('\n') : '';
}

/** Writes a file so that a reader sees the old or the new content, never half of it. */
export function writeWhole(file, content, { mode = 0o644, owner } = {}) {
  mkdirSync(dirname(file), { recursive: true });
  const half = `${file}.${process.pid}.new`;
  writeFileSync(half, content, { mode });
  if (owner) chownSync(half, owner.uid, owner.gid);
  renameSync(half, file);
}

/** Tries until the work succeeds or the time is over, then throws the last error. */
export async function retry(work, { withinMs, everyMs = 50 }) {
  const until = Date.now() + withinMs;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (Date.now() + everyMs > until) throw error;
      await sleep(everyMs);
    }
  }
}

/** Runs `work` when the module is the program that was started; a failure is told in one line, exit code 1. */
export function whenMain(moduleUrl, work, prefix = '') {
  if (!process.argv[1] || !existsSync(process.argv[1]) || moduleUrl !== pathToFileURL(realpathSync(process.argv[1])).href) return;
  work(process.argv.slice(2)).catch((error) => {
    process.stderr.write(`\n${prefix}${process.env.DEBUG ? error.stack : error.message}\n`);
    process.exitCode = 1;
  });
}
