import { CallIntakeService, ModelPublishedSchema, QualityReportService, QualityReviewService, UnitDispatchedSchema } from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import type { CallContext } from '@aftercare/messaging';
import { calls, goodRecord, noticesOf, phoneCall, startRepairs, type RepairsWorld } from '../repairs.fixture.js';

type Ref = { id: string; version: number };
const OTHER = { unitId: newId(), serial: 'SN-0002' };
let world: RepairsWorld;
let engineer: CallContext;
beforeAll(async () => {
  world = await startRepairs();
  engineer = world.service.ctx({ role: 'quality_engineer' });
  const modelId = newId();
  await world.service.publish(ModelPublishedSchema, { modelId, code: 'M', name: '龙头', family: 'faucet', version: 1 });
  for (const unit of [{ unitId: world.unitId, serial: 'SN-0001' }, OTHER]) {
    await world.service.publish(UnitDispatchedSchema, { ...unit, modelId, dealerId: world.dealerId, dispatchedOn: '2026-01-01' });
  }
  await world.service.drain();
});
afterAll(() => world?.service.stop());

const reason = (text: string) => expect.objectContaining({ reason: text });
const reports = (ctx = world.manager) => world.service.client(QualityReportService, ctx);
const reviews = (ctx = engineer) => world.service.client(QualityReviewService, ctx);
const versionOf = async (id: string) => (await calls(world, world.manager).getCall({ id })).version;

/** The reports of a call, the first one first. */
async function reportsOf(callId: string) {
  const rows = await world.service.sql<{ id: string }>('select id from quality_report where origin_id = $1 order by created_at, id', [callId]);
  return Promise.all(rows.map(({ id }) => reports(engineer).getQualityReport({ id })));
}

async function recorded(id: string, version: number, stage: string, fault: object = {}): Promise<Ref> {
  world.stage.now = stage;
  return calls(world, world.technician).recordRepair({ ...goodRecord, id, version, faults: [{ ...goodRecord.faults[0]!, ...fault }] });
}

/** A call solved at a stage. */
async function solved(stage: string): Promise<Ref> {
  const opened = await calls(world, world.manager).openCall({ ...phoneCall, unitId: world.unitId });
  const { version } = await calls(world, world.manager).assignCall({ id: opened.id, version: opened.version, technicianUserId: world.technicianId });
  return recorded(opened.id, version, stage);
}

/** One solved at the unboxing stage whose report is closed. */
async function reported(): Promise<Ref> {
  const call = await solved('unboxing');
  const { id, version } = (await reportsOf(call.id))[0]!;
  const handedIn = await reports().submitQualityReport({ id, version, description: '渗水', cause: '密封圈', action: '更换' });
  const reviewed = await reviews().reviewQualityReport({ id, version: handedIn.version });
  const answered = await reviews().defineQualityAction({ id, version: reviewed.version, answer: '更换密封圈' });
  await reviews().closeQualityReport({ id, version: answered.version, note: '已更换' });
  return call;
}

const reopened = async (id: string) => calls(world, world.manager).reopenCall({ id, version: await versionOf(id), reason: '又坏了' });

