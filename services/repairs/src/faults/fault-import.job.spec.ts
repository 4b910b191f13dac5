import { FaultCatalogueService, FaultCodePublishedSchema, FaultUpkeepService, JobService, ModelPublishedSchema, UnitDispatchedSchema } from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import { faultsOf, runImport } from '@aftercare/testing';
import { calls, goodRecord, phoneCall, startRepairs, type RepairsWorld } from '../repairs.fixture.js';

let world: RepairsWorld;
beforeAll(async () => {
  world = await startRepairs();
  const modelId = newId();
  await world.service.publish(ModelPublishedSchema, { modelId, code: 'M', name: '龙头', family: 'faucet', version: 1 });
  await world.service.publish(UnitDispatchedSchema, { unitId: world.unitId, serial: 'SN-0001', modelId, dealerId: world.dealerId, dispatchedOn: '2026-01-01' });
  await world.service.drain();
});
afterAll(() => world?.service.stop());

const reason = (text: string) => expect.objectContaining({ reason: text });
const quality = () => world.service.ctx({ role: 'quality_engineer', userId: newId() });
const upkeep = (ctx = world.supervisor) => world.service.client(FaultUpkeepService, ctx);
/** As the gateway sends them, with what the catalogue of families says. */
const run = (rows: Record<string, string>[], dryRun = false) =>
  runImport(world.service, quality(), { kind: 'import-fault-codes', sheet: rows.map((row) => ({ ...row, familyState: 'active' })), dryRun });
const codes = async (filter: object) => (await world.service.client(FaultCatalogueService, world.technician).listFaultCodes(filter)).items;
const sheet: Record<string, string>[] = [
  { family: 'faucet', kind: 'cause', code: 'C11', name: '阀芯磨损', parentCode: 'F11' }, { family: 'faucet', kind: 'fault', code: 'F11', name: '滴水' },
  { family: 'faucet', kind: 'action', code: 'A11', name: '更换阀芯', parentCode: 'C11' }, { family: 'shower', kind: 'fault', code: 'F12', name: '堵塞' },
];

/** A record of a call on a faucet with these codes. */
async function record(fault: Partial<{ faultCode: string; causeCode: string; actionCode: string; problemDimension: string }>) {
  const opened = await calls(world, world.manager).openCall({ ...phoneCall, unitId: world.unitId });
  const { version } = await calls(world, world.manager).assignCall({ id: opened.id, version: opened.version, technicianUserId: world.technicianId });
  await calls(world, world.technician).recordRepair({ ...goodRecord, id: opened.id, version, faults: [{ ...goodRecord.faults[0]!, ...fault }] });
  return calls(world, world.manager).getCall({ id: opened.id });
}

