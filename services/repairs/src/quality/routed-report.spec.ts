import { CallIntakeService, ModelPublishedSchema, QualityReportService, QualityReviewService, UnitDispatchedSchema } from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import type { CallContext } from '@aftercare/messaging';
import { calls, goodRecord, noticesOf, phoneCall, startRepairs, type RepairsWorld } from '../repairs.fixture.js';

type Ref = { id: string; version: number };
const OTHER = { unitId: newId(), serial: 'SN-0002' };
let world: RepairsWorld;
let engineer: CallContext;
let newTechnician: CallContext;
beforeAll(async () => {
  world = await startRepairs();
  engineer = world.service.ctx({ role: 'quality_engineer' });
  newTechnician = world.service.dealerCtx(world.otherDealerId, 'dealer_technician', { userId: world.otherTechnicianId });
  const modelId = newId();
  await world.service.publish(ModelPublishedSchema, { modelId, code: 'M', name: '龙头', family: 'faucet', version: 1 });
  for (const unit of [{ unitId: world.unitId, serial: 'SN-0001' }, OTHER]) {
    await world.service.publish(UnitDispatchedSchema, { ...unit, modelId, dealerId: world.dealerId, dispatchedOn: '2026-01-01' });
  }
  await world.service.drain();
});
afterAll(() => world?.service.stop());

const reason = (text: string) => expect.objectContaining({ reason: text });
const reports = (ctx: CallContext) => world.service.client(QualityReportService, ctx);
const reviews = (ctx = engineer) => world.service.client(QualityReviewService, ctx);
const versionOf = async (id: string) => (await calls(world, world.clerk).getCall({ id })).version;
const text = { description: '渗水', cause: '密封圈', action: '更换' };

/** The reports of a call, the first one first. */
async function reportsOf(callId: string) {
  const rows = await world.service.sql<{ id: string }>('select id from quality_report where origin_id = $1 order by created_at, id', [callId]);
  return Promise.all(rows.map(({ id }) => reports(engineer).getQualityReport({ id })));
}

async function recorded(ctx: CallContext, id: string, { stage = 'unboxing', ...fields }: { stage?: string; resolved?: boolean; designDefect?: boolean } = {}): Promise<Ref> {
  world.stage.now = stage;
  const { resolved = true, designDefect = false } = fields;
  return calls(world, ctx).recordRepair({ ...goodRecord, resolved, id, version: await versionOf(id), faults: [{ ...goodRecord.faults[0]!, designDefect }] });
}

/** A call whose first dealer recorded without solving it. */
async function unsolved(stage = 'unboxing', designDefect = false): Promise<string> {
  const opened = await calls(world, world.manager).openCall({ ...phoneCall, unitId: world.unitId });
  await calls(world, world.manager).assignCall({ id: opened.id, version: opened.version, technicianUserId: world.technicianId });
  return (await recorded(world.technician, opened.id, { stage, resolved: false, designDefect })).id;
}

async function handedIn(callId: string): Promise<Ref> {
  const { id, version } = (await reportsOf(callId)).at(-1)!;
  return reports(world.manager).submitQualityReport({ id, version, ...text });
}

async function rerouted(id: string, dealerId = world.otherDealerId): Promise<void> {
  await calls(world, world.clerk).routeCall({ id, version: await versionOf(id), dealerId, reason: '太远' });
  const [ctx, technicianUserId] = dealerId === world.dealerId ? [world.manager, world.technicianId] : [world.otherManager, world.otherTechnicianId];
  await calls(world, ctx).assignCall({ id, version: await versionOf(id), technicianUserId });
}

