import { SpotCheckClosedSchema, SpotCheckService } from '@aftercare/contracts';
import { businessDate, newId } from '@aftercare/domain';
import { calls, noticesOf, resolvedCall, startRepairs, type RepairsWorld } from '../repairs.fixture.js';
import { CHECK_POINTS } from './spot-check.rules.js';

let world: RepairsWorld;
let today: string;
beforeAll(async () => {
  world = await startRepairs();
  today = businessDate(await world.service.now());
  for (let at = 0; at < 4; at += 1) {
    const { id, version } = await resolvedCall(world);
    await calls(world, world.technician).confirmCall({ id, version, method: 'signature', evidence: { id: newId(), sha256: 'ab'.repeat(32) } });
  }
  await resolvedCall(world);
});
afterAll(() => world?.service.stop());

const reason = (text: string) => expect.objectContaining({ reason: text });
const checks = (ctx = world.clerk) => world.service.client(SpotCheckService, ctx);
const asked = () => ({ dealerId: world.dealerId, from: today, to: today, sampleSize: 2 });
const answers = (visit = 'yes') => CHECK_POINTS.map((point) => ({ point, answer: point === 'visit' ? visit : 'yes' }));

async function drawn(seed = '') {
  const { id } = await checks().drawSpotCheck({ ...asked(), seed });
  return checks().getSpotCheck({ id });
}

describe('spot checks', () => {
  it('D-6: a sample of the filed records of the period is drawn; its seed gives the same records again', async () => {
    const check = await drawn('Q1-2026');
    expect(check).toMatchObject({ state: 'open', seed: 'Q1-2026', population: 4, drawHolds: true, checked: 0, score: '' });
    expect(check.items).toHaveLength(2);
    expect((await drawn('Q1-2026')).items.map(({ callId }) => callId)).toEqual(check.items.map(({ callId }) => callId));
    expect((await drawn()).seed).toMatch(/^[0-9a-f]{12}$/);
    await world.service.sql('update spot_check set population = array_remove(population, $2::uuid) where id = $1', [check.id, check.items[0]?.callId]);
    expect(await checks().getSpotCheck({ id: check.id })).toMatchObject({ population: 3, drawHolds: false });
  });

  it('D-6: drawn by clerk or supervisor alone, of a dealer there is, a period and records there are', async () => {
    await expect(checks(world.manager).drawSpotCheck(asked())).rejects.toThrow(reason('ROLE_NOT_ALLOWED'));
    await expect(checks().drawSpotCheck({ ...asked(), dealerId: newId() })).rejects.toThrow(reason('NOT_FOUND'));
    await expect(checks().drawSpotCheck({ ...asked(), dealerId: world.otherDealerId })).rejects.toThrow(reason('NOTHING_TO_CHECK'));
    await expect(checks().drawSpotCheck({ ...asked(), to: '2099-01-01' })).rejects.toThrow(reason('PERIOD_INVALID'));
    await expect(checks().drawSpotCheck({ ...asked(), sampleSize: 51 })).rejects.toThrow(reason('SAMPLE_SIZE_INVALID'));
  });

  it('D-6: each record is scored with finding and guidance; a false record is told to the supervisor; the figures are told', async () => {
    const { id, items: [first, second] } = await drawn();
    const score = (item: { id: string; version: number }, said: object) => checks().scoreSpotCheckItem({ id, itemId: item.id, version: item.version, outcome: 'checked', answers: answers(), ...said });
    await expect(score(first!, { answers: answers('no') })).rejects.toThrow(reason('FINDING_MISSING'));
    await expect(score(first!, { falseRecord: true, finding: '无人上门', guidance: '须如实记录' })).rejects.toThrow(reason('FALSE_RECORD_UNDISPUTED'));
    await expect(score(first!, { answers: [] })).rejects.toThrow(reason('POINTS_INCOMPLETE'));
    await expect(score({ id: newId(), version: 1 }, {})).rejects.toThrow(reason('NOT_FOUND'));
    await score(first!, { outcome: 'unreachable', answers: [] });
    await expect(score(first!, {})).rejects.toThrow(reason('STALE_VERSION'));
    await score({ ...first!, version: 2 }, {});
    await expect(checks().closeSpotCheck({ id, version: 1 })).rejects.toThrow(reason('ITEMS_OPEN'));
    await score(second!, { answers: answers('no'), falseRecord: true, finding: '无人上门', guidance: '须如实记录' });
    const closed = await checks().closeSpotCheck({ id, version: 1, guidance: '加强培训' });
    expect(closed.state).toBe('closed');
    expect((await noticesOf(world, id)).map(({ kind, role }) => `${kind} ${role}`)).toEqual(['spot_check.false_record service_supervisor', 'spot_check.closed dealer_manager']);
    const [event] = await world.service.sql<{ payload: string }>('select payload from outbox where event_type = $1 and payload like $2', [SpotCheckClosedSchema.typeName, `%${id}%`]);
    expect(JSON.parse(event!.payload)).toMatchObject({ dealerId: world.dealerId, drawn: 2, checked: 2, unreachable: 0, falseRecords: 1, scoreSum: 100, closedOn: today });
    await expect(score({ ...second!, version: 2 }, {})).rejects.toThrow(reason('STEP_NOT_ALLOWED'));
    expect((await checks().listSpotChecks({ falseRecords: true })).items).toEqual([expect.objectContaining({ id, drawn: 2, falseRecords: 1, score: '50.0', state: 'closed' })]);
  });

  it('D-6: the dealer sees a check once it is closed, with findings and guidance, and takes note; another dealer never', async () => {
    const { id, items } = await drawn();
    const dealer = checks(world.manager);
    await expect(dealer.getSpotCheck({ id })).rejects.toThrow(reason('NOT_FOUND'));
    await expect(dealer.acknowledgeSpotCheck({ id })).rejects.toThrow(reason('NOT_FOUND'));
    expect((await dealer.listSpotChecks({})).items.map((item) => item.id)).not.toContain(id);
    for (const item of items) await checks().scoreSpotCheckItem({ id, itemId: item.id, version: 1, outcome: 'checked', answers: answers('no'), finding: '迟到', guidance: '守时' });
    await checks().closeSpotCheck({ id, version: 1 });
    const seen = await dealer.getSpotCheck({ id });
    expect(seen).toMatchObject({ score: '83.0', acknowledgedAt: '', items: [{ finding: '迟到', guidance: '守时', score: '83' }, {}] });
    await dealer.acknowledgeSpotCheck({ id });
    const { version } = await dealer.acknowledgeSpotCheck({ id });
    expect(await checks().getSpotCheck({ id })).toMatchObject({ acknowledgedBy: world.manager.userId, version });
    await expect(checks(world.otherManager).getSpotCheck({ id })).rejects.toThrow(reason('NOT_FOUND'));
    await expect(checks(world.otherManager).acknowledgeSpotCheck({ id })).rejects.toThrow(reason('NOT_FOUND'));
    expect((await checks(world.otherManager).listSpotChecks({})).items).toEqual([]);
    await expect(checks(world.technician).getSpotCheck({ id })).rejects.toThrow(reason('ROLE_NOT_ALLOWED'));
  });
});
