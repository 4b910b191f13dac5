// npm run mutants: plants one mistake after the other in a copy of the sources and expects a spec to turn red.
// First the specs run on the unchanged copy: a spec that is red anyway proves nothing. `npm run mutants -- relay` runs
// the mutants whose name contains the word.
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mutants } from './mutant-list.mjs';
import { copyWorkspace, root } from './workspace.mjs';

/** Runs specs in the copy; answers whether all passed, and the output. */
function runSpecs(dir, paths) {
  const args = [join(dir, 'node_modules/jest/bin/jest.js'), '--maxWorkers=2', '--forceExit', ...paths];
  const child = spawn(process.execPath, args, { cwd: dir, env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0' }, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text));
  return new Promise((resolve) => child.on('close', (code) => resolve({ green: code === 0, output })));
}

/** The text with every replacement made; each must fit exactly once, or the mutant has gone stale. */
export function mutate(text, changes) {
  return changes.reduce((mutated, [from, to]) => {
    const found = mutated.split(from).length - 1;
    if (found !== 1) throw new Error(`stands ${found} times, must stand once: ${from}`);
    return mutated.replace(from, () => to);
  }, text);
}

/** The names of the tests that failed. */
const failures = (output) => [...output.matchAll(/^ {2}● (.+)$/gm)].map(([, title]) => title).filter((title, index, all) => all.indexOf(title) === index);

async function prove(dir, { file, changes, spec }) {
  const path = join(dir, file);
  const original = readFileSync(path, 'utf8');
  try {
    writeFileSync(path, mutate(original, changes));
    const { green, output } = await runSpecs(dir, [spec]);
    const red = failures(output);
    if (!green && !red.length) return { killed: false, by: `the spec did not run:\n${output.slice(-2000)}` };
    return { killed: !green, by: red[0] ?? 'no test turned red' };
  } catch (error) {
    return { killed: false, by: `stale: ${error.message}` };
  } finally {
    writeFileSync(path, original);
  }
}

/** A fresh clone has no generated contracts yet, without which no spec runs. */
function generateContracts() {
  const { status, stderr } = spawnSync(join(root, 'node_modules/.bin/nx'), ['run', 'contracts:generate'], { cwd: root, encoding: 'utf8' });
  if (status !== 0) throw new Error(`the contracts could not be generated:\n${stderr}`);
}

async function main(word) {
  generateContracts();
  const chosen = mutants.filter(({ name }) => !word || name.includes(word));
  const { dir, remove } = copyWorkspace('mutants');
  try {
    const specs = [...new Set(chosen.map(({ spec }) => spec))];
    console.log(`unchanged: ${specs.length} spec files`);
    const control = await runSpecs(dir, specs);
    if (!control.green) throw new Error(`the specs are red without any mutant:\n${control.output.slice(-4000)}`);
    let survived = 0;
    for (const mutant of chosen) {
      const start = Date.now();
      const { killed, by } = await prove(dir, mutant);
      if (!killed) survived += 1;
      console.log(`${killed ? 'killed  ' : 'SURVIVED'} ${mutant.name.padEnd(44)} ${((Date.now() - start) / 1000).toFixed(1).padStart(6)} s  ${by}`);
    }
    console.log(`${chosen.length - survived} passed, ${survived} failed`);
    process.exitCode = survived ? 1 : 0;
  } finally {
    remove();
  }
}

if (process.argv[1]?.endsWith('mutants.mjs')) {
  main(process.argv[2]).catch((error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
}
