import {
  CertificateRevokedSchema, DealerChangedSchema, DealerFileService, PurchaseDateProvedSchema, SettingChangedSchema, TechnicianCertifiedSchema,
  CallRoutedSchema, TechnicianStandingChangedSchema, TrainingAttendedSchema, UnitSoldSchema,
} from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import { deliver, fileOf, januaryOf, PERIOD, specEvent, startInsights, tell, type InsightsWorld, type SpecEvent } from '../insights.fixture.js';

let world: InsightsWorld;
const [first, second, child] = [newId(), newId(), newId()];
beforeAll(async () => {
  world = await startInsights();
  await tell(world, januaryOf({ id: first, code: 'A' }));
  await tell(world, januaryOf({ id: second, code: 'B', late: 9, firstFix: 2 }));
  await tell(world, januaryOf({ id: child, code: 'C', late: 0 }));
  await tell(world, [specEvent(SettingChangedSchema, { key: 'support.callsMin', value: '5', effectiveFrom: '2025-01-01', version: 1 }, '2025-01-01T00:00:00.000Z')]);
  await world.service.drain();
}, 60_000);
afterAll(() => world?.service.stop());

const files = (given: Parameters<InsightsWorld['service']['ctx']>[0]) => world.service.client(DealerFileService, world.service.ctx(given));
const manager = (dealerId: string, childDealerIds: string[] = []) => files({ role: 'dealer_manager', dealerId, dealerStatus: 'active', childDealerIds });

