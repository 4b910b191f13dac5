import { existsSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { oneAtATime, testServers } from '@aftercare/testing';
import { preparePlatform } from '../../../deploy/local/platform.mjs';
import { makeFirstAdmin, SPEC_PLATFORM, startSpecPlatform, type SpecPlatform, type SpecPlatformOptions } from './platform-fixture.js';

/** A platform of its own for one spec file, from a copy of the folder that the first file of this jest run prepared. */
export async function startStoryPlatform(options: SpecPlatformOptions = {}): Promise<SpecPlatform> {
  return startSpecPlatform({ ...options, from: await prepared(), parent: dirname(testServers().folder) });
}

function prepared(): Promise<string> {
  const dir = join(testServers().folder, 'platform');
  return oneAtATime('prepared platform', async () => {
    if (existsSync(dir)) return dir;
    const making = `${dir}-making`;
    rmSync(making, { recursive: true, force: true });
    await preparePlatform({ ...SPEC_PLATFORM, dir: making }, makeFirstAdmin);
    renameSync(making, dir);
    return dir;
  });
}
