import { RecordConfirmedSchema, UnitDispatchedSchema } from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import type { QueryRunner } from 'typeorm';
import { CallsOfUnits1800400000000 } from '../migrations/1800400000000-calls-of-units.js';
import { calls, goodRecord, phoneCall, startRepairs, type RepairsWorld } from '../repairs.fixture.js';

let world: RepairsWorld;
beforeAll(async () => {
  world = await startRepairs();
});
afterAll(() => world.service.stop());

it('R-1, C-2: a call opened with a serial in any spelling belongs to the piece, and so does what its repair tells', async () => {
  const [unitId, manager, technician] = [newId(), calls(world, world.manager), calls(world, world.technician)];
  await world.service.publish(UnitDispatchedSchema, { unitId, serial: 'SN-77A', modelId: newId(), dealerId: world.dealerId, dispatchedOn: '2026-01-05' });
  await world.service.drain();
  const opened = await manager.openCall({ ...phoneCall, unitSerial: ' sn-77a' });
  expect(await manager.getCall({ id: opened.id })).toMatchObject({ unitId, unitSerial: 'SN-77A' });
  expect((await manager.openCall({ ...phoneCall, contactPhone: '13800009999', unitSerial: 'ＳＮ－77a' })).duplicates).toMatchObject([{ id: opened.id, sameUnit: true }]);
  const assigned = await manager.assignCall({ id: opened.id, version: 1, technicianUserId: world.technicianId });
  const partsUsed = [{ partId: newId(), quantity: 1, source: 'own' }];
  const solved = await technician.recordRepair({ ...goodRecord, partsUsed, id: opened.id, version: assigned.version });
  await technician.confirmCall({ id: opened.id, version: solved.version, method: 'signature', evidence: { id: newId(), sha256: 'ab' } });
  const told = await world.service.sql<{ payload: string }>('select payload from outbox where event_type = $1 and payload::text like $2', [RecordConfirmedSchema.typeName, `%${opened.id}%`]);
  expect(told.map(({ payload }) => JSON.parse(payload) as object)).toMatchObject([{ unitId, unitSerial: 'SN-77A' }]);
  const unknown = await manager.openCall({ ...phoneCall, unitSerial: 'xx 1' });
  expect(await manager.getCall({ id: unknown.id })).toMatchObject({ unitId: '', unitSerial: 'XX1' });
});

it('R-1, C-2: calls of before are linked to the piece they name, and the others keep their serial in its one spelling', async () => {
  const [unitId, manager] = [newId(), calls(world, world.manager)];
  await world.service.publish(UnitDispatchedSchema, { unitId, serial: 'SN-78B', modelId: newId(), dealerId: world.dealerId, dispatchedOn: '2026-01-05' });
  await world.service.drain();
  const [linked, other, without] = [await manager.openCall(phoneCall), await manager.openCall(phoneCall), await manager.openCall(phoneCall)];
  await world.service.sql(`update repair_call set unit_serial = ' sn-78b' where id = $1`, [linked.id]);
  await world.service.sql(`update repair_call set unit_serial = 'ｘｘ 9' where id = $1`, [other.id]);
  await new CallsOfUnits1800400000000().up({ query: (text: string) => world.service.sql(text) } as unknown as QueryRunner);
  const of = ({ id }: { id: string }) => manager.getCall({ id });
  expect(await of(linked)).toMatchObject({ unitId, unitSerial: 'SN-78B', version: 1 });
  expect(await of(other)).toMatchObject({ unitId: '', unitSerial: 'XX9' });
  expect(await of(without)).toMatchObject({ unitId: '', unitSerial: '' });
});
