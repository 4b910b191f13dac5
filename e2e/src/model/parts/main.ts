import { join } from 'node:path';
import { ROOT } from '../../../../deploy/local/platform.mjs';
import { startSpecPlatform } from '../../spec/platform-fixture.js';
import { readOptions, type ModelOptions } from '../options.js';
import { neverDone, runChunk, told, type Failure } from './campaign.js';
import { inWords, readProgress, writeProgress } from './progress.js';
import { makePartsWorld, MODEL_SERVICES, type PartsWorld } from './world.js';

const CHUNK = 20;
const MAX_COMMANDS = 40;
/** From so many sequences on each kind of command must have been done. */
const ENOUGH = 100;

let interrupted = false;

/**
 * `npm run model:parts [-- --seed N --sequences 2000 --from K]`: plays random sequences of stock, issue, returns and stocktakes over HTTP on
 * a platform of its own and holds every answer and list against the model. What held is kept under `.local/model`; the same seed goes on from
 * there. A mismatch is printed with seed, path and the shortest sequence that shows it, and is played again with `--from`, `--path` and `--replay`.
 */
async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => { interrupted = true; });
  const platform = await startSpecPlatform({ services: MODEL_SERVICES });
  try {
    const world = await makePartsWorld(platform.running, platform.admin);
    const failure = await run(world, options).finally(() => world.close());
    if (failure) fail(failure, options);
  } finally {
    await platform.stop();
  }
}

/** Plays chunk after chunk up to the last sequence, a mismatch or an interruption. */
async function run(world: PartsWorld, { seed, sequences, from, path, replay }: ModelOptions): Promise<Failure> {
  const file = join(ROOT, '.local', 'model', `parts-${seed}.json`);
  const progress = readProgress(file, seed);
  const began = Date.now() - progress.seconds * 1_000;
  let next = Math.floor((from ?? progress.done) / CHUNK) * CHUNK;
  say(`seed ${seed}, sequences ${next} to ${sequences}, progress in ${file}`);
  for (; next < sequences && !interrupted; next += CHUNK) {
    const chunk = { seed: (seed * 1_009 + next / CHUNK) % 0x7fffffff, sequences: Math.min(CHUNK, sequences - next), most: MAX_COMMANDS, path, replay };
    const failure = await runChunk(world, chunk, progress.compared);
    if (failure) {
      say(`the mismatch lies in the chunk from sequence ${next} on`);
      return failure;
    }
    if (path) return undefined;
    Object.assign(progress, { done: Math.max(progress.done, Math.min(next + CHUNK, sequences)), seconds: (Date.now() - began) / 1_000 });
    writeProgress(file, progress);
    say(inWords(progress));
  }
  say(told(progress.compared));
  const never = neverDone(progress.compared);
  if (progress.done >= ENOUGH && never.length > 0) {
    say(`never done: ${never.join(', ')}`);
    process.exitCode = 1;
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
