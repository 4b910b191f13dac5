import { InstallationFailedSchema, CallService, FaultCatalogueService, QualityReportService, QualityReviewService, UnitDispatchedSchema } from '@aftercare/contracts';
import { businessDate, newId } from '@aftercare/domain';
import { assignedCall, calls, goodRecord, noticesOf, phoneCall, startRepairs, type RepairsWorld } from '../repairs.fixture.js';

let world: RepairsWorld;
beforeAll(async () => {
  world = await startRepairs();
});
afterAll(() => world.service.stop());

const reason = (text: string) => expect.objectContaining({ reason: text });
const reports = (ctx = world.manager) => world.service.client(QualityReportService, ctx);

/** An installation fails elsewhere; twice the same event is one report. */
async function failedInstallation(technicianUserId = ''): Promise<string> {
  const installationId = newId();
  const event = { installationId, unitId: world.unitId, serial: 'SN-0001', dealerId: world.dealerId, technicianUserId };
  const eventId = await world.service.publish(InstallationFailedSchema, event);
  await world.service.publish(InstallationFailedSchema, event, { eventId });
  await world.service.drain();
  const rows = await world.service.sql<{ id: string }>('select id from quality_report where origin_id = $1', [installationId]);
  expect(rows).toHaveLength(1);
  return rows[0]!.id;
}

describe('quality reports', () => {
  it('C-4, R-7: a failed installation opens one report at once, due in 24 hours, and the quality engineer is told', async () => {
    const id = await failedInstallation();
    const report = await reports().getQualityReport({ id });
    expect(report).toMatchObject({ state: 'due', originKind: 'installation', overdue: false });
    expect((await noticesOf(world, id)).map(({ kind, role }) => `${kind} ${role}`)).toEqual([
      'quality_report.due quality_engineer', 'quality_report.due dealer_manager',
    ]);
  });

  it('domain 1: a technician sees the reports of his own installations alone, in the list and by name', async () => {
    const [own, other, nobodys] = [await failedInstallation(world.technicianId), await failedInstallation(world.colleagueId), await failedInstallation()];
    const mechanic = reports(world.technician);
    expect(await mechanic.getQualityReport({ id: own })).toMatchObject({ id: own });
    for (const id of [other, nobodys]) await expect(mechanic.getQualityReport({ id })).rejects.toThrow(reason('NOT_FOUND'));
    const listed = async (by: typeof mechanic) => (await by.listQualityReports({ originKind: 'installation' })).items.map((item) => item.id).filter((id) => [own, other, nobodys].includes(id));
    expect(await listed(mechanic)).toEqual([own]);
    expect(await listed(reports())).toHaveLength(3);
  });

  it('R-7: a report that was opened without its technician is his as soon as the installation is told', async () => {
    const { id: reportId } = await world.service.client(QualityReviewService, world.manager).markInstallationDesignDefect({ id: world.installationId, reason: '结构' });
    await world.service.sql('update quality_report set technician_user_id = null where id = $1', [reportId]);
    await expect(reports(world.technician).getQualityReport({ id: reportId })).rejects.toThrow(reason('NOT_FOUND'));
    await world.service.publish(InstallationFailedSchema, { installationId: world.installationId, unitId: world.unitId, serial: 'SN-0001', dealerId: world.dealerId, technicianUserId: world.technicianId });
    await world.service.drain();
    expect(await reports(world.technician).getQualityReport({ id: reportId })).toMatchObject({ id: reportId });
  });

  it('R-7: handed in whole by the dealer; incomplete, twice or by others it is refused', async () => {
    const id = await failedInstallation();
    const draft = { id, version: 1, description: '接口渗水', cause: '密封圈缺失', action: '补装', affectedSerials: ['SN-0002'], lot: 'L7' };
    await expect(reports().submitQualityReport({ ...draft, cause: '' })).rejects.toThrow(reason('REPORT_INCOMPLETE'));
    await expect(reports().submitQualityReport({ ...draft, visibleDamage: true })).rejects.toThrow(reason('EVIDENCE_MISSING'));
    await expect(reports(world.clerk).submitQualityReport(draft)).rejects.toThrow(reason('ROLE_NOT_ALLOWED'));
    await expect(reports(world.otherManager).submitQualityReport(draft)).rejects.toThrow(reason('NOT_FOUND'));
    expect(await reports().submitQualityReport(draft)).toMatchObject({ state: 'submitted', version: 2 });
    await expect(reports().submitQualityReport({ ...draft, version: 2 })).rejects.toThrow(reason('STEP_NOT_ALLOWED'));
    expect((await reports(world.otherManager).listQualityReports({})).items).toEqual([]);
    expect((await reports().listQualityReports({ state: 'submitted' })).items.map((item) => item.id)).toContain(id);
  });
});

