import { CallIntakeService, CallResolvedSchema, FaultsRecordedSchema, ModelPublishedSchema, QualityReviewService, RecordConfirmedSchema, SettingChangedSchema, UnitDispatchedSchema, type CallResolved, type FaultsRecorded, type RecordConfirmed } from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import type { QueryRunner } from 'typeorm';
import { ConfirmationsToldAgain1800494030000 } from '../migrations/1800494030000-confirmations-told-again.js';
import { calls, goodRecord, phoneCall, startRepairs, type RepairsWorld } from '../repairs.fixture.js';

const OTHER = { unitId: newId(), serial: 'SN-0002' };
let world: RepairsWorld;
beforeAll(async () => {
  world = await startRepairs();
  const [faucet, toilet] = [newId(), newId()];
  await world.service.publish(ModelPublishedSchema, { modelId: faucet, code: 'M', name: '龙头', family: 'faucet', version: 1 });
  await world.service.publish(ModelPublishedSchema, { modelId: toilet, code: 'T', name: '坐便器', family: 'toilet', version: 1 });
  await world.service.publish(UnitDispatchedSchema, { unitId: world.unitId, serial: 'SN-0001', modelId: faucet, dealerId: world.dealerId, dispatchedOn: '2026-01-01' });
  await world.service.publish(UnitDispatchedSchema, { ...OTHER, modelId: toilet, dealerId: world.dealerId, dispatchedOn: '2026-01-01' });
  await world.service.publish(SettingChangedSchema, { key: 'record.filing', effectiveFrom: '2020-01-01', value: JSON.stringify('checked'), version: 1 });
  await world.service.drain();
});
afterAll(() => world?.service.stop());

type Call = { id: string; version: number };
const evidence = { id: newId(), sha256: 'c'.repeat(64) };
const partId = newId();

async function told<T>(schema: { typeName: string }, key: string, id: string): Promise<T[]> {
  const rows = await world.service.sql<{ payload: string }>(
    `select payload from outbox where event_type = $1 and payload::json ->> $2 = $3 order by (payload::json ->> 'version')::int`, [schema.typeName, key, id]);
  return rows.map(({ payload }) => JSON.parse(payload) as T);
}
const confirmations = (id: string): Promise<RecordConfirmed[]> => told(RecordConfirmedSchema, 'callId', id);
const faultsOf = (id: string): Promise<FaultsRecorded[]> => told(FaultsRecordedSchema, 'caseId', id);

async function assigned(): Promise<Call> {
  const opened = await calls(world, world.manager).openCall({ ...phoneCall, unitId: world.unitId });
  return calls(world, world.manager).assignCall({ id: opened.id, version: opened.version, technicianUserId: world.technicianId });
}
const record = ({ id, version }: Call, given: object = {}): Promise<Call> => calls(world, world.technician).recordRepair({ ...goodRecord, id, version, ...given });
const confirm = ({ id, version }: Call): Promise<Call> => calls(world, world.technician).confirmCall({ id, version, method: 'signature', evidence });
const reopen = ({ id, version }: Call): Promise<Call> => calls(world, world.manager).reopenCall({ id, version, reason: '又漏' });
const correctUnit = ({ id, version }: Call, unitSerial = OTHER.serial): Promise<Call> =>
  world.service.client(CallIntakeService, world.manager).correctCall({ id, version, reason: '看错', fields: ['unit'], unitSerial });
const confirmedWithPart = async (): Promise<Call> => confirm(await record(await assigned(), { partsUsed: [{ partId, quantity: 1, source: 'own' }] }));

/** As it was told before each record was told with its repair. */
const withoutDays = (each: RecordConfirmed | undefined) => each && { ...each, records: each.records.map(({ solvedAt: _day, ...record }) => record) };

