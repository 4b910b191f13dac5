import { join } from 'node:path';
import { ROOT } from '../../../../deploy/local/platform.mjs';
import { startSpecPlatform } from '../../spec/platform-fixture.js';
import { playChunks, runMain, say, tellMismatch, type Failure } from '../chunks.js';
import { readOptions, type ModelOptions } from '../options.js';
import { neverDone, runChunk, told } from './campaign.js';
import { inWords, readProgress, writeProgress } from './progress.js';
import { makePartsWorld, MODEL_SERVICES, type PartsWorld } from './world.js';

const CHUNK = 20;
const MAX_COMMANDS = 40;
/** From so many sequences on each kind of command must have been done. */
const ENOUGH = 100;

/**
 * `npm run model:parts [-- --seed N --sequences 2000 --from K]`: plays random sequences of stock, issue, claims, returns and stocktakes over HTTP on
 * a platform of its own and holds every answer and list against the model. What held is kept under `.local/model`; the same seed goes on from
 * there. A mismatch is printed with seed, path and the shortest sequence that shows it, and is played again with `--from`, `--path` and `--replay`.
 */
async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  const platform = await startSpecPlatform({ services: MODEL_SERVICES });
  try {
    const world = await makePartsWorld(platform.running, platform.admin);
    const failure = await play(world, options);
    if (failure) tellMismatch(failure, options);
  } finally {
    await platform.stop();
  }
}

/** Plays, and lets the world go whatever came of it. */
async function play(world: PartsWorld, options: ModelOptions): Promise<Failure> {
  try {
    return await run(world, options);
  } finally {
    await world.close();
  }
}

async function run(world: PartsWorld, options: ModelOptions): Promise<Failure> {
  const file = join(ROOT, '.local', 'model', `parts-${options.seed}.json`);
  const progress = readProgress(file, options.seed);
  const failure = await playChunks(options, {
    file, progress, size: CHUNK,
    play: ({ at: _at, ...chunk }) => runChunk(world, { ...chunk, most: MAX_COMMANDS }, progress.compared),
    kept: () => {
      writeProgress(file, progress);
      return inWords(progress);
    },
  });
  if (failure || options.path) return failure;
  say(told(progress.compared));
  const never = neverDone(progress.compared);
  if (progress.done >= ENOUGH && never.length > 0) {
    say(`never done: ${never.join(', ')}`);
    process.exitCode = 1;
  }
  return undefined;
}

runMain(main);
