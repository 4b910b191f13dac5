// npm test: everything that must hold, step by step, with one closing line "N passed, N failed".
// `npm test -- lint specs` runs only the steps named. Node built-ins only: it starts on a fresh clone.
import { spawn, spawnSync } from 'node:child_process';
import { createWriteStream, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { groupSpecs } from './spec-groups.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const logs = join(root, '.local/test');
const minutes = 60_000;
/** The processes of the present steps, ended with us when a person interrupts. */
const running = new Set();
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => {
  for (const { pid } of running) process.kill(-pid, 'SIGTERM');
  process.exit(1);
});

/** The installed command-line tool `name`, run with this Node. */
const tool = (name, ...args) => [join(root, 'node_modules/.bin', name), ...args];

/** Tools make many young objects: with more room for them a check takes a fifth less. Services of stories run as they do elsewhere. */
const ROOM = '--max-semi-space-size=64';

/** Jest hands every module over as if it were run at once and whole; most functions of the packages are never called. */
const LAZY = '--max-lazy';

/** Specs that mostly wait, a transaction held open for 90 s among them: they run beside the others, so that their waiting costs no time. */
const WAITING = ['libs/messaging'];

/** `needed`: without it the rest makes no sense. `show`: lines worth seeing while it runs. `count`: its own figures. `beside`: at the same time as the step before. */
const steps = [
  { name: 'bootstrap', command: [process.execPath, 'deploy/local/bootstrap.mjs'], needed: true },
  { name: 'generate', command: tool('nx', 'run', 'contracts:generate'), needed: true },
  { name: 'contracts', command: tool('buf', 'lint', 'proto') },
  { name: 'contracts-breaking', command: breaking() },
  { name: 'build', command: tool('nx', 'run-many', '-t', 'build'), needed: true, count: nxTasks },
  // Without what it depends on, which is built: nx would put the generated contracts down anew while those beside read them.
  { name: 'lint', command: tool('nx', 'run-many', '-t', 'lint-all', 'types', '--excludeTaskDependencies'), count: nxTasks },
  { name: 'boundaries', command: ['npm', 'run', '--silent', 'boundaries'], beside: true },
  { name: 'openapi', command: ['npm', 'run', '--silent', 'openapi:check'] },
  jest('specs', ['libs', 'services', 'deploy'], { workers: 3, without: WAITING }),
  { ...jest('waiting', WAITING, { workers: 1 }), beside: true },
  jest('stories', ['e2e'], { workers: 2 }),
];

/** Against the last release; before the first one there is nothing to break, so the step only says so. */
function breaking() {
  const { stdout } = spawnSync('git', ['describe', '--tags', '--abbrev=0', '--match', 'v*'], { cwd: root, encoding: 'utf8' });
  const tag = stdout?.trim();
  if (!tag) return [process.execPath, '-e', 'console.log("no release tag yet: nothing to compare with")'];
  return tool('buf', 'breaking', 'proto', '--against', `.git#tag=${tag},subdir=proto`);
}

function nxTasks(output) {
  const failed = /Failed tasks:\s+((?:- \S+\s+)+)/.exec(output)?.[1].match(/- /g)?.length ?? 0;
  return { passed: output.match(/^\s*✔ {2}nx run /gm)?.length ?? 0, failed };
}

/** The specs below some folders; stories run after the others, since each starts a platform of its own processes. */
function jest(name, folders, { workers, without = [] }) {
  const summary = join(logs, `${name}.json`);
  const count = () => {
    if (!existsSync(summary)) return undefined;
    const { numPassedTests, numFailedTests, numRuntimeErrorTestSuites } = JSON.parse(readFileSync(summary, 'utf8'));
    return { passed: numPassedTests, failed: numFailedTests + numRuntimeErrorTestSuites };
  };
  const names = () => (existsSync(summary) ? failedTests(JSON.parse(readFileSync(summary, 'utf8'))) : []);
  const groups = join(logs, 'groups', name);
  const roots = ['libs', 'services', 'deploy', 'e2e', relative(root, groups)].map((folder) => `--roots=<rootDir>/${folder}`);
  const command = () => [process.execPath, ROOM, LAZY, ...tool('jest'), ...roots, `--maxWorkers=${workers}`, '--json', `--outputFile=${summary}`,
    '--runTestsByPath', ...groupSpecs({ root, folder: groups, folders, without })];
  return { name, command, count, names, show: /^(PASS|FAIL) /, limit: 15 * minutes, before: () => rmSync(summary, { force: true }) };
}

