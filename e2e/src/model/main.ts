import { join } from 'node:path';
import { ROOT } from '../../../deploy/local/platform.mjs';
import { compareClocks } from '../clocks/compare.js';
import { untilTold } from '../clocks/until-told.js';
import { Api } from '../http/api.js';
import { startSpecPlatform } from '../spec/platform-fixture.js';
import { makeCallWorld, MODEL_SERVICES, type CallWorld } from './call-world.js';
import { runChunk } from './campaign.js';
import { playChunks, runMain, say, tellMismatch, type Failure } from './chunks.js';
import { readOptions, type ModelOptions } from './options.js';
import { readProgress, told, writeProgress } from './progress.js';

const CHUNK = 50;
const MAX_COMMANDS = 100;

/**
 * `npm run model:calls [-- --seed N --sequences 2000 --from K]`: plays random lives of calls over HTTP on a platform of its own and holds
 * state, allowedActions and every attempt against the model. What held is kept under `.local/model`; the same seed goes on from there.
 * A mismatch is printed with seed, path and the shortest sequence that shows it, and is played again with `--from`, `--path` and `--replay`.
 */
async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  const platform = await startSpecPlatform({ services: MODEL_SERVICES });
  try {
    const world = await makeCallWorld(platform.running, platform.admin, new Api(platform.running.url));
    const failure = await play(world, options);
    if (failure) return tellMismatch(failure, options);
    await untilTold(platform.running.databases.repairs ?? '');
    const { compared, differences } = await compareClocks(platform.admin);
    say(`${compared} calls, ${differences.length} clocks that differ from their events`);
    if (differences.length > 0) process.exitCode = 1;
  } finally {
    await platform.stop();
  }
}

/** Plays, and lets the world go whatever came of it. */
async function play(world: CallWorld, options: ModelOptions): Promise<Failure> {
  try {
    return await run(world, options);
  } finally {
    await world.close();
  }
}

function run(world: CallWorld, options: ModelOptions): Promise<Failure> {
  const file = join(ROOT, '.local', 'model', `calls-${options.seed}.json`);
  const progress = readProgress(file, options.seed);
  return playChunks(options, {
    file, progress, size: CHUNK,
    play: ({ at, ...chunk }) => runChunk(world, { ...chunk, maxCommands: MAX_COMMANDS, checked: at % 2 === 0 }, progress.compared),
    kept: () => {
      writeProgress(file, progress);
      return told(progress);
    },
  });
}

runMain(main);
