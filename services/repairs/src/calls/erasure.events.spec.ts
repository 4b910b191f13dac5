import { CallAnonymisedSchema, CallErasureService, CallIntakeService, SupportService, CustomerAnonymisedSchema, CustomerChangedSchema, InstallationFailedSchema, QualityReportService } from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import { tablesHolding } from '@aftercare/testing';
import { calls, goodRecord, phoneCall, startRepairs, type RepairsWorld } from '../repairs.fixture.js';

const CANARY = { name: '皇甫金丝雀', phone: '13987650001', street: '金丝雀路7号' };
/** What people write is not what is stored. */
const WORDS = { text: '皇甫女士，住弄堂77号，电 021-64330077', pieces: ['皇甫女士', '弄堂77号', '64330077'] };

let world: RepairsWorld;
beforeAll(async () => {
  world = await startRepairs();
});
afterAll(() => world.service.stop());

const standing = async (): Promise<string[]> => (await Promise.all([...Object.values(CANARY), ...WORDS.pieces].map((text) => tablesHolding(world.service, text)))).flat();
const erase = async (customerId: string, eventId = newId(), installationIds: string[] = [], writtenUntil = ''): Promise<void> => {
  await world.service.publish(CustomerAnonymisedSchema, { customerId, dealerId: world.dealerId, installationIds, writtenUntil }, { eventId });
  await world.service.drain();
};
const changed = async (customerId: string, mergedInto = ''): Promise<void> => {
  await world.service.publish(CustomerChangedSchema, { customerId, dealerId: world.dealerId, fields: [], version: 1, mergedInto });
  await world.service.drain();
};

/** A call of the customer in which everybody wrote the customer's name, solved and confirmed. */
async function finishedCall(customerId: string): Promise<string> {
  const manager = calls(world, { ...world.manager, idempotencyKey: newId() });
  const opened = await manager.openCall({
    ...phoneCall, customerId, contactName: CANARY.name, contactPhone: CANARY.phone, address: { regionCode: '310104', detail: CANARY.street },
    symptoms: `${CANARY.name} 家滴水`, unitDescription: `${CANARY.name} 家主卫的龙头`, intake: { who: CANARY.name, where: CANARY.street },
  });
  await calls(world, world.manager).revealCall({ id: opened.id, reason: `回电 ${CANARY.name} ${CANARY.phone}，${WORDS.text}` });
  await calls(world, world.manager).exportCalls({ customerId, reason: WORDS.text });
  const assigned = await calls(world, world.manager).assignCall({ id: opened.id, version: 1, technicianUserId: world.technicianId });
  const special = await calls(world, world.technician).markSpecial({ id: opened.id, version: assigned.version, reason: 'remote_area' });
  const solved = await calls(world, world.technician).recordRepair({
    ...goodRecord, id: opened.id, version: special.version, toldCustomer: `${CANARY.name} 已知，${WORDS.text}`,
    faults: [{ faultDescription: `${CANARY.name} 报滴水`, cause: '阀芯磨损', action: '更换阀芯' }],
  });
  const refused = await calls(world, world.manager).refuseCall({ id: opened.id, version: solved.version, reason: `${CANARY.name} 不满意，${WORDS.text}` });
  await calls(world, world.clerk).cancelCall({ id: opened.id, version: refused.version, reason: `${CANARY.name} 搬走，${WORDS.text}`, askedBy: `${CANARY.name}，${WORDS.text}` });
  return opened.id;
}

