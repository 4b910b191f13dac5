import type { SpecPlatform } from '../../spec/platform-fixture.js';
import { startStoryPlatform } from '../../spec/story-platform.js';
import { neverDone, runChunk } from './campaign.js';
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

describe('stock, issue, returns and stocktakes over HTTP against a model', () => {
  const compared = nothingCompared();

  it('P-2 to P-10, H-1 to H-7, F-1: 12 long sequences go as it says, and allowedActions is true', async () => {
    expect(await runChunk(world, { seed: 3, sequences: 12, most: 40 }, compared)).toBeUndefined();
  }, 240_000);

  it('P-2 to P-10: so do 88 short ones', async () => {
    expect(await runChunk(world, { seed: 4, sequences: 88, most: 3 }, compared)).toBeUndefined();
  }, 240_000);

  it('no kind of command was left out', () => {
    expect(compared.sequences).toBe(100);
    expect(neverDone(compared)).toEqual([]);
  });
});