describe('the report of a call that goes to another dealer', () => {
  it('R-2, R-7: one that is due goes along, its term stays, and the new dealer alone hands it in', async () => {
    const id = await unsolved();
    const [before] = await reportsOf(id);
    await rerouted(id);
    const [due] = await reportsOf(id);
    expect(due).toMatchObject({ id: before!.id, dealerId: world.otherDealerId, state: 'due', dueAt: before!.dueAt, version: before!.version + 1 });
    expect((await noticesOf(world, due!.id)).map(({ kind, role }) => `${kind} ${role}`)).toEqual([
      'quality_report.due quality_engineer', 'quality_report.due dealer_manager', 'quality_report.due dealer_manager',
    ]);
    await expect(reports(world.manager).submitQualityReport({ id: due!.id, version: due!.version, ...text })).rejects.toThrow(reason('NOT_FOUND'));
    expect(await recorded(newTechnician, id)).toMatchObject({ state: 'resolved' });
    expect(await reportsOf(id)).toHaveLength(1);
    expect(await reports(newTechnician).submitQualityReport({ id: due!.id, version: due!.version, ...text })).toMatchObject({ state: 'submitted' });
  });

  it('R-2, R-7: one that was handed in stays its author’s; what the new dealer finds has a report of its own, and it reads nothing of the former', async () => {
    const id = await unsolved();
    const first = await handedIn(id);
    await rerouted(id);
    expect(await reportsOf(id)).toMatchObject([{ id: first.id, dealerId: world.dealerId, state: 'submitted' }]);
    expect(await recorded(newTechnician, id, { designDefect: true })).toMatchObject({ state: 'resolved' });
    const [former, own, ...more] = await reportsOf(id);
    expect(more).toEqual([]);
    expect(former).toMatchObject({ id: first.id, state: 'submitted', designDefect: false });
    expect(own).toMatchObject({ dealerId: world.otherDealerId, state: 'due', designDefect: true, description: '' });
    await expect(reports(world.otherManager).getQualityReport({ id: first.id })).rejects.toThrow(reason('NOT_FOUND'));
    await expect(reports(world.manager).getQualityReport({ id: own!.id })).rejects.toThrow(reason('NOT_FOUND'));
    expect(await reports(world.otherManager).submitQualityReport({ id: own!.id, version: own!.version, ...text })).toMatchObject({ state: 'submitted' });
  });

  it('R-7, R-8: the answer to the former dealer’s report is told to nobody of the new one', async () => {
    const id = await unsolved();
    const first = await handedIn(id);
    await rerouted(id);
    const reviewed = await reviews().reviewQualityReport({ id: first.id, version: first.version });
    await reviews().defineQualityAction({ id: first.id, version: reviewed.version, answer: '更换密封圈' });
    expect((await noticesOf(world, first.id)).filter(({ kind }) => kind === 'quality_report.answered').map(({ role }) => role)).toEqual(['dealer_manager']);
  });

  it('R-7: a defect that both dealers mark in warranty has a report of each, once', async () => {
    const id = await unsolved('in_warranty', true);
    await handedIn(id);
    await rerouted(id);
    await reviews(world.otherManager).markCallDesignDefect({ id, reason: '结构薄弱' });
    expect(await reportsOf(id)).toMatchObject([{ dealerId: world.dealerId }, { dealerId: world.otherDealerId, basis: 'design_defect' }]);
    await expect(reviews(world.clerk).markCallDesignDefect({ id, reason: '结构薄弱' })).rejects.toThrow(reason('DESIGN_DEFECT_MARKED'));
    expect(await recorded(newTechnician, id, { stage: 'in_warranty', designDefect: true })).toMatchObject({ state: 'resolved' });
    expect(await reportsOf(id)).toHaveLength(2);
  });

  it('R-2, R-7: a call that comes back to its first dealer brings what is due of it, beside what that one handed in', async () => {
    const id = await unsolved();
    const first = await handedIn(id);
    await rerouted(id);
    await recorded(newTechnician, id, { resolved: false });
    await rerouted(id, world.dealerId);
    expect(await reportsOf(id)).toMatchObject([{ id: first.id, state: 'submitted' }, { dealerId: world.dealerId, state: 'due' }]);
    expect(await recorded(world.technician, id)).toMatchObject({ state: 'resolved' });
    expect(await reportsOf(id)).toHaveLength(2);
  });

  it('R-7, domain 1: a parent’s report does not stand in its child’s way', async () => {
    const parent = world.service.dealerCtx(world.dealerId, 'dealer_manager', { childDealerIds: [world.otherDealerId] });
    const id = await unsolved();
    await handedIn(id);
    await rerouted(id);
    expect(await recorded(parent, id, { resolved: false })).toMatchObject({ state: 'on_site' });
    expect(await recorded(newTechnician, id)).toMatchObject({ state: 'resolved' });
    expect(await reportsOf(id)).toMatchObject([{ dealerId: world.dealerId }, { dealerId: world.otherDealerId, state: 'due' }]);
  });

  it('R-7, R-11: the former dealer’s report follows the corrected unit, and alone holds no second one due', async () => {
    const id = await unsolved();
    const first = await handedIn(id);
    await rerouted(id);
    await world.service.client(CallIntakeService, world.otherManager).correctCall({ id, version: await versionOf(id), reason: '看错', fields: ['unit'], unitSerial: OTHER.serial });
    expect(await reportsOf(id)).toMatchObject([{ id: first.id, state: 'submitted', serial: OTHER.serial, unitId: OTHER.unitId, version: first.version + 1 }]);
  });

  it('Q-1: the call stays one case, and a defect that the former dealer’s report is marked with is told of its own record', async () => {
    const id = await unsolved();
    await reviews(world.clerk).markCallDesignDefect({ id, reason: '结构薄弱' });
    await handedIn(id);
    await rerouted(id);
    await recorded(newTechnician, id);
    await calls(world, newTechnician).confirmCall({ id, version: await versionOf(id), method: 'signature', evidence: { id: newId(), sha256: 'c'.repeat(64) } });
    const told = await world.service.sql<{ caseId: string; dealerId: string; faults: { designDefect: boolean }[] }>(
      `select payload::jsonb ->> 'caseId' as "caseId", payload::jsonb ->> 'dealerId' as "dealerId", payload::jsonb -> 'faults' as faults from outbox
       where event_type = 'aftercare.repairs.v1.FaultsRecorded' and payload::jsonb ->> 'number' = (select number from repair_call where id = $1)`, [id]);
    expect(told).toMatchObject([{ caseId: id, dealerId: world.otherDealerId, faults: [{ designDefect: true }, { designDefect: false }] }]);
  });
});
