import type { SpecPlatform } from '../../spec/platform-fixture.js';
import { startStoryPlatform } from '../../spec/story-platform.js';
import { neverDone, runChunk, told } from './campaign.js';
import { nothingCompared } from './sequence.js';
import { makePartsWorld, MODEL_SERVICES, type PartsWorld } from './world.js';

let platform: SpecPlatform;
let world: PartsWorld;
beforeAll(async () => {
  platform = await startStoryPlatform({ services: MODEL_SERVICES });
  world = await makePartsWorld(platform.running, platform.admin);
}, 240_000);
afterAll(async () => {
  await world?.close();
  await platform?.stop();
}, 60_000);

/** Seeds of long sequences that together do every kind of command. */
const LONG = [5066, 5088, 5118, 5050, 5016, 5049, 5037];
/** After the rest was charged, and before. */
const FREED = ['freed', 'disputed'] as const;
const SEQUENCES = 100;

describe('stock, issue, returns and stocktakes over HTTP against a model', () => {
  const compared = nothingCompared();

  it.each(LONG)('P-2 to P-10, H-1 to H-7, F-1: sequence %i of up to 40 commands goes as it says, and allowedActions is true', async (seed) => {
    expect(await runChunk(world, { seed, sequences: 1, most: 40 }, compared)).toBeUndefined();
  }, 120_000);

  it.each(FREED)('P-8, H-7: so does one in which what a count had met is free again, %s', async (start) => {
    expect(await runChunk(world, { seed: 1, sequences: 1, most: 34, start }, compared)).toBeUndefined();
  }, 120_000);

  it('P-2 to P-10: so do short ones, and no kind of command was left out', async () => {
    expect(await runChunk(world, { seed: 1, sequences: 1, most: 11, start: 'called off' }, compared)).toBeUndefined();
    for (const start of ['lost', 'damaged'] as const) expect(await runChunk(world, { seed: 1, sequences: 1, most: 24, start }, compared)).toBeUndefined();
    expect(await runChunk(world, { seed: 1, sequences: SEQUENCES - LONG.length - FREED.length - 3, most: 3 }, compared)).toBeUndefined();
    process.stdout.write(`${told(compared)}\n`);
    expect(compared.sequences).toBe(SEQUENCES);
    expect(neverDone(compared)).toEqual([]);
  }, 240_000);
});