describe('what is told of a confirmed call', () => {
  it('W-9: after a second confirmation a part is still told with the record that names it and the day of its own confirmation', async () => {
    const first = await confirmedWithPart();
    const second = await confirm(await record(await reopen(first)));
    const [before, after] = await confirmations(second.id);
    const [known, ...others] = before?.records ?? [];
    expect([known, others]).toMatchObject([{ recordId: before?.recordId, confirmedOn: before?.confirmedOn, partsUsed: [{ partId, quantity: 1 }] }, []]);
    expect(after?.recordId).not.toBe(before?.recordId);
    expect(after?.records).toMatchObject([known, { recordId: after?.recordId, partsUsed: [] }]);
  });

  it('D-7: each record is told with the repair that it belongs to, and a repair of a later month without the parts of the one before', async () => {
    const tried = await record(await assigned(), { resolved: false, partsUsed: [{ partId, quantity: 1, source: 'own' }] });
    const first = await confirm(await record(tried, { partsUsed: [{ partId, quantity: 2, source: 'own' }] }));
    const reopened = await reopen(first);
    await world.service.moveClock(`${(32 - Number((await world.service.now()).slice(8, 10))) * 24}h`);
    const second = await confirm(await record(reopened));
    const solved = await told<CallResolved>(CallResolvedSchema, 'callId', second.id);
    expect(solved.map(({ pieces }) => pieces ?? 0)).toEqual([3, 0]);
    const { records } = (await confirmations(second.id)).at(-1)!;
    expect(records.map(({ solvedAt }) => solvedAt)).toEqual([solved[0]?.resolvedAt, solved[0]?.resolvedAt, solved[1]?.resolvedAt]);
  });

  it('R-11: a unit that is corrected after the confirmation is told once more, at the new version and with what is known of the right unit', async () => {
    const first = await confirmedWithPart();
    world.stage.now = 'out_of_warranty';
    const fixed = await correctUnit(first).finally(() => { world.stage.now = 'in_warranty'; });
    const [before, after] = await confirmations(first.id);
    expect(after).toMatchObject({ unitId: OTHER.unitId, unitSerial: OTHER.serial, confirmedOn: before?.confirmedOn, confirmedAt: before?.confirmedAt, version: fixed.version });
    expect(after?.records).toEqual(before?.records);
    const [known, found] = await faultsOf(first.id);
    expect(known).toMatchObject({ unitId: world.unitId, family: 'faucet', stage: 'in_warranty' });
    expect(found).toMatchObject({ unitId: OTHER.unitId, serial: OTHER.serial, family: 'toilet', stage: 'out_of_warranty', recordedAt: known?.recordedAt, version: fixed.version });
  });

  it('R-11: of a reopened call what was confirmed is told once more, and nothing that nobody confirmed yet', async () => {
    const first = await confirmedWithPart();
    const visited = await record(await reopen(first), { resolved: false, partsUsed: [{ partId: newId(), quantity: 2, source: 'own' }] });
    await correctUnit(visited);
    const [before, after] = await confirmations(first.id);
    expect(after).toMatchObject({ unitId: OTHER.unitId, resolvedAt: before?.resolvedAt });
    expect(after?.records).toEqual(before?.records);
    expect((await faultsOf(first.id)).at(-1)).toMatchObject({ unitId: OTHER.unitId, partsUsed: [{ partId, quantity: 1 }] });
  });

  it('R-11: before a confirmation nothing is told of it', async () => {
    const solved = await correctUnit(await record(await assigned()));
    expect([await confirmations(solved.id), await faultsOf(solved.id)]).toEqual([[], []]);
  });

  it('R-7, Q-1: a design defect that is marked after the confirmation reaches the fault table', async () => {
    const first = await confirmedWithPart();
    const quality = world.service.client(QualityReviewService, world.manager);
    await quality.markCallDesignDefect({ id: first.id, reason: '阀芯结构' });
    const [before, after, ...more] = await faultsOf(first.id);
    expect(more).toEqual([]);
    expect(before?.faults).toMatchObject([{ designDefect: false }]);
    expect(after?.faults).toMatchObject([{ designDefect: true }]);
    expect(after?.version).toBeGreaterThan(before?.version ?? 0);
  });

  it('R-7, Q-1: one that is marked before is told with the confirmation', async () => {
    const solved = await record(await assigned());
    await world.service.client(QualityReviewService, world.manager).markCallDesignDefect({ id: solved.id, reason: '阀芯结构' });
    expect(await faultsOf(solved.id)).toEqual([]);
    const { version } = await calls(world, world.manager).getCall({ id: solved.id });
    await confirm({ id: solved.id, version });
    expect((await faultsOf(solved.id)).map(({ faults }) => faults[0]?.designDefect)).toEqual([true]);
  });

  it('W-9, R-11: what was reopened or corrected before it was told so is told once more, as it is told now', async () => {
    const twice = await confirm(await record(await reopen(await confirmedWithPart()), { faults: [{ ...goodRecord.faults[0] }], partsUsed: [{ partId: newId(), quantity: 2, source: 'own' }] }));
    const fixed = await correctUnit(await confirmedWithPart());
    const once = await confirmedWithPart();
    const before = await Promise.all([twice, fixed].map(async ({ id }) => (await confirmations(id)).at(-1)));
    await world.service.sql('delete from outbox where event_type = $1', [RecordConfirmedSchema.typeName]);
    await world.service.dataSource.transaction((em) => new ConfirmationsToldAgain1800494030000().up(em.queryRunner as QueryRunner));
    expect(await Promise.all([twice, fixed].map(({ id }) => confirmations(id)))).toEqual(before.map((each) => [withoutDays(each)]));
    expect(await confirmations(once.id)).toEqual([]);
  });
});
