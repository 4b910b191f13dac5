import {
  CallIntakeService, FaultCatalogueService, ModelPublishedSchema, QualityReportService, QualityReviewService, UnitDispatchedSchema,
} from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import { calls, goodRecord, noticesOf, phoneCall, startRepairs, type RepairsWorld } from '../repairs.fixture.js';

const OTHER = { unitId: newId(), serial: 'SN-0002' };
let world: RepairsWorld;
beforeAll(async () => {
  world = await startRepairs();
  const [faucet, toilet] = [newId(), newId()];
  await world.service.publish(ModelPublishedSchema, { modelId: faucet, code: 'M', name: '龙头', family: 'faucet', version: 1 });
  await world.service.publish(ModelPublishedSchema, { modelId: toilet, code: 'T', name: '坐便器', family: 'toilet', version: 1 });
  await world.service.publish(UnitDispatchedSchema, { unitId: world.unitId, serial: 'SN-0001', modelId: faucet, dealerId: world.dealerId, dispatchedOn: '2026-01-01' });
  await world.service.publish(UnitDispatchedSchema, { ...OTHER, modelId: toilet, dealerId: world.dealerId, dispatchedOn: '2026-01-01' });
  await world.service.drain();
});
afterAll(() => world?.service.stop());

type Call = { id: string; version: number };
const reason = (text: string) => expect.objectContaining({ reason: text });

/** A call on the known unit, solved at a stage. */
async function solved(stage: string, fault: object = {}): Promise<Call> {
  const opened = await calls(world, world.manager).openCall({ ...phoneCall, unitId: world.unitId });
  const { version } = await calls(world, world.manager).assignCall({ id: opened.id, version: opened.version, technicianUserId: world.technicianId });
  world.stage.now = stage;
  return calls(world, world.technician).recordRepair({ ...goodRecord, id: opened.id, version, faults: [{ ...goodRecord.faults[0], ...fault }] });
}

function correctUnit({ id, version }: Call, stage: string, unitSerial = OTHER.serial): Promise<Call> {
  world.stage.now = stage;
  return world.service.client(CallIntakeService, world.manager).correctCall({ id, version, reason: '看错', fields: ['unit'], unitSerial });
}

async function reportsOf({ id }: Call): Promise<Record<string, unknown>[]> {
  const rows = await world.service.sql<{ id: string }>('select id from quality_report where origin_id = $1', [id]);
  return Promise.all(rows.map((row) => world.service.client(QualityReportService, world.manager).getQualityReport({ id: row.id }) as unknown as Promise<Record<string, unknown>>));
}

describe('a unit that is corrected after the record', () => {
  it('R-7: takes the report along when it is at the unboxing stage too', async () => {
    const call = await solved('unboxing');
    const [before] = await reportsOf(call);
    await correctUnit(call, 'unboxing');
    const [after, ...more] = await reportsOf(call);
    expect(more).toEqual([]);
    expect(after).toMatchObject({ id: before?.id, state: 'due', serial: OTHER.serial, unitId: OTHER.unitId, dueAt: before?.dueAt, version: 2 });
  });

  it('R-7: ends a report that nobody owes any more, and has it due again when somebody does', async () => {
    const call = await solved('unboxing');
    const [{ id, number }] = await reportsOf(call) as [{ id: string; number: string }];
    const fixed = await correctUnit(call, 'in_warranty');
    expect(await reportsOf(call)).toMatchObject([{ state: 'closed', serial: OTHER.serial, overdue: false }]);
    expect((await noticesOf(world, id)).slice(-2).map(({ kind }) => kind)).toEqual(['quality_report.closed', 'quality_report.closed']);
    expect(await world.service.sql('select from deadline where ref = $1', [id])).toEqual([]);
    await correctUnit(fixed, 'unboxing', 'SN-0001');
    expect(await reportsOf(call)).toMatchObject([{ id, number, state: 'due', serial: 'SN-0001', closingNote: '', closedAt: '' }]);
  });

  it('R-7: opens the report that the right unit owes', async () => {
    const call = await solved('in_warranty');
    expect(await reportsOf(call)).toEqual([]);
    await correctUnit(call, 'unboxing');
    expect(await reportsOf(call)).toMatchObject([{ state: 'due', serial: OTHER.serial, unitId: OTHER.unitId }]);
  });

  it('R-11: the call says the stage of the right unit, its records what they were made of', async () => {
    const call = await solved('in_warranty');
    expect(await calls(world, world.manager).getCall({ id: call.id })).toMatchObject({ stage: 'in_warranty' });
    await correctUnit(call, 'out_of_warranty');
    expect(await calls(world, world.manager).getCall({ id: call.id })).toMatchObject({ stage: 'out_of_warranty', records: [{ stage: 'in_warranty' }] });
  });

  it('R-7: keeps the report of a design defect at any stage', async () => {
    const call = await solved('in_warranty');
    await world.service.client(QualityReviewService, world.manager).markCallDesignDefect({ id: call.id, reason: '阀芯结构' });
    const { version } = await calls(world, world.manager).getCall({ id: call.id });
    await correctUnit({ id: call.id, version }, 'out_of_warranty');
    expect(await reportsOf(call)).toMatchObject([{ state: 'due', serial: OTHER.serial, designDefect: true }]);
  });

  it('R-15, R-16: is refused while the newest record names codes of another family or a problem of another stage, and taken once a record fits', async () => {
    const fault = { kind: 'fault', family: 'faucet', code: 'F01', name: '滴水', nameEn: 'drips' };
    const drafted = await world.service.client(FaultCatalogueService, world.clerk).createFaultCode(fault);
    await world.service.client(FaultCatalogueService, world.supervisor).publishFaultCode({ id: drafted.id, version: 1 });
    const coded = await solved('in_warranty', { faultCode: 'F01' });
    await expect(correctUnit(coded, 'in_warranty')).rejects.toThrow(reason('RECORD_NOT_OF_UNIT'));
    const unboxed = await solved('in_warranty', { problemDimension: 'reliability' });
    await expect(correctUnit(unboxed, 'unboxing')).rejects.toThrow(reason('RECORD_NOT_OF_UNIT'));
    expect(await reportsOf(unboxed)).toEqual([]);
    world.stage.now = 'in_warranty';
    const refused = await calls(world, world.manager).refuseCall({ ...coded, reason: '产品不对' });
    const again = await calls(world, world.technician).recordRepair({ ...goodRecord, id: refused.id, version: refused.version });
    await expect(correctUnit(again, 'in_warranty')).resolves.toMatchObject({ state: 'resolved' });
  });
});