describe('the fault catalogue of a family', () => {
  it('X-9, R-16: is imported as drafts, which a supervisor publishes together; the same file again changes nothing', async () => {
    expect(await run(sheet, true)).toMatchObject({ result: '{"valid":true}' });
    expect(await codes({ family: 'faucet' })).toEqual([]);
    expect(await run(sheet)).toMatchObject({ state: 'done', errors: [], result: '{"drafted":4,"unchanged":0}' });
    await expect(upkeep(quality()).publishFaultFamily({ family: 'faucet' })).rejects.toThrow(reason('ROLE_NOT_ALLOWED'));
    expect(await upkeep().publishFaultFamily({ family: 'faucet' })).toMatchObject({ published: 3 });
    const told = await world.service.sql<{ payload: unknown }>('select payload from outbox where event_type = $1', [FaultCodePublishedSchema.typeName]);
    expect(told.map(({ payload }) => (typeof payload === 'string' ? JSON.parse(payload) : payload) as object)).toEqual(
      expect.arrayContaining([expect.objectContaining({ kind: 'cause', family: 'faucet', code: 'C11', name: '阀芯磨损', version: 2 })]));
    expect(await run(sheet)).toMatchObject({ state: 'done', result: '{"drafted":0,"unchanged":4}' });
    expect((await codes({ family: 'faucet', parentCode: 'F11', state: 'published' })).map(({ code }) => code)).toEqual(['C11']);
  });

  it('X-9: a file with faults drafts nothing, and is sent by who may draft', async () => {
    const job = await run([{ family: 'faucet', kind: 'fault', code: 'F13', name: '异响' }, { family: 'faucet', kind: 'cause', code: 'C13', name: '', parentCode: 'F99' }]);
    expect([job.state, faultsOf(job)]).toEqual(['failed', ['3 name FIELD_MISSING', '3 parentCode PARENT_UNKNOWN']]);
    expect((await codes({ family: 'faucet', kind: 'fault' })).map(({ code }) => code)).toEqual(['F11']);
    await expect(world.service.client(JobService, world.manager).beginJob({ kind: 'import-fault-codes' })).rejects.toMatchObject({ reason: 'ROLE_NOT_ALLOWED' });
  });

  it('R-16: the texts of a draft are corrected, those of a published code are not', async () => {
    const [draft] = await codes({ family: 'shower' });
    const names = { id: draft!.id, version: 1, name: '出水口堵塞', nameEn: 'Blocked' };
    await expect(upkeep().updateFaultCode(names)).rejects.toThrow(reason('ROLE_NOT_ALLOWED'));
    await upkeep(world.clerk).updateFaultCode(names);
    expect(await upkeep(world.clerk).getFaultCode({ id: draft!.id })).toMatchObject({ name: '出水口堵塞', nameEn: 'Blocked', state: 'draft', version: 2 });
    const [published] = await codes({ family: 'faucet', kind: 'fault' });
    await expect(upkeep(world.clerk).updateFaultCode({ ...names, id: published!.id, version: published!.version })).rejects.toThrow(reason('STEP_NOT_ALLOWED'));
  });

  it('R-16: a record names codes of the unit’s family, each below the other; what is out of use, or below it, is none', async () => {
    const whole = { faultCode: 'F11', causeCode: 'C11', actionCode: 'A11' };
    expect((await record(whole)).records[0]?.faults[0]).toMatchObject(whole);
    await upkeep().publishFaultFamily({ family: 'shower' });
    await expect(record({ faultCode: 'F12' })).rejects.toThrow(reason('FAULT_CODE_UNKNOWN'));
    const inForce = async () => (await upkeep(world.manager).findFaultCodes({ codes: ['F11', 'C11', 'NONE'] })).items;
    expect(await inForce()).toMatchObject([{ family: 'faucet', code: 'F11' }]);
    const [fault] = await codes({ family: 'faucet', kind: 'fault' });
    await expect(upkeep().deactivateFaultCode({ id: fault!.id, version: fault!.version, reason: '' })).rejects.toThrow(reason('REASON_MISSING'));
    const off = await upkeep().deactivateFaultCode({ id: fault!.id, version: fault!.version, reason: '合并' });
    expect(off.state).toBe('inactive');
    expect(await inForce()).toEqual([]);
    await expect(record({ faultCode: 'F11' })).rejects.toThrow(reason('FAULT_CODE_UNKNOWN'));
    await expect(record({ causeCode: 'C11' })).rejects.toThrow(reason('FAULT_CODE_UNKNOWN'));
    await world.service.client(FaultCatalogueService, world.supervisor).publishFaultCode({ id: off.id, version: off.version });
    expect((await record({ faultCode: 'F11' })).state).toBe('resolved');
  });

  it('R-15: each fault names a problem dimension of the unit’s stage, which the record keeps', async () => {
    expect((await record({ problemDimension: 'stability' })).records[0]).toMatchObject({ stage: 'in_warranty', faults: [{ problemDimension: 'stability' }] });
    await expect(record({ problemDimension: 'appearance' })).rejects.toThrow(reason('DIMENSION_NOT_OF_STAGE'));
    world.stage.now = 'out_of_warranty';
    expect((await record({ problemDimension: 'durability' })).records[0]).toMatchObject({ stage: 'out_of_warranty' });
    expect((await record({})).records[0]?.faults[0]?.problemDimension).toBe('');
    world.stage.now = 'in_warranty';
  });
});
