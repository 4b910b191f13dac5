import { QualityActionDefinedSchema, QualityReportService, QualityReviewService } from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import type { CallContext } from '@aftercare/messaging';
import { assignedCall, calls, goodRecord, noticesOf, phoneCall, startRepairs, type RepairsWorld } from '../repairs.fixture.js';

let world: RepairsWorld;
let engineer: CallContext;
beforeAll(async () => {
  world = await startRepairs();
  engineer = world.service.ctx({ role: 'quality_engineer' });
});
afterAll(() => world?.service.stop());

const reason = (text: string) => expect.objectContaining({ reason: text });
const reports = (ctx = world.manager) => world.service.client(QualityReportService, ctx);
const reviews = (ctx = engineer) => world.service.client(QualityReviewService, ctx);
const kinds = async (id: string) => (await noticesOf(world, id)).map(({ kind, role }) => `${kind} ${role}`);

/** A report on a call, handed in. */
async function submitted(): Promise<{ id: string; version: number }> {
  const call = await assignedCall(world);
  const { id, version } = await reviews(world.technician).markCallDesignDefect({ id: call.id, reason: '阀体结构薄弱' });
  return reports().submitQualityReport({ id, version, description: '阀体开裂', cause: '结构薄弱', action: '加厚', lot: 'L-7' });
}

const answer = { answer: '更换该批次阀体', actionSerials: ['SN-0002'], actionLots: ['L-7'], warnsOthers: true, warning: '请检查 L-7 批次阀体' };

async function answered(): Promise<{ id: string; version: number }> {
  const { id, version } = await submitted();
  const reviewed = await reviews().reviewQualityReport({ id, version });
  return reviews().defineQualityAction({ id, version: reviewed.version, ...answer });
}

describe('design defects', () => {
  it('R-7: anyone marks one on a call at any stage: its report is opened, once; a call that no dealer has waits', async () => {
    const call = await calls(world, world.manager).openCall(phoneCall);
    const keeper = reviews(world.service.ctx({ role: 'warehouse_keeper' }));
    const report = await keeper.markCallDesignDefect({ id: call.id, reason: '接口设计' });
    expect(await reports().getQualityReport({ id: report.id })).toMatchObject({
      state: 'due', originKind: 'repair-call', originId: call.id, basis: 'design_defect', designDefect: true, markReason: '接口设计', readers: [],
    });
    await expect(keeper.markCallDesignDefect({ id: call.id, reason: '再次' })).rejects.toThrow(reason('DESIGN_DEFECT_MARKED'));
    await expect(reviews(world.manager).markCallDesignDefect({ id: call.id, reason: ' ' })).rejects.toThrow(reason('REASON_MISSING'));
    const hotline = await calls(world, world.clerk).openCall({ ...phoneCall, channel: 'hotline' });
    await expect(reviews(world.clerk).markCallDesignDefect({ id: hotline.id, reason: '结构' })).rejects.toThrow(reason('CALL_NOT_ROUTED'));
    await expect(reviews(world.otherManager).markCallDesignDefect({ id: call.id, reason: '结构' })).rejects.toThrow(reason('NOT_FOUND'));
  });

  it('R-7: a report that is there already gets the mark, by hand or by a record, and the quality engineer is told', async () => {
    world.stage.now = 'unboxing';
    const call = await calls(world, world.manager).openCall({ ...phoneCall, unitSerial: 'SN-0001' });
    const assigned = await calls(world, world.manager).assignCall({ id: call.id, version: call.version, technicianUserId: world.technicianId });
    const record = { ...goodRecord, id: call.id, resolved: false };
    const recorded = await calls(world, world.technician).recordRepair({ ...record, version: assigned.version });
    const { items } = await reports().listQualityReports({ originKind: 'repair-call', serial: 'SN-00' });
    const report = await reports().getQualityReport({ id: items[0]!.id });
    expect(report).toMatchObject({ originId: call.id, basis: 'unboxing_stage', designDefect: false });
    const faults = [{ ...goodRecord.faults[0]!, designDefect: true }];
    await calls(world, world.technician).recordRepair({ ...record, version: recorded.version, faults });
    world.stage.now = 'in_warranty';
    expect(await reports().getQualityReport({ id: report.id })).toMatchObject({ designDefect: true, markedBy: world.technicianId, version: 2 });
    expect(await kinds(report.id)).toContain('quality_report.design_defect quality_engineer');
  });

  it('R-7: the origin may be an installation; another dealer’s looks like a missing one', async () => {
    const id = world.installationId;
    await expect(reviews(world.otherManager).markInstallationDesignDefect({ id, reason: '结构' })).rejects.toThrow(reason('NOT_FOUND'));
    const report = await reviews(world.manager).markInstallationDesignDefect({ id, reason: '结构' });
    expect(await reports().getQualityReport({ id: report.id })).toMatchObject({ originKind: 'installation', originId: id, serial: 'SN-0001' });
  });
});