describe('the dealer file', () => {
  it('D-4: calls, on-time rates, special share, first-time-fix, repeat calls and parts of a period', async () => {
    const { figures } = await fileOf(world, first);
    expect(figures).toMatchObject({
      calls: 10, cancelled: 1, resolved: 9, open: 0, measured24: 9, within24: 7, onTime24Percent: '77.8', within48: 9, onTime48Percent: '100.0',
      special: 2, specialPercent: '22.2', firstVisit: 8, firstFixPercent: '88.9', repeated: 0, repeatPercent: '0.0',
      partsUsed: 10, partsPer100Calls: '111.1', unitsSold: 10, callsPer100Units: '90.0', trained: 1, certified: 1,
    });
  });

  it('D-4, W-4: a unit counts on the day of purchase last proved, also when that is told before its sale', async () => {
    const sold = async (to: string) => (await fileOf(world, first, { from: '2025-12-01', to })).figures?.unitsSold;
    expect([await sold('2025-12-03'), await sold('2025-12-08')]).toEqual([9, 10]);
    const [unitId, proved] = [newId(), (purchaseDate: string, version: number) => specEvent(PurchaseDateProvedSchema, { unitId, dealerId: first, purchaseDate, version }, '2026-01-10T00:00:00.000Z')];
    await tell(world, [proved('2025-12-06', 4), proved('2025-12-02', 3), specEvent(UnitSoldSchema, { unitId, dealerId: first, purchaseDate: '2025-12-01' }, '2026-01-09T00:00:00.000Z')]);
    await world.service.drain();
    expect([await sold('2025-12-03'), await sold('2025-12-08')]).toEqual([9, 11]);
  });

  it('D-4, D-5: trainings of the period and certificates valid at its end, by family', async () => {
    expect((await fileOf(world, first)).skills).toMatchObject([{ family: 'faucet', passed: 1, failed: 0, absent: 0, certified: 1, expired: 0 }]);
    expect((await fileOf(world, first, { to: '2026-01-03' })).skills).toEqual([]);
    expect((await fileOf(world, first, { from: '2026-02-01', to: '2026-02-28' })).skills).toMatchObject([{ passed: 0, certified: 1 }]);
  });

  it('D-4, H-1: holdings with their age and what is overdue, at the end of the period', async () => {
    const file = await fileOf(world, first);
    expect(file.holdings).toMatchObject([{ number: 'P-A', name: '阀芯', quantity: 3, overdue: 3, days30: 3, days60: 0 }]);
    expect(file.figures).toMatchObject({ holdings: 3, overdue: 3 });
    const earlier = await fileOf(world, first, { to: '2026-01-14' });
    expect(earlier.figures).toMatchObject({ holdings: 3, overdue: 0 });
    const before = await fileOf(world, first, { to: '2026-01-04' });
    expect(before.figures).toMatchObject({ holdings: 5, overdue: 0 });
    const later = await fileOf(world, first, { to: '2026-03-14' });
    expect(later.holdings).toMatchObject([{ days60: 0, days90: 3 }]);
  });

  it('D-4, D-7: monthly reports due in the period, submitted late or still missing', async () => {
    expect((await fileOf(world, first)).figures).toMatchObject({ reportsDue: 2, reportsLate: 1, reportsMissing: 1 });
    expect((await fileOf(world, first)).network).toMatchObject({ reportsLate: '1.0', reportsMissing: '1.0' });
    expect((await fileOf(world, first, { from: '2026-01-04' })).figures).toMatchObject({ reportsDue: 0, reportsLate: 0, reportsMissing: 0 });
  });

  it('D-4, D-6: records checked by spot checks closed in the period, their mean score and the false ones', async () => {
    expect((await fileOf(world, first)).figures).toMatchObject({ recordsChecked: 3, spotCheckScore: '61.0', falseRecords: 1 });
    expect((await fileOf(world, first)).network).toMatchObject({ spotCheckScore: '61.0' });
    expect((await fileOf(world, first, { to: '2026-01-19' })).figures).toMatchObject({ recordsChecked: 0, spotCheckScore: '', falseRecords: 0 });
  });

  it('D-4: any period, half-open: the day behind the last one does not count', async () => {
    expect((await fileOf(world, first, { from: '2026-01-02', to: '2026-01-03' })).figures?.calls).toBe(2);
    expect((await fileOf(world, first, { from: '2025-01-01', to: '2025-12-31' })).figures).toMatchObject({ calls: 0, onTime24Percent: '', firstFixPercent: '' });
  });

  it('D-4: per region, and narrowed to one', async () => {
    const file = await fileOf(world, first);
    expect(file.regions.map(({ key, calls }) => [key, calls])).toEqual([['310104', 6], ['320106', 4]]);
    expect(file.regionsCompleteFrom).toBe('');
    const jiangsu = await fileOf(world, first, { region: '320000' });
    expect(jiangsu.figures).toMatchObject({ calls: 4, partsUsed: 0 });
    await expect(fileOf(world, first, { region: '999999' })).rejects.toMatchObject({ reason: 'REGION_UNKNOWN' });
  });

  it('D-4: beside the network\'s median', async () => {
    const { network } = await fileOf(world, first);
    expect(network).toMatchObject({ dealers: 3, onTime24Percent: '77.8', firstFixPercent: '88.9', calls: '10.0' });
  });

  it('D-4: a dealer reads no median that few dealers are behind, nor any other dealer\'s figure', async () => {
    const file = await manager(second).getDealerFile({ dealerId: second, ...PERIOD });
    expect(file.figures).toMatchObject({ within24: 1 });
    expect(file.network).toBeUndefined();
    expect(file.parts[0]).toMatchObject({ quantity: 10, networkPer100Calls: '' });
    expect(JSON.stringify(file)).not.toContain(first);
  });

  it('D-4: the figures say what support is needed', async () => {
    const [training] = (await fileOf(world, second)).supportNeeded;
    expect(training).toMatchObject({
      kind: 'training', subject: 'faucet', figures: [{ figure: 'firstFixPercent', value: '22.2', compared: '88.9', threshold: '10', setting: 'support.firstFixGapPoints' }],
    });
    expect(training.text).not.toBe('');
    expect((await fileOf(world, first)).supportNeeded).toEqual([]);
  });

  it('D-4: a manager reads his own and his children\'s; another dealer\'s and a missing one look the same', async () => {
    const parent = manager(first, [child]);
    await expect(parent.getDealerFile({ dealerId: first, ...PERIOD })).resolves.toMatchObject({ code: 'A' });
    await expect(parent.getDealerFile({ dealerId: child, ...PERIOD })).resolves.toMatchObject({ code: 'C' });
    const foreign = await parent.getDealerFile({ dealerId: second, ...PERIOD }).catch((error: unknown) => error);
    const missing = await parent.getDealerFile({ dealerId: newId(), ...PERIOD }).catch((error: unknown) => error);
    expect(foreign).toMatchObject({ code: 'not_found' });
    expect(foreign).toEqual(missing);
  });

  it('D-4: who has no business with it is refused', async () => {
    for (const role of ['dealer_technician', 'warehouse_keeper', 'finance_clerk', 'admin'] as const) {
      await expect(files({ role, dealerId: role === 'dealer_technician' ? first : null }).getDealerFile({ dealerId: first, ...PERIOD })).rejects.toMatchObject({ reason: 'ROLE_NOT_ALLOWED' });
    }
    await expect(manager(first).listDealerFiles(PERIOD)).rejects.toMatchObject({ reason: 'ROLE_NOT_ALLOWED' });
  });

  it('D-4: a period that is none is refused', async () => {
    for (const wrong of [{ from: '2026-02-01', to: '2026-01-31' }, { from: '2020-01-01', to: '2026-02-01' }, { from: '2026-02-30', to: '2026-03-01' }]) {
      await expect(fileOf(world, first, wrong)).rejects.toMatchObject({ reason: 'PERIOD_INVALID' });
    }
  });
});