describe('the serials that a report names', () => {
  const draft = { version: 1, description: '接口渗水', cause: '密封圈缺失', action: '补装' };
  const registered = async (serial: string, unitId = newId()) => {
    await world.service.publish(UnitDispatchedSchema, { unitId, serial, modelId: newId(), dealerId: world.otherDealerId, dispatchedOn: '2026-01-05' });
    await world.service.drain();
  };
  const shown = async (id: string) => {
    const listed = (await reports(world.clerk).listQualityReports({})).items.find((item) => item.id === id);
    const filtered = (await reports(world.clerk).listQualityReports({ hasUnregisteredSerial: true })).items.some((item) => item.id === id);
    return [(await reports().getQualityReport({ id })).unregisteredSerials, listed?.hasUnregisteredSerial, filtered];
  };

  it('R-7, C-2: one that nobody registered holds no report up; it is shown as such until it is registered, spelled as any other', async () => {
    await registered('SN-0001', world.unitId);
    const id = await failedInstallation();
    expect(await shown(id)).toEqual([[], false, false]);
    await registered('QS-1');
    await reports().submitQualityReport({ ...draft, id, affectedSerials: [' qs-1', 'QS-1', 'qs-9', 'QS-8'] });
    expect((await reports().getQualityReport({ id })).affectedSerials).toEqual(['QS-1', 'QS-9', 'QS-8']);
    expect(await shown(id)).toEqual([['QS-9', 'QS-8'], true, true]);
    for (const serial of ['QS-9', 'QS-8']) await registered(serial);
    expect(await shown(id)).toEqual([[], false, false]);
  });

  it('R-8: one that the answer names is shown in the same way', async () => {
    const id = await failedInstallation();
    await reports().submitQualityReport({ ...draft, id });
    const reviews = world.service.client(QualityReviewService, world.service.ctx({ role: 'quality_engineer' }));
    await reviews.reviewQualityReport({ id, version: 2 });
    await reviews.defineQualityAction({ id, version: 3, answer: '停用', actionSerials: ['qs-1', 'qs-7'] });
    expect((await reports().getQualityReport({ id })).actionSerials).toEqual(['QS-1', 'QS-7']);
    expect(await shown(id)).toEqual([['QS-7'], true, true]);
  });
});

describe('the fault catalogue', () => {
  it('R-16: drafted, published by the supervisor, and only then used in a record', async () => {
    const clerk = world.service.client(FaultCatalogueService, world.clerk);
    const supervisor = world.service.client(FaultCatalogueService, world.supervisor);
    const fault = { kind: 'fault', family: 'faucet', code: 'F01', name: '滴水', nameEn: 'drips' };
    const drafted = await clerk.createFaultCode(fault);
    await expect(clerk.createFaultCode({ ...fault, family: 'basin' })).rejects.toThrow(reason('FAMILY_UNKNOWN'));
    await expect(clerk.createFaultCode(fault)).rejects.toThrow(reason('FAULT_CODE_TAKEN'));
    await expect(clerk.createFaultCode({ ...fault, kind: 'cause', code: 'C01', parentCode: 'F99' })).rejects.toThrow(reason('PARENT_UNKNOWN'));
    await expect(clerk.publishFaultCode({ id: drafted.id, version: 1 })).rejects.toThrow(reason('ROLE_NOT_ALLOWED'));
    const call = await assignedCall(world);
    const record = { ...goodRecord, id: call.id, version: call.version, faults: [{ ...goodRecord.faults[0]!, faultCode: 'F01' }] };
    await expect(calls(world, world.technician).recordRepair(record)).rejects.toThrow(reason('FAULT_CODE_UNKNOWN'));
    await supervisor.publishFaultCode({ id: drafted.id, version: 1 });
    expect((await calls(world, world.technician).recordRepair(record)).state).toBe('resolved');
    expect((await clerk.listFaultCodes({ family: 'faucet' })).items).toEqual([expect.objectContaining({ code: 'F01', state: 'published' })]);
  });
});

describe('facts for parts', () => {
  it('W-6: the event date of a call is the local day it was opened; R-11 and R-12 are kept with it', async () => {
    const opened = await calls(world, world.manager).openCall({ ...phoneCall, intake: { when: '昨晚', howMany: '1', degree: '中' } });
    const call = await calls(world, world.manager).getCall({ id: opened.id });
    expect(call.intake).toMatchObject({ when: '昨晚', degree: '中', where: '' });
    const facts = await world.service.client(CallService, world.manager).getCallFacts({ id: opened.id });
    expect(facts).toMatchObject({ openedOn: businessDate(call.openedAt), dealerId: world.dealerId });
  });

  it('R-12: on site the technician may hand the call back with a reason; the dealer gives it to somebody again', async () => {
    const call = await assignedCall(world);
    await expect(calls(world, world.technician).handBackCall({ id: call.id, version: call.version, reason: '' })).rejects.toThrow(reason('REASON_MISSING'));
    const back = await calls(world, world.technician).handBackCall({ id: call.id, version: call.version, reason: '车辆故障' });
    expect(back.state).toBe('received');
    expect(await calls(world, world.manager).getCall({ id: call.id })).toMatchObject({ technicianUserId: '' });
  });
});

/** Moves the business clock, so it comes last. */
describe('overdue', () => {
  it('R-8: an overdue report is told to supervisor and quality engineer, once', async () => {
    const id = await failedInstallation();
    await world.service.moveClock('25h');
    await world.service.drain();
    const told = (await noticesOf(world, id)).filter(({ kind }) => kind === 'quality_report.overdue').map(({ role }) => role);
    expect(told).toEqual(['service_supervisor', 'quality_engineer']);
    expect((await reports().getQualityReport({ id })).overdue).toBe(true);
  });
});