describe('a technician', () => {
  it('R-7, C-5: reads, hands in and lists the reports of his own calls; others’ look like missing ones', async () => {
    const [own, other] = [await assignedCall(world), await calls(world, world.manager).openCall(phoneCall)];
    const mark = (id: string) => reviews(world.manager).markCallDesignDefect({ id, reason: '结构' });
    const [mine, foreign] = [await mark(own.id), await mark(other.id)];
    const mechanic = reports(world.technician);
    const draft = { description: '开裂', cause: '结构', action: '加厚', lot: 'L-9' };
    await expect(mechanic.submitQualityReport({ id: foreign.id, version: foreign.version, ...draft })).rejects.toThrow(reason('NOT_FOUND'));
    await expect(mechanic.getQualityReport({ id: foreign.id })).rejects.toThrow(reason('NOT_FOUND'));
    await expect(reviews(world.technician).readQualityAnswer({ id: foreign.id })).rejects.toThrow(reason('NOT_FOUND'));
    expect((await mechanic.submitQualityReport({ id: mine.id, version: mine.version, ...draft })).state).toBe('submitted');
    expect((await mechanic.getQualityReport({ id: mine.id })).state).toBe('submitted');
    const listed = async (ctx: CallContext) => (await reports(ctx).listQualityReports({})).items.map((item) => item.id).filter((id) => [mine.id, foreign.id].includes(id));
    expect(await listed(world.technician)).toEqual([mine.id]);
    expect(await listed(world.manager)).toHaveLength(2);
  });
});

