import {
  CallAssignedSchema, CallIntakeService, CallRoutedSchema, CustomerAnonymisedSchema, CustomerChangedSchema, FaultsRecordedSchema, ModelPublishedSchema, QualityReviewService,
  RecordConfirmedSchema, TechnicianCertifiedSchema, UnitDispatchedSchema, UnitOwnedSchema,
} from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import type { CallContext } from '@aftercare/messaging';
import { planOf } from '@aftercare/testing';
import type { QueryRunner } from 'typeorm';
import { JoinedCalls1800870000000 } from '../migrations/1800870000000-joined-calls.js';
import { calls, goodRecord, phoneCall, startRepairs, type RepairsWorld } from '../repairs.fixture.js';
import { JOIN_DEADLINE, WITHOUT_UNIT } from './joined-calls.js';

const PAST = '2020-01-01T00:00:00Z';
let world: RepairsWorld;
let modelId: string;
beforeAll(async () => {
  world = await startRepairs();
  modelId = newId();
  await world.service.publish(ModelPublishedSchema, { modelId, code: 'M', name: '龙头', family: 'faucet', version: 1 });
  await world.service.drain();
});
afterAll(() => world?.service.stop());

interface Piece {
  unitId: string;
  serial: string;
}

const piece = (): Piece => ({ unitId: newId(), serial: `JC-${newId().toUpperCase()}` });

async function registered(...pieces: Piece[]): Promise<void> {
  for (const each of pieces) await world.service.publish(UnitDispatchedSchema, { ...each, modelId, dealerId: world.dealerId, dispatchedOn: '2019-01-05' });
  await world.service.drain();
}

async function owned({ unitId }: Piece, since = PAST): Promise<string> {
  const customerId = newId();
  await world.service.publish(CustomerChangedSchema, { customerId, dealerId: world.dealerId, fields: [], version: 1, mergedInto: '' });
  await world.service.publish(UnitOwnedSchema, { unitId, owners: [{ customerId, since }], version: 2 });
  await world.service.drain();
  return customerId;
}

const open = ({ serial }: Piece, ctx: CallContext = world.manager) => calls(world, ctx).openCall({ ...phoneCall, unitSerial: ` ${serial.toLowerCase()}` });
const read = (id: string) => calls(world, world.clerk).getCall({ id });
async function told(schema: { typeName: string }, id: string): Promise<Record<string, unknown>[]> {
  const rows = await world.service.sql<{ payload: string }>('select payload from outbox where event_type = $1 and payload::text like $2 order by id', [schema.typeName, `%${id}%`]);
  return rows.map(({ payload }) => JSON.parse(payload) as Record<string, unknown>);
}