describe('the copies of an anonymised customer', () => {
  it('C-5: are erased from every table, once; clocks, codes and technical texts stay', async () => {
    await changed(world.customerId);
    const id = await finishedCall(world.customerId);
    const before = await calls(world, world.clerk).getCall({ id });
    expect((await standing()).length).toBeGreaterThan(4);
    const eventId = newId();
    for (const told of [eventId, eventId, newId()]) await erase(world.customerId, told);
    expect(await standing()).toEqual([]);
    await calls(world, world.clerk).revealCall({ id, reason: WORDS.text });
    expect(await standing()).toEqual([]);
    const after = await calls(world, world.clerk).getCall({ id });
    expect(after).toMatchObject({
      contactName: '***', contactPhone: '', addressDetail: '', symptoms: '***', regionCode: '310104', state: 'cancelled', version: before.version + 1,
      customerId: world.customerId, clocks: before.clocks,
    });
    expect(after.records[0]).toMatchObject({ toldCustomer: '***', faults: [{ faultDescription: '*** 报滴水', cause: '阀芯磨损', action: '更换阀芯' }] });
    expect(after.history.filter(({ action }) => action === 'extend').map(({ reason }) => reason)).toEqual(before.history.filter(({ action }) => action === 'extend').map(({ reason }) => reason));
    const { items } = await calls(world, world.manager).listCalls({ customerId: world.customerId });
    expect(items[0]).toMatchObject({ contactName: '***', contactPhone: '', symptoms: '***' });
  });

  it.each([['before', true], ['after', false]] as const)('C-1, C-5: are erased when the merge is told %s the erasure', async (_when, mergeFirst) => {
    const [merged, surviving] = [newId(), newId()];
    for (const id of [merged, surviving]) await changed(id);
    await finishedCall(merged);
    if (mergeFirst) await changed(merged, surviving);
    await erase(surviving);
    if (!mergeFirst) await changed(merged, surviving);
    await erase(merged);
    expect(await standing()).toEqual([]);
  });

  it('C-4, C-5: a report about the customer’s failed installation keeps serials and photos, not what people wrote', async () => {
    const [customerId, installationId] = [newId(), newId()];
    await world.service.publish(InstallationFailedSchema, {
      installationId, dealerId: world.dealerId, unitId: world.unitId, serial: 'SN-0001', failedAt: '2026-03-01T02:00:00Z',
    });
    await world.service.drain();
    const reports = world.service.client(QualityReportService, world.manager);
    const report = (await reports.listQualityReports({})).items.find(({ state }) => state === 'due');
    if (!report) throw new Error('no report was opened');
    const { version } = await reports.submitQualityReport({
      id: report.id, version: report.version, description: `${CANARY.name} 家漏水`, cause: '密封圈', action: `更换，告知 ${CANARY.name}`, affectedSerials: ['SN-0001'],
    });
    await erase(customerId, newId(), [installationId]);
    expect(await standing()).toEqual([]);
    expect(await reports.getQualityReport({ id: report.id })).toMatchObject({ description: '***', cause: '***', action: '***', affectedSerials: ['SN-0001'], version });
  });

  it('C-4, C-5: of an erasure of before that is told again the reports of then go, once; that of a later installation is of whoever owned the unit then', async () => {
    const installationIds = [newId(), newId()];
    const reports = world.service.client(QualityReportService, world.manager);
    const until: string[] = [];
    for (const [at, installationId] of installationIds.entries()) {
      await world.service.publish(InstallationFailedSchema, { installationId, dealerId: world.dealerId, unitId: world.unitId, serial: 'SN-0001', failedAt: await world.service.now() });
      await world.service.drain();
      const report = (await reports.listQualityReports({})).items.find(({ state }) => state === 'due');
      if (!report) throw new Error('no report was opened');
      await reports.submitQualityReport({ id: report.id, version: report.version, description: ['夜莺家漏水', '画眉家漏水'][at], cause: '密封圈', action: '更换', affectedSerials: ['SN-0001'] });
      until.push(await world.service.now());
      await world.service.moveClock('1h');
    }
    const logged = () => world.service.sql(`select from audit_entry where action = 'anonymise' and kind = 'quality-report'`);
    const before = (await logged()).length;
    for (let times = 0; times < 2; times += 1) await erase(newId(), newId(), installationIds, until[0]);
    expect([await tablesHolding(world.service, '夜莺'), await tablesHolding(world.service, '画眉')]).toEqual([[], ['quality_report']]);
    expect(await logged()).toHaveLength(before + 1);
  });

  it('C-2, C-4, C-5: the report of an installation that failed at the next owner’s stays when the former owner goes, one of before goes', async () => {
    const [passedOn, own] = [newId(), newId()];
    const reports = world.service.client(QualityReportService, world.manager);
    const passedAt = await world.service.now();
    await world.service.moveClock('1h');
    for (const [installationId, description] of [[passedOn, '黄鹂家漏水'], [own, '苍鹭家漏水']]) {
      await world.service.publish(InstallationFailedSchema, { installationId, dealerId: world.dealerId, unitId: world.unitId, serial: 'SN-0001', failedAt: await world.service.now() });
      await world.service.drain();
      const report = (await reports.listQualityReports({})).items.find(({ state }) => state === 'due');
      if (!report) throw new Error('no report was opened');
      await reports.submitQualityReport({ id: report.id, version: report.version, description, cause: '砂眼', action: '更换', affectedSerials: ['SN-0001'] });
    }
    const told = { customerId: newId(), dealerId: world.dealerId, installationIds: [passedOn, own], passedOn: [{ ref: passedOn, writtenUntil: passedAt }] };
    await world.service.publish(CustomerAnonymisedSchema, told);
    await world.service.drain();
    expect([await tablesHolding(world.service, '苍鹭'), await tablesHolding(world.service, '黄鹂')]).toEqual([[], ['quality_report']]);
    await world.service.publish(CustomerAnonymisedSchema, { ...told, customerId: newId(), passedOn: [] });
    await world.service.drain();
    expect(await tablesHolding(world.service, '黄鹂')).toEqual([]);
  });

  it('C-5: nobody opens a call for the erased file any more, nor for one that was merged into it', async () => {
    const [customerId, merged] = [newId(), newId()];
    for (const id of [customerId, merged]) await changed(id);
    await changed(merged, customerId);
    await erase(customerId);
    await changed(customerId);
    for (const id of [customerId, merged]) {
      await expect(calls(world, world.manager).openCall({ ...phoneCall, customerId: id })).rejects.toMatchObject({ code: 'failed_precondition', reason: 'CUSTOMER_ANONYMISED' });
    }
  });

  it('C-5: a call that is opened while its customer is erased is erased or refused', async () => {
    for (let time = 0; time < 5; time += 1) {
      const customerId = newId();
      await changed(customerId);
      const open = () => calls(world, world.manager).openCall({ ...phoneCall, customerId, contactName: CANARY.name }).catch(() => null);
      await Promise.all([open(), open(), erase(customerId), open(), open()]);
    }
    await world.service.drain();
    expect(await standing()).toEqual([]);
    expect(await world.service.sql(`select 1 from repair_call where contact_name = '***' and state in ('new', 'received', 'assigned', 'on_site')`)).toEqual([]);
  });

  it('C-5, R-2: a call that is open when its customer is erased is cancelled with its clock, since nobody can be visited', async () => {
    const customerId = newId();
    await changed(customerId);
    const { id, version } = await calls(world, world.manager).openCall({ ...phoneCall, customerId });
    await calls(world, world.manager).assignCall({ id, version, technicianUserId: world.technicianId });
    await erase(customerId);
    const after = await calls(world, world.clerk).getCall({ id });
    expect(after).toMatchObject({ state: 'cancelled', contactName: '***' });
    expect(after.clocks[0].stoppedAt).not.toBe('');
    expect(after.history.at(-1)).toMatchObject({ action: 'cancel', fromState: 'assigned', toState: 'cancelled', reason: 'customer_anonymised', role: 'system' });
  });

  it('C-5, R-11: names, phones and addresses of his files go from texts of calls that others answered for, and so do contacts of before a correction', async () => {
    const [customerId, merged] = [newId(), newId()];
    for (const id of [customerId, merged]) await changed(id);
    await changed(merged, customerId);
    const words = ['司马旧名', '0571-88886666', '白堤路3号'];
    const manager = calls(world, world.manager);
    const opened = await manager.openCall({ ...phoneCall, customerId, contactName: '诸葛误记', contactPhone: '021-55556666' });
    const help = world.service.client(CallIntakeService, world.manager);
    const { version } = await help.correctCall({ id: opened.id, version: 1, fields: ['contactName', 'contactPhone'], contactName: '李阿姨', contactPhone: '13900001111', reason: '听错' });
    await manager.assignCall({ id: opened.id, version, technicianUserId: world.technicianId });
    const question = '司马旧名家（白堤路3号，电 88886666）水压低，诸葛误记 02155556666';
    await world.service.client(SupportService, world.technician).requestSupport({ id: opened.id, kind: 'support', question });
    await calls(world, world.technician).recordRepair({
      ...goodRecord, id: opened.id, version: (await manager.getCall({ id: opened.id })).version, faults: [{ faultDescription: '司马旧名报滴水', cause: '阀芯磨损', action: '更换，告知诸葛误记 0571 8888 6666' }],
    });
    const system = world.service.client(CallErasureService, world.service.ctx({ role: 'system', userId: '' }));
    await system.keepErasureWords({ customerIds: [customerId, merged], words });
    const pieces = [...words, '88886666', '8888 6666', '诸葛误记', '55556666'];
    const left = async () => (await Promise.all(pieces.map((text) => tablesHolding(world.service, text)))).flat();
    expect((await left()).length).toBeGreaterThan(4);
    for (const id of [merged, customerId]) await erase(id);
    expect(await left()).toEqual([]);
    expect((await calls(world, world.clerk).getCall({ id: opened.id })).records[0]?.faults).toMatchObject([{ faultDescription: '***报滴水', cause: '阀芯磨损', action: '更换，告知*** ***' }]);
  });

  it('C-5: only services say who a person is', async () => {
    await expect(world.service.client(CallErasureService, world.supervisor).keepErasureWords({ customerIds: [newId()], words: ['x'] })).rejects.toMatchObject({ reason: 'ROLE_NOT_ALLOWED' });
  });

  it('R-5: outside of an erasure a record is still only added to', async () => {
    const customerId = newId();
    await changed(customerId);
    await finishedCall(customerId);
    await expect(world.service.sql(`update repair_record set told_customer = 'x'`)).rejects.toThrow(/only ever added to/);
    await erase(customerId);
  });

  it('C-5: photos go with the person, and whoever keeps something by the call is told', async () => {
    const [customerId, photo] = [newId(), { id: newId(), sha256: 'c'.repeat(64) }];
    await changed(customerId);
    const { id } = await calls(world, world.manager).openCall({ ...phoneCall, customerId, photos: [photo] });
    await erase(customerId);
    expect(await calls(world, world.manager).getCall({ id })).toMatchObject({ contactName: '***', photos: [] });
    const told = await world.service.sql<{ payload: string }>('select payload from outbox where event_type = $1', [CallAnonymisedSchema.typeName]);
    const own = told.map(({ payload }) => JSON.parse(payload) as { callId: string; attachmentIds?: string[] }).filter(({ callId }) => callId === id);
    expect(own).toEqual([expect.objectContaining({ attachmentIds: [photo.id] })]);
  });

  it('C-1, C-5: of an erasure of before that is told again his calls are told again as well, once, and stay as they are', async () => {
    const [customerId, merged] = [newId(), newId()];
    for (const each of [customerId, merged]) await changed(each);
    await changed(merged, customerId);
    const { id } = await calls(world, world.manager).openCall({ ...phoneCall, customerId });
    for (const each of [customerId, merged]) await erase(each);
    const before = await calls(world, world.clerk).getCall({ id });
    const until = await world.service.now();
    await world.service.moveClock('1h');
    for (const each of [customerId, merged]) await erase(each, newId(), [], until);
    const told = await world.service.sql<{ payload: string }>(`select payload from outbox where event_type = $1 and payload::jsonb ->> 'callId' = $2 order by occurred_at`, [CallAnonymisedSchema.typeName, id]);
    expect(told.map(({ payload }) => JSON.parse(payload) as object)).toMatchObject([{ writtenUntil: '' }, { dealerId: world.dealerId, attachmentIds: [], writtenUntil: until }]);
    expect(await calls(world, world.clerk).getCall({ id })).toEqual(before);
  });
});
