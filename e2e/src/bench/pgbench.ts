import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { databasesOf } from '../http/running.js';
import type { Target } from './target.js';

const CLIENTS = '10';

/**
 * What PostgreSQL itself reaches with the floor's read, as pgbench counts it: a floor far below its usual share of this
 * (0.2 to 0.45) tells of a disturbed run. Null where pgbench is not installed.
 */
export async function pgbench(target: Target): Promise<{ readPerSecond: number } | null> {
  const { floor: url = '' } = databasesOf(target.platform.postgres.superuserUrl, ['floor']);
  const folder = mkdtempSync(join(tmpdir(), 'aftercare-pgbench-'));
  try {
    const script = join(folder, 'read.sql');
    writeFileSync(script, `select * from repair_call where id = '${target.floor.callIds[0]}';\n`);
    const run = spawnSync('pgbench', ['-n', '-M', 'prepared', '-c', CLIENTS, '-j', '2', '-T', '3', '-f', script, url], { encoding: 'utf8' });
    const tps = /tps = ([\d.]+)/.exec(run.stdout ?? '')?.[1];
    return tps ? { readPerSecond: Math.round(Number(tps)) } : null;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
