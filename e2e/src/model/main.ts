import { join } from 'node:path';
import { ROOT } from '../../../deploy/local/platform.mjs';
import { compareClocks } from '../clocks/compare.js';
import { untilTold } from '../clocks/until-told.js';
import { Api } from '../http/api.js';
import { startSpecPlatform } from '../spec/platform-fixture.js';
import { makeCallWorld, MODEL_SERVICES, type CallWorld } from './call-world.js';
import { runChunk, type Failure } from './campaign.js';
import { readOptions, type ModelOptions } from './options.js';
import { readProgress, told, writeProgress } from './progress.js';

const CHUNK = 50;
const MAX_COMMANDS = 100;

let interrupted = false;

/**
 * `npm run model:calls [-- --seed N --sequences 2000 --from K]`: plays random lives of calls over HTTP on a platform of its own and holds
 * state, allowedActions and every attempt against the model. What held is kept under `.local/model`; the same seed goes on from there.
 * A mismatch is printed with seed, path and the shortest sequence that shows it, and is played again with `--from`, `--path` and `--replay`.
 */
async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => { interrupted = true; });
  const platform = await startSpecPlatform({ services: MODEL_SERVICES });
  try {
    const world = await makeCallWorld(platform.running, platform.admin, new Api(platform.running.url));
    const failure = await run(world, options).finally(() => world.close());
    if (failure) return fail(failure, options);
    await untilTold(platform.running.databases.repairs ?? '');
    const { compared, differences } = await compareClocks(platform.admin);
    say(`${compared} calls, ${differences.length} clocks that differ from their events`);
    if (differences.length > 0) process.exitCode = 1;
  } finally {
    await platform.stop();
  }
}

/** Plays chunk after chunk up to the last sequence, a mismatch or an interruption. */
async function run(world: CallWorld, { seed, sequences, from, path, replay }: ModelOptions): Promise<Failure> {
  const file = join(ROOT, '.local', 'model', `calls-${seed}.json`);
  const progress = readProgress(file, seed);
  const began = Date.now() - progress.seconds * 1_000;
  let next = Math.floor((from ?? progress.done) / CHUNK) * CHUNK;
  say(`seed ${seed}, sequences ${next} to ${sequences}, progress in ${file}`);
  for (; next < sequences && !interrupted; next += CHUNK) {
    const chunk = next / CHUNK;
    const failure = await runChunk(world, {
      seed: (seed * 1_009 + chunk) % 0x7fffffff, sequences: Math.min(CHUNK, sequences - next), maxCommands: MAX_COMMANDS, checked: chunk % 2 === 0, path, replay,
    }, progress.compared);
    if (failure) {
      say(`the mismatch lies in the chunk from sequence ${next} on`);
      return failure;
    }
    if (path) return undefined;
    Object.assign(progress, { done: Math.max(progress.done, Math.min(next + CHUNK, sequences)), seconds: (Date.now() - began) / 1_000 });
    writeProgress(file, progress);
    say(told(progress));
  }
  say(`0 mismatches with seed ${seed}${next < sequences ? `, interrupted: the same command goes on at ${next}` : ''}`);
  return undefined;
}

function fail({ seed, path, counterexample, why, shrunk }: NonNullable<Failure>, options: ModelOptions): void {
  say(`MISMATCH: ${why}\n${counterexample}\nseed ${options.seed} (of the chunk: ${seed}), path ${path}, shrunk ${shrunk} times`);
  process.exitCode = 1;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
});