describe('what is found after the report of a call was closed', () => {
  it('R-7: a record after a reopening opens a report of its own, due and told, and the closed one stays as it was', async () => {
    const call = await reported();
    const [closed] = await reportsOf(call.id);
    const { version } = await reopened(call.id);
    await recorded(call.id, version, 'unboxing', { designDefect: true });
    const [first, second, ...more] = await reportsOf(call.id);
    expect(more).toEqual([]);
    expect(first).toMatchObject({ number: closed!.number, state: 'closed', designDefect: false, version: closed!.version });
    expect(second).toMatchObject({ state: 'due', basis: 'unboxing_stage', designDefect: true, description: '', overdue: false });
    expect(second!.number).not.toBe(first!.number);
    expect((await noticesOf(world, second!.id)).map(({ kind, role }) => `${kind} ${role}`)).toEqual(['quality_report.due quality_engineer', 'quality_report.due dealer_manager']);
    expect(await world.service.sql('select from deadline where ref = $1', [second!.id])).toHaveLength(1);
    const draft = { id: second!.id, version: 1, description: '开裂', cause: '结构', action: '加厚' };
    expect(await reports(world.technician).submitQualityReport(draft)).toMatchObject({ state: 'submitted', number: second!.number });
    expect((await reports().listQualityReports({ serial: 'SN-0001' })).items.map(({ id }) => id).slice(0, 2)).toEqual([second!.id, first!.id]);
  });

  it('R-7: a report that is not closed takes what is found after a reopening', async () => {
    const call = await solved('unboxing');
    const { version } = await reopened(call.id);
    await recorded(call.id, version, 'unboxing', { designDefect: true });
    expect(await reportsOf(call.id)).toMatchObject([{ state: 'due', designDefect: true }]);
  });

  it('R-7: a defect that is marked by hand is the closed report’s until the call is reopened, then it opens another, once', async () => {
    const call = await reported();
    const mark = () => reviews(world.clerk).markCallDesignDefect({ id: call.id, reason: '结构薄弱' });
    await mark();
    expect(await reportsOf(call.id)).toMatchObject([{ state: 'closed', designDefect: true }]);
    await expect(mark()).rejects.toThrow(reason('DESIGN_DEFECT_MARKED'));
    const { version } = await reopened(call.id);
    await mark();
    expect(await reportsOf(call.id)).toMatchObject([{ state: 'closed' }, { state: 'due', basis: 'design_defect', designDefect: true, markReason: '结构薄弱' }]);
    await expect(mark()).rejects.toThrow(reason('DESIGN_DEFECT_MARKED'));
    await recorded(call.id, await versionOf(call.id) || version, 'unboxing');
    expect(await reportsOf(call.id)).toHaveLength(2);
  });

  it('R-7: a report that ended because nobody owed it takes nothing: what owes one later opens another', async () => {
    const call = await solved('unboxing');
    world.stage.now = 'in_warranty';
    await world.service.client(CallIntakeService, world.manager).correctCall({ ...call, reason: '看错', fields: ['unit'], unitSerial: OTHER.serial });
    expect(await reportsOf(call.id)).toMatchObject([{ state: 'closed', submittedAt: '' }]);
    await reviews(world.clerk).markCallDesignDefect({ id: call.id, reason: '结构薄弱' });
    expect(await reportsOf(call.id)).toMatchObject([{ state: 'closed', designDefect: false }, { state: 'due', designDefect: true, serial: OTHER.serial }]);
  });

  it('R-7, R-11: all reports of a call follow its corrected unit, and only the open one ends where it is not owed', async () => {
    const call = await reported();
    const { version } = await reopened(call.id);
    const again = await recorded(call.id, version, 'unboxing');
    world.stage.now = 'in_warranty';
    await world.service.client(CallIntakeService, world.manager).correctCall({ ...again, reason: '看错', fields: ['unit'], unitSerial: OTHER.serial });
    expect(await reportsOf(call.id)).toMatchObject([
      { state: 'closed', closingNote: '已更换', serial: OTHER.serial, unitId: OTHER.unitId }, { state: 'closed', submittedAt: '', serial: OTHER.serial, unitId: OTHER.unitId },
    ]);
  });

  it('Q-1: the call stays one case of the figures, and a marked defect is one of the faults that its report is about', async () => {
    const call = await reported();
    const confirmed = async () => calls(world, world.technician).confirmCall({ id: call.id, version: await versionOf(call.id), method: 'signature', evidence: { id: newId(), sha256: 'c'.repeat(64) } });
    await confirmed();
    const { version } = await reopened(call.id);
    await recorded(call.id, version, 'unboxing');
    await reviews(world.clerk).markCallDesignDefect({ id: call.id, reason: '结构薄弱' });
    await confirmed();
    const [first, second] = await reportsOf(call.id);
    const told = await world.service.sql<{ caseId: string; faults: { designDefect: boolean }[] }>(
      `select payload::jsonb ->> 'caseId' as "caseId", payload::jsonb -> 'faults' as faults from outbox
       where event_type = 'aftercare.repairs.v1.FaultsRecorded' and payload::jsonb ->> 'caseId' = any($1) order by created_at, id`, [[call.id, first!.id, second!.id]]);
    expect(new Set(told.map(({ caseId }) => caseId))).toEqual(new Set([call.id]));
    expect(told.at(-1)!.faults.map(({ designDefect }) => designDefect)).toEqual([false, true]);
  });
});
