import { check } from '../check/check.js';
import { photo } from '../http/photo.js';
import type { SpecPlatform } from '../spec/platform-fixture.js';
import { startStoryPlatform } from '../spec/story-platform.js';
import { sendHostile, stillHostile, type Outcome } from './send.js';
import { HOSTILE_UPLOADS } from './uploads.js';

let world: SpecPlatform;
beforeAll(async () => {
  world = await startStoryPlatform({ services: ['gateway'] });
}, 120_000);
afterAll(() => world?.stop(), 60_000);

describe('hostile uploads', () => {
  const outcomes = new Map<string, Outcome>();
  let pid: number | null | undefined;

  it('X-3: there are at least forty of them, no two alike', () => {
    pid = world.platform.services.gateway?.pid;
    expect(new Set(HOSTILE_UPLOADS.map(({ what }) => what)).size).toBe(HOSTILE_UPLOADS.length);
    expect(HOSTILE_UPLOADS.length).toBeGreaterThanOrEqual(40);
  });

  it.each(HOSTILE_UPLOADS.map((upload) => [upload.ends, upload.what, upload] as const))('X-3: %s: %s', async (ends, what, upload) => {
    const outcome = await sendHostile(world.admin, upload);
    outcomes.set(what, outcome);
    if (ends === 'neutralised') {
      expect(outcome).toMatchObject({ status: 201 });
      expect(await stillHostile(world.admin, outcome.id)).toEqual([]);
      return;
    }
    // Whoever goes on sending after the refusal may find the connection closed before he reads it.
    expect(outcome.status === 0 || (outcome.status >= 400 && outcome.status < 500 && /^[A-Z_]+$/.test(outcome.reason)) ? 'refused' : outcome).toBe('refused');
  }, 40_000);

  it('X-3: no process exits, an honest photo is taken afterwards, and of what was refused nothing is kept (I12)', async () => {
    expect(await world.admin.upload(await photo(5), 'photo.jpg', 'image/jpeg')).toMatchObject({ sha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(world.platform.services.gateway).toMatchObject({ pid, restarts: 0 });
    const { verdicts } = await check(world.running, { drainMs: 0 });
    expect(verdicts.find(({ id }) => id === 'I12')?.violations).toEqual([]);
    expect(['200 MB', '10 000 parts', '0 bytes'].map((what) => outcomes.get(what)?.reason)).toEqual(['FILE_TOO_LARGE', 'FILES_TOO_MANY', 'FILE_MISSING']);
    expect([...outcomes.values()].filter(({ id }) => id !== '')).toHaveLength(HOSTILE_UPLOADS.filter(({ ends }) => ends === 'neutralised').length);
  });
});