describe('the list of files', () => {
  const codes = async (sort: string, limit = 200): Promise<string[]> => {
    const found: string[] = [];
    for (let cursor = ''; ;) {
      const page = await files({ role: 'service_clerk' }).listDealerFiles({ ...PERIOD, page: { limit, cursor, sort } });
      found.push(...page.items.map(({ code }) => code));
      if (page.nextCursor === '') return found;
      cursor = page.nextCursor;
    }
  };

  it('D-4: all dealers side by side, sorted by what is worst', async () => {
    expect(await codes('')).toEqual(['A', 'B', 'C']);
    expect(await codes('onTime24')).toEqual(['B', 'A', 'C']);
    expect((await codes('firstFix'))[0]).toBe('B');
    await expect(codes('dealerId')).rejects.toMatchObject({ reason: 'SORT_UNKNOWN' });
  });

  it('D-4: pages of one name every dealer once, whatever it is sorted by', async () => {
    for (const sort of ['code', '-calls', 'onTime24', 'firstFix', '-repeat', '-overdue']) expect((await codes(sort, 1)).sort()).toEqual(['A', 'B', 'C']);
  });

  it('D-4: a page goes on under the sort it was made for only', async () => {
    const list = (sort: string, cursor = '') => files({ role: 'service_clerk' }).listDealerFiles({ ...PERIOD, page: { limit: 1, sort, cursor } });
    const { nextCursor } = await list('onTime24');
    for (const sort of ['firstFix', '-calls', '']) await expect(list(sort, nextCursor)).rejects.toMatchObject({ reason: 'CURSOR_INVALID' });
    await expect(list('code', (await list('')).nextCursor)).resolves.toMatchObject({ items: [{ code: 'B' }] });
  });

  it('D-4: a row holds the same figures as the file', async () => {
    const { items } = await files({ role: 'auditor' }).listDealerFiles(PERIOD);
    const { figures } = await fileOf(world, second);
    const { id: _id, code: _code, name: _name, status: _status, regionCode: _region, $typeName: _type, ...row } = items[1] as unknown as Record<string, unknown>;
    expect(figures).toMatchObject(row);
  });

  it('those who ask for the same at once get one computation, and the next one a new', async () => {
    const many = jest.spyOn(world.service.database, 'many');
    const ask = () => files({ role: 'service_clerk' }).listDealerFiles(PERIOD);
    const answers = await Promise.all(Array.from({ length: 8 }, ask));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    const computed = many.mock.calls.length;
    expect(computed).toBeLessThan(8);
    await ask();
    expect(many.mock.calls.length).toBe(computed + 1);
    many.mockRestore();
  });
});

describe('the dealer file after corrections', () => {
  it('D-4, D-5: a corrected result counts, and a revoked certificate ends the day before, in whatever order they are told', async () => {
    const [dealerId, technicianId, trainingId, certificateId] = [newId(), newId(), newId(), newId()];
    const [at, held] = ['2026-01-05T00:00:00.000Z', { technicianId, dealerId, family: 'faucet', validFrom: '2026-01-05', validUntil: '2027-01-05' }];
    const attended = { trainingId, technicianId, dealerId, family: 'faucet', heldOn: '2026-01-05' };
    await tell(world, [
      specEvent(DealerChangedSchema, { dealerId, code: 'D', name: '经销商D', nameEn: 'D', status: 'active', territoryRegionCodes: [], version: 1, regionCode: '310104' }, at),
      specEvent(TrainingAttendedSchema, { ...attended, result: 'failed', version: 3 }, at),
      specEvent(TrainingAttendedSchema, { ...attended, result: 'passed', version: 2 }, at),
      specEvent(CertificateRevokedSchema, { ...held, certificateId, userId: newId(), revokedFrom: '2026-01-20', holdsUntil: '2026-01-19', version: 2 }, at),
      specEvent(TechnicianCertifiedSchema, { ...held, certificateId, userId: newId(), holdsUntil: held.validUntil, version: 1 }, at),
    ]);
    await world.service.drain();
    expect((await fileOf(world, dealerId)).skills).toMatchObject([{ family: 'faucet', passed: 0, failed: 1, certified: 0, expired: 1 }]);
    expect((await fileOf(world, dealerId, { to: '2026-01-19' })).skills).toMatchObject([{ certified: 1, expired: 0 }]);
  });
});