describe('a call that was taken by a serial before its unit is registered', () => {
  it('R-1, C-2: joins the unit when it is registered, whoever took it and in whatever state it is; its history and the trail name the system', async () => {
    const unit = piece();
    const [opened, cancelled] = [await open(unit), await open(unit, world.otherManager)];
    await calls(world, world.otherManager).cancelCall({ id: cancelled.id, version: 1, reason: '误报' });
    expect(await read(opened.id)).toMatchObject({ unitId: '', version: 1 });
    await registered(unit);
    expect(await read(opened.id)).toMatchObject({ unitId: unit.unitId, unitSerial: unit.serial, state: 'received', version: 2 });
    expect(await read(cancelled.id)).toMatchObject({ unitId: unit.unitId, state: 'cancelled' });
    expect((await calls(world, world.clerk).listCalls({ unitId: unit.unitId })).items.map(({ id }) => id).sort()).toEqual([opened.id, cancelled.id].sort());
    expect((await read(opened.id)).history.at(-1)).toMatchObject({ action: 'join-unit', role: 'system', userId: '', fromState: 'received', toState: 'received' });
    const trail = await world.service.sql(`select role, user_id, changed->'unitId'->>'after' as unit from audit_entry where document_id = $1 and action = 'join-unit' and changed ? 'unitId'`, [opened.id]);
    expect(trail).toEqual([{ role: 'system', user_id: '', unit: unit.unitId }]);
  });

  it('D-4, C-5, D-5: the figures and the technician’s work follow, and whether he is certified is known', async () => {
    const unit = piece();
    await world.service.publish(TechnicianCertifiedSchema, { technicianId: newId(), dealerId: world.dealerId, userId: world.technicianId, family: 'faucet', validUntil: '2099-01-01' });
    await world.service.drain();
    const opened = await open(unit);
    expect(await calls(world, world.manager).assignCall({ id: opened.id, version: 1, technicianUserId: world.technicianId })).toMatchObject({ technicianCertificate: 'family_unknown' });
    await registered(unit);
    expect(await read(opened.id)).toMatchObject({ technicianCertificate: 'valid' });
    expect((await told(CallRoutedSchema, opened.id)).at(-1)).toMatchObject({ unitId: unit.unitId, family: 'faucet', version: 3 });
    expect((await told(CallAssignedSchema, opened.id)).at(-1)).toMatchObject({ unitId: unit.unitId, version: 3 });
  });

  it('D-4: whose reopening was cancelled at another dealer stays in the figures of the dealer that solved it before', async () => {
    const unit = piece();
    const opened = await open(unit);
    const given = await calls(world, world.manager).assignCall({ id: opened.id, version: 1, technicianUserId: world.technicianId });
    const solved = await calls(world, world.technician).recordRepair({ ...goodRecord, id: opened.id, version: given.version });
    const confirmed = await calls(world, world.technician).confirmCall({ id: opened.id, version: solved.version, method: 'signature', evidence: { id: newId(), sha256: 'ab' } });
    const reopened = await calls(world, world.manager).reopenCall({ id: opened.id, version: confirmed.version, reason: '又漏水' });
    const moved = await calls(world, world.clerk).routeCall({ id: opened.id, version: reopened.version, dealerId: world.otherDealerId, reason: '换人' });
    await calls(world, world.otherManager).cancelCall({ id: opened.id, version: moved.version, reason: '误开' });
    await registered(unit);
    expect(await read(opened.id)).toMatchObject({ unitId: unit.unitId, state: 'cancelled', dealerId: world.otherDealerId });
    expect((await told(CallRoutedSchema, opened.id)).at(-1)).toMatchObject({ unitId: unit.unitId, dealerId: world.dealerId });
  });

  it('R-6, Q-1, W-9: what the customer confirmed is told once more, of the unit', async () => {
    const unit = piece();
    const opened = await open(unit);
    const assigned = await calls(world, world.manager).assignCall({ id: opened.id, version: 1, technicianUserId: world.technicianId });
    const solved = await calls(world, world.technician).recordRepair({ ...goodRecord, id: opened.id, version: assigned.version });
    await calls(world, world.technician).confirmCall({ id: opened.id, version: solved.version, method: 'signature', evidence: { id: newId(), sha256: 'ab' } });
    expect((await told(RecordConfirmedSchema, opened.id)).at(-1)).toMatchObject({ unitId: '' });
    const { version } = await read(opened.id);
    await registered(unit);
    expect((await told(RecordConfirmedSchema, opened.id)).at(-1)).toMatchObject({ unitId: unit.unitId, unitSerial: unit.serial, version: version + 1 });
    expect((await told(FaultsRecordedSchema, opened.id)).at(-1)).toMatchObject({ unitId: unit.unitId, serial: unit.serial, family: 'faucet' });
  });

  it('R-7: its quality report goes along and stays due, whatever stage it came from', async () => {
    const units = { unboxing: piece(), marked: piece() };
    const solve = async (unit: Piece, stage: string) => {
      const opened = await open(unit);
      const assigned = await calls(world, world.manager).assignCall({ id: opened.id, version: 1, technicianUserId: world.technicianId });
      world.stage.now = stage;
      await calls(world, world.technician).recordRepair({ ...goodRecord, id: opened.id, version: assigned.version });
      return opened.id;
    };
    const [unboxing, marked] = [await solve(units.unboxing, 'unboxing'), await solve(units.marked, '')];
    await world.service.client(QualityReviewService, world.manager).markCallDesignDefect({ id: marked, reason: '阀芯结构' });
    await registered(units.unboxing, units.marked);
    const reports = (id: string) => world.service.sql('select unit_id as "unitId", serial, state from quality_report where origin_id = $1', [id]);
    expect(await reports(unboxing)).toEqual([{ ...units.unboxing, state: 'due' }]);
    expect(await reports(marked)).toEqual([{ ...units.marked, state: 'due' }]);
    world.stage.now = 'in_warranty';
  });

  it('C-5, C-6: is the owner’s, in whatever order owner and unit are told, unless it is of before his time', async () => {
    const [first, second, third] = [piece(), piece(), piece()];
    const ids = [(await open(first)).id, (await open(second)).id, (await open(third)).id];
    const owner = await owned(first);
    await registered(first, second, third);
    const [later] = [await owned(second), await owned(third, '2099-01-01T00:00:00Z')];
    expect(await Promise.all(ids.map(async (id) => (await read(id)).customerId))).toEqual([owner, later, '']);
    expect((await told(CallAssignedSchema, ids[0]!)).at(-1)).toMatchObject({ customerId: owner });
  });

  it('C-5: of a technician’s word it joins the unit, names no owner and makes the unit nobody’s work; so does his correction', async () => {
    const [typed, corrected] = [piece(), piece()];
    const [first, second] = [await open(typed, world.technician), await open(piece(), world.technician)];
    await world.service.client(CallIntakeService, world.technician).correctCall({ id: second.id, version: 1, fields: ['unit'], unitSerial: corrected.serial, reason: '看错' });
    for (const unit of [typed, corrected]) await owned(unit);
    await registered(typed, corrected);
    for (const [id, { unitId }] of [[first.id, typed], [second.id, corrected]] as const) {
      expect(await read(id)).toMatchObject({ unitId, customerId: '' });
      expect((await told(CallAssignedSchema, id)).at(-1)).toMatchObject({ unitId: '' });
    }
  });

  it('C-5: stays without unit once its person was erased, also where he is known by the unit alone', async () => {
    const [unit, ownedBefore] = [piece(), piece()];
    const named = await owned(piece());
    const { id } = await calls(world, world.manager).openCall({ ...phoneCall, customerId: named, unitSerial: unit.serial });
    const other = await open(ownedBefore);
    const owner = await owned(ownedBefore);
    for (const customerId of [named, owner]) await world.service.publish(CustomerAnonymisedSchema, { customerId, dealerId: world.dealerId });
    await world.service.drain();
    const erased = await read(id);
    await registered(unit, ownedBefore);
    expect(await read(id)).toMatchObject({ unitId: '', version: erased.version });
    expect(await read(other.id)).toMatchObject({ unitId: '', contactName: '***', state: 'cancelled' });
  });

  it('X-8: a unit that is told again changes nothing, and a call of another serial is left alone', async () => {
    const unit = piece();
    const [opened, other] = [await open(unit), await open(piece())];
    await registered(unit);
    const joined = await read(opened.id);
    await registered(unit);
    expect(await read(opened.id)).toEqual(joined);
    expect(await read(other.id)).toMatchObject({ unitId: '', version: 1 });
  });

  it('X-10: is found along the index of calls without a unit, however many units a sheet brings', async () => {
    const plan = await planOf(world.service.dataSource, WITHOUT_UNIT);
    expect(plan).toContain('using repair_call_without_unit ');
    expect(plan).not.toContain('Seq Scan on repair_call');
  });

  it('R-1, C-2: of before joins as well, a technician’s word stays one', async () => {
    const [typed, named] = [piece(), piece()];
    const [own, technicians] = [await open(typed), await open(named, world.technician)];
    await world.service.sql('insert into known_unit (id, serial) values ($1, $2), ($3, $4)', [typed.unitId, typed.serial, named.unitId, named.serial]);
    await world.service.sql(`update repair_call set unit_by_technician = false where id = $1`, [technicians.id]);
    await world.service.sql('delete from deadline where kind = $1', [JOIN_DEADLINE]);
    const runner = { query: (text: string) => world.service.sql(text.replace('create index', 'create index if not exists')) } as unknown as QueryRunner;
    await new JoinedCalls1800870000000().up(runner);
    await world.service.drain();
    expect([await read(own.id), await read(technicians.id)]).toMatchObject([{ unitId: typed.unitId }, { unitId: named.unitId }]);
    expect((await told(CallAssignedSchema, technicians.id)).at(-1)).toMatchObject({ unitId: '' });
  });
});
