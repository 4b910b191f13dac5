import { Client } from 'pg';
import { Tally } from '../chaos/tally.js';
import { AckLog } from '../check/ack-log.js';
import { accountFor } from '../clocks/account.js';
import { clockCampaign, faultsIn, reportOf } from '../clocks/campaign.js';
import { compareClocks } from '../clocks/compare.js';
import { makeClockStage } from '../clocks/stage.js';
import { untilTold } from '../clocks/until-told.js';
import { Api } from '../http/api.js';
import type { SpecPlatform } from '../spec/platform-fixture.js';
import { startStoryPlatform } from '../spec/story-platform.js';
import { makeCallWorld, MODEL_SERVICES, type CallWorld } from './call-world.js';
import { runChunk } from './campaign.js';
import { nothingCompared } from './compare.js';

let platform: SpecPlatform;
let world: CallWorld;
beforeAll(async () => {
  platform = await startStoryPlatform({ services: MODEL_SERVICES });
  world = await makeCallWorld(platform.running, platform.admin, new Api(platform.running.url));
}, 240_000);
afterAll(async () => {
  await world?.close();
  await platform?.stop();
}, 60_000);

describe('the life of a call over HTTP against a model', () => {
  const compared = nothingCompared(false);
  const ways = [['a clerk files what was confirmed', true, 1], ['it is filed at once', false, 2]] as const;

  it.each(ways)('R-2, R-3, R-6, R-9, R-10, R-12, R-13: where %s, 50 short lives go as it says, and allowedActions is true', async (_title, checked, seed) => {
    expect(await runChunk(world, { seed, sequences: 50, maxCommands: 60, checked }, compared)).toBeUndefined();
  }, 180_000);

  it('R-2, R-4: these lives led far, and every clock is what the events of its call say', async () => {
    expect(compared.commands).toBeGreaterThan(200);
    expect(compared.taken.size).toBeGreaterThan(30);
    await untilTold(platform.running.databases.repairs ?? '');
    expect(await compareClocks(platform.admin)).toMatchObject({ differences: [] });
  }, 60_000);
});

describe('the clocks of calls while processes are killed', () => {
  let ids: string[];

  it('R-3, R-4: every warning, breach and escalation is told once, to everybody it concerns, with its moment', async () => {
    const stage = await makeClockStage(platform.admin);
    const tools = { patience: { acks: AckLog.create(null), tally: new Tally() }, say: () => undefined };
    const report = await clockCampaign(platform, stage, { calls: 40, kills: 2, seed: 11, tickMinutes: 180 }, tools);
    expect(faultsIn(report) === 0 ? '' : reportOf(report)).toBe('');
    expect(report).toMatchObject({ calls: 40, kills: { repairs: 2 } });
    ids = report.ids;
  }, 180_000);

  it('R-4: and the account sees a notice that is lost, one told twice, one with another moment, and a breach that moved', async () => {
    const before = await accountFor(platform.running.databases, ids);
    const gateway = new Client({ connectionString: platform.running.databases.gateway });
    const repairs = new Client({ connectionString: platform.running.databases.repairs });
    await Promise.all([gateway.connect(), repairs.connect()]);
    const breach = `from notice where kind = 'call.sla_breach' and document_id = any($1) order by id limit 1 offset`;
    await gateway.query(`delete from notice where id = (select id ${breach} 0)`, [ids]);
    await gateway.query(`insert into notice select (jsonb_populate_record(n, jsonb_build_object('id', gen_random_uuid()))).* from notice n where id = (select id ${breach} 1)`, [ids]);
    await gateway.query(`update notice set params = params || '{"at":"2026-01-01T00:00:00.000Z"}' where id = (select id ${breach} 3)`, [ids]);
    await repairs.query(`update call_clock set breached_at = breached_at + interval '1 second' where id = (select id from call_clock where breached_at is not null and call_id = any($1) limit 1)`, [ids]);
    await Promise.all([gateway.end(), repairs.end()]);
    const { missing, doubled, wrongMoment, unfounded } = await accountFor(platform.running.databases, ids);
    expect({ missing, doubled, wrongMoment, unfounded }).toEqual({ missing: before.missing + 1, doubled: 1, wrongMoment: 2, unfounded: 0 });
  });
});