describe('the dealer file of one whose technicians leave', () => {
  const at = '2026-01-05T00:00:00.000Z';
  const orders = { 'as it happened': (events: SpecEvent[]) => events, 'backwards': (events: SpecEvent[]) => [...events].reverse() };
  const standing = (dealerId: string, technicianId: string, told: { active: boolean; changedOn: string; version: number }) =>
    specEvent(TechnicianStandingChangedSchema, { dealerId, technicianId, userId: newId(), ...told }, at);
  const certified = (dealerId: string, technicianId: string) => specEvent(TechnicianCertifiedSchema, {
    technicianId, dealerId, userId: newId(), family: 'faucet', validFrom: '2026-01-02', validUntil: '2026-02-20', certificateId: newId(), holdsUntil: '2026-02-20', version: 1,
  }, at);
  const known = (dealerId: string, code: string) => specEvent(DealerChangedSchema, {
    dealerId, code, name: `经销商${code}`, nameEn: code, status: 'active', territoryRegionCodes: [], version: 1, regionCode: '310104',
  }, at);
  const called = (dealerId: string) => Array.from({ length: 5 }, (_each, of) => specEvent(CallRoutedSchema, {
    callId: newId(), dealerId, receivedAt: `2026-01-0${of + 1}T01:00:00.000Z`, regionCode: '310104', family: 'faucet', version: 1,
  }, at));
  /** Who is certified up to a day, as the figures, the skills and the needs of the file say it. */
  async function counted(dealerId: string, to: string) {
    const { figures, skills, supportNeeded } = await fileOf(world, dealerId, { to });
    const needs = supportNeeded.flatMap(({ kind, figures: evidence }) => evidence.map(({ figure }) => `${kind} ${figure}`));
    return { certified: [figures?.certified, skills[0]?.certified ?? 0], expired: skills[0]?.expired ?? 0, needs };
  }

  it.each(Object.entries(orders))('D-4, D-5: whoever is given no more work is certified for nothing from that day on, told %s', async (_how, ordered) => {
    const [dealerId, stays, leaves] = [newId(), newId(), newId()];
    await tell(world, ordered([
      known(dealerId, `L${dealerId.slice(-6)}`), certified(dealerId, stays), certified(dealerId, leaves), ...called(dealerId),
      standing(dealerId, leaves, { active: false, changedOn: '2026-01-10', version: 1 }),
      standing(dealerId, stays, { active: false, changedOn: '2026-01-20', version: 1 }),
      standing(dealerId, stays, { active: true, changedOn: '2026-01-25', version: 2 }),
    ]));
    await world.service.drain();
    expect(await counted(dealerId, '2026-01-09')).toEqual({ certified: [2, 2], expired: 0, needs: [] });
    expect(await counted(dealerId, '2026-01-10')).toEqual({ certified: [1, 1], expired: 0, needs: [] });
    expect(await counted(dealerId, '2026-01-24')).toEqual({ certified: [0, 0], expired: 0, needs: ['training certified'] });
    expect(await counted(dealerId, '2026-01-25')).toEqual({ certified: [1, 1], expired: 0, needs: [] });
    // Of the two whose certificate ended only who is given work is to be trained again.
    expect(await counted(dealerId, '2026-02-21')).toEqual({ certified: [0, 0], expired: 1, needs: ['training certified'] });
    expect((await files({ role: 'auditor' }).listDealerFiles({ ...PERIOD, to: '2026-01-24', page: { limit: 200 } })).items.find(({ id }) => id === dealerId)).toMatchObject({ certified: 0 });
  });

  it.each(Object.entries(orders))('D-4, D-5: of what is told for one day the newest counts, and twice is once, told %s', async (_how, ordered) => {
    const [dealerId, technicianId] = [newId(), newId()];
    const words = [false, true, false].map((active, of) => standing(dealerId, technicianId, { active, changedOn: '2026-01-10', version: of + 1 }));
    await tell(world, ordered([known(dealerId, `W${dealerId.slice(-6)}`), ...called(dealerId), certified(dealerId, technicianId), ...words]));
    await deliver(world, words[1]);
    await world.service.drain();
    expect(await counted(dealerId, '2026-01-09')).toMatchObject({ certified: [1, 1] });
    expect(await counted(dealerId, '2026-01-31')).toMatchObject({ certified: [0, 0], needs: ['training certified'] });
  });
});