/** Each failed test with the first line of what was wrong; a file that could not be run by its name. */
function failedTests({ testResults }) {
  return testResults.filter(({ status }) => status === 'failed').flatMap(({ name, message, assertionResults }) => {
    const failed = assertionResults.filter(({ status }) => status === 'failed');
    const lines = failed.length ? failed.map(({ fullName, failureMessages }) => [fullName, failureMessages[0]]) : [[relative(root, name), message]];
    return lines.map(([title, said]) => `${title}: ${String(said).trim().split('\n')[0]}`);
  });
}

/** What a step counted: its own figures, else its last "N passed, N failed", else one for the whole. */
function countOf(step, code, output) {
  const said = [...output.matchAll(/(\d+) passed, (\d+) failed/g)].pop();
  const counted = step.count?.(output) ?? (said ? { passed: Number(said[1]), failed: Number(said[2]) } : undefined);
  const { passed, failed } = counted ?? { passed: code === 0 ? 1 : 0, failed: 0 };
  return { passed, failed: code === 0 ? failed : Math.max(failed, 1) };
}

/** Runs one step in its own process group, so that a hanging one is ended whole. */
function run(step) {
  const [command, ...args] = typeof step.command === 'function' ? step.command() : step.command;
  const nodeOptions = [process.env.NODE_OPTIONS, ...(step.name === 'stories' ? [] : [ROOM])].filter(Boolean).join(' ');
  const env = { ...process.env, NODE_OPTIONS: nodeOptions, NX_DAEMON: 'false', NX_NO_CLOUD: 'true', NO_COLOR: '1', FORCE_COLOR: '0', NX_TASKS_RUNNER_DYNAMIC_OUTPUT: 'false' };
  const log = createWriteStream(join(logs, `${step.name}.log`));
  const child = spawn(command, args, { cwd: root, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  running.add(child);
  let output = '';
  const take = (chunk) => {
    output += chunk;
    log.write(chunk);
    for (const line of String(chunk).split('\n')) if (step.show?.test(line)) console.log(`    ${line}`);
  };
  child.stdout.setEncoding('utf8').on('data', take);
  child.stderr.setEncoding('utf8').on('data', take);
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      take(`\nended after ${(step.limit ?? 10 * minutes) / minutes} minutes\n`);
      process.kill(-child.pid, 'SIGKILL');
    }, step.limit ?? 10 * minutes);
    child.on('error', (error) => take(`${error.message}\n`));
    child.on('close', (code) => {
      clearTimeout(timer);
      log.end();
      running.delete(child);
      resolve({ code: code ?? 1, output });
    });
  });
}

/** The steps in their order, those that run at the same time together. */
function groups(chosen) {
  return chosen.reduce((found, step) => (step.beside && found.length ? [...found.slice(0, -1), [...found.at(-1), step]] : [...found, [step]]), []);
}

/** Runs a step and tells how it went. */
async function told(step) {
  console.log(`▶ ${step.name}`);
  const start = Date.now();
  step.before?.();
  const { code, output } = await run(step);
  const { passed, failed } = countOf(step, code, output);
  console.log(`  ${failed ? '✖' : '✔'} ${step.name}: ${passed} passed, ${failed} failed, ${((Date.now() - start) / 1000).toFixed(1)} s`);
  if (failed) console.log(`${output.trimEnd().split('\n').slice(-120).join('\n')}\n  whole log: .local/test/${step.name}.log`);
  return { needed: step.needed, passed, failed, names: failed ? (step.names?.() ?? [`step ${step.name}`]) : [] };
}

async function main(chosen) {
  const unknown = chosen.filter((name) => !steps.some((step) => step.name === name));
  if (unknown.length) throw new Error(`no step ${unknown.join(', ')}; there are ${steps.map(({ name }) => name).join(', ')}`);
  mkdirSync(logs, { recursive: true });
  const total = { passed: 0, failed: 0, names: [] };
  for (const group of groups(steps.filter(({ name }) => !chosen.length || chosen.includes(name)))) {
    const results = await Promise.all(group.map(told));
    for (const { passed, failed, names } of results) {
      total.passed += passed;
      total.failed += failed;
      total.names.push(...names);
    }
    if (results.some(({ needed, failed }) => needed && failed)) break;
  }
  for (const name of total.names) console.log(`  ✖ ${name}`);
  console.log(`${total.passed} passed, ${total.failed} failed`);
  process.exitCode = total.failed || !total.passed ? 1 : 0;
}

await main(process.argv.slice(2));