describe('the answer to a report', () => {
  it('R-7: a report of a unit without serial names serials or a lot; it reaches the quality engineer at once', async () => {
    const call = await assignedCall(world);
    const { id, version } = await reviews(world.manager).markCallDesignDefect({ id: call.id, reason: '结构' });
    const draft = { id, version, description: '开裂', cause: '结构', action: '加厚' };
    await expect(reports().submitQualityReport(draft)).rejects.toThrow(reason('AFFECTED_MISSING'));
    await reports().submitQualityReport({ ...draft, affectedSerials: ['SN-0009'] });
    expect(await kinds(id)).toContain('quality_report.submitted quality_engineer');
  });

  it('R-8: reviewed, answered and closed by the quality engineer alone, one after the other', async () => {
    const { id, version } = await submitted();
    await expect(reviews(world.supervisor).reviewQualityReport({ id, version })).rejects.toThrow(reason('ROLE_NOT_ALLOWED'));
    await expect(reviews().defineQualityAction({ id, version, ...answer })).rejects.toThrow(reason('STEP_NOT_ALLOWED'));
    const reviewed = await reviews().reviewQualityReport({ id, version });
    await expect(reviews().reviewQualityReport({ id, version })).rejects.toThrow(reason('STALE_VERSION'));
    await expect(reviews().defineQualityAction({ id, version: reviewed.version, ...answer, warning: '' })).rejects.toThrow(reason('WARNING_MISSING'));
    const defined = await reviews().defineQualityAction({ id, version: reviewed.version, ...answer, warnsOthers: false });
    const closed = await reviews().closeQualityReport({ id, version: defined.version, note: '已更换' });
    expect(closed).toMatchObject({ state: 'closed', version: 5 });
    const report = await reports().getQualityReport({ id });
    expect(report).toMatchObject({ answer: answer.answer, actionLots: ['L-7'], warnsOthers: false, warning: '', closingNote: '已更换', closedBy: engineer.userId });
    expect((await reports().listQualityReports({ lot: 'L-7', designDefect: true, state: 'closed' })).items.map((item) => item.id)).toContain(id);
    expect((await reviews(world.otherManager).listQualityWarnings({})).items.map((item) => item.id)).not.toContain(id);
  });

  it('R-8: it goes back to the dealer’s managers and the technician whose work it is about, as a notice and an event, and the dealer’s reading is kept once for each user', async () => {
    const { id } = await answered();
    expect(await kinds(id)).toEqual(expect.arrayContaining(['quality_report.answered dealer_manager', `quality_report.answered ${world.technicianId}`]));
    expect(await kinds(id)).not.toContain('quality_report.answered dealer_technician');
    const [event] = await world.service.sql<{ payload: string }>('select payload from outbox where event_type = $1 and payload like $2', [QualityActionDefinedSchema.typeName, `%${id}%`]);
    expect(JSON.parse(event!.payload)).toMatchObject({ dealerId: world.dealerId, serials: ['SN-0002'], lots: ['L-7'], warnsOthers: true });
    const unread = async () => (await reports(engineer).listQualityReports({ answerUnread: true })).items.map((item) => item.id);
    expect(await unread()).toContain(id);
    await expect(reviews().readQualityAnswer({ id })).rejects.toThrow(reason('ROLE_NOT_ALLOWED'));
    await expect(reviews(world.otherManager).readQualityAnswer({ id })).rejects.toThrow(reason('NOT_FOUND'));
    for (const ctx of [world.manager, world.manager, world.technician]) await reviews(ctx).readQualityAnswer({ id });
    expect((await reports(engineer).getQualityReport({ id })).readers.map(({ userId }) => userId)).toEqual([world.manager.userId, world.technicianId]);
    expect(await unread()).not.toContain(id);
    await expect(reviews(world.manager).readQualityAnswer({ id: (await submitted()).id })).rejects.toThrow(reason('STEP_NOT_ALLOWED'));
  });

  it('R-8: every other dealer is warned of serials and lots, without the report, and its reading is seen by the manufacturer alone', async () => {
    const { id } = await answered();
    const told = (await world.service.sql<{ payload: string }>(`select payload from outbox where payload like '%quality_report.warning%' and payload like $1 order by id`, [`%${id}%`]))
      .map(({ payload }) => JSON.parse(payload) as { recipientDealerId: string; recipientRole: string });
    expect(told.map(({ recipientDealerId, recipientRole }) => [recipientDealerId, recipientRole])).toEqual([
      [world.otherDealerId, 'dealer_manager'], [world.otherDealerId, 'dealer_technician'],
    ]);
    const others = reviews(world.otherManager);
    const listed = async (unread: boolean) => (await others.listQualityWarnings({ lot: 'L-7', unread })).items.map((item) => item.id);
    expect(await listed(true)).toContain(id);
    expect(await others.getQualityWarning({ id })).toMatchObject({ text: answer.warning, serials: ['SN-0002'], readAt: '' });
    for (const serial of ['sn-0002', 'ＳＮ -０００２']) expect((await others.listQualityWarnings({ serial })).items.map((item) => item.id)).toContain(id);
    expect((await others.listQualityWarnings({ serial: 'SN-000' })).items).toEqual([]);
    await expect(reports(world.otherManager).getQualityReport({ id })).rejects.toThrow(reason('NOT_FOUND'));
    await others.readQualityWarning({ id });
    expect([(await others.readQualityWarning({ id })).readAt !== '', await listed(true)]).toEqual([true, expect.not.arrayContaining([id])]);
    const parent = world.service.dealerCtx(newId(), 'dealer_manager', { childDealerIds: [world.otherDealerId] });
    for (const unread of [world.manager, parent]) expect((await reviews(unread).getQualityWarning({ id })).readAt).toBe('');
    expect((await reviews().listQualityWarningReaders({ id })).items).toEqual([expect.objectContaining({ dealerId: world.otherDealerId })]);
    await expect(others.listQualityWarningReaders({ id })).rejects.toThrow(reason('NOT_FOUND'));
  });
});
