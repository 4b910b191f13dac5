import { CallTimelineService, CustomerChangedSchema } from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import type { CallContext } from '@aftercare/messaging';
import { planOf } from '@aftercare/testing';
import { calls, goodRecord, phoneCall, startRepairs, type RepairsWorld } from '../repairs.fixture.js';
import { CALLS_OF_CUSTOMER } from './call-timeline.handlers.js';

let world: RepairsWorld;
beforeAll(async () => {
  world = await startRepairs();
});
afterAll(() => world.service.stop());

const timeline = (ctx: CallContext, customerId = world.customerId, page: object = {}) =>
  world.service.client(CallTimelineService, ctx).listCallTimeline({ customerId, page });

it('C-6: calls, records and confirmations of a customer stand newest first, page by page, as far as the caller sees the calls', async () => {
  const { manager, technician, customerId, dealerId } = world;
  expect(await timeline(manager)).toMatchObject({ items: [], callIds: [] });
  const opened = await calls(world, manager).openCall({ ...phoneCall, customerId, unitId: world.unitId });
  const assigned = await calls(world, manager).assignCall({ id: opened.id, version: 1, technicianUserId: world.technicianId });
  const partsUsed = [{ partId: newId(), quantity: 2, source: 'own' }, { partId: newId(), quantity: 1, source: 'own' }];
  const solved = await calls(world, technician).recordRepair({ ...goodRecord, partsUsed, id: opened.id, version: assigned.version });
  await calls(world, technician).confirmCall({ id: opened.id, version: solved.version, method: 'signature', evidence: { id: newId(), sha256: 'ab' } });
  const second = await calls(world, manager).openCall({ ...phoneCall, customerId, unitSerial: '看不清' });
  await calls(world, manager).cancelCall({ id: second.id, version: 1, reason: '误报' });
  const { items, callIds } = await timeline(manager);
  const ofCall = { documentId: opened.id, number: opened.number, serial: 'SN-0001', unitId: world.unitId };
  expect(items).toMatchObject([
    { kind: 'call_cancelled', documentId: second.id, serial: '' }, { kind: 'called', documentId: second.id, serial: '' }, { kind: 'repair_confirmed', ...ofCall },
    { kind: 'repaired', ...ofCall, quantity: 3, amount: '0.00' }, { kind: 'called', ...ofCall, quantity: 0, amount: '' },
  ]);
  expect([...callIds].sort()).toEqual([opened.id, second.id].sort());
  for (const personal of [phoneCall.contactName, phoneCall.contactPhone, '看不清', '误报']) expect(JSON.stringify(items)).not.toContain(personal);
  const paged: string[] = [];
  for (let cursor = ''; ;) {
    const page = await timeline(manager, customerId, { limit: 2, cursor });
    paged.push(...page.items.map(({ id, kind }) => `${id} ${kind}`));
    cursor = page.nextCursor;
    if (cursor === '') break;
  }
  expect(paged).toEqual(items.map(({ id, kind }) => `${id} ${kind}`));
  expect(await timeline(technician)).toMatchObject({ callIds: [opened.id] });
  expect(await timeline(world.otherManager)).toMatchObject({ items: [], callIds: [] });
  const surviving = newId();
  await world.service.publish(CustomerChangedSchema, { customerId, dealerId, fields: [], version: 2, mergedInto: '' });
  await world.service.publish(CustomerChangedSchema, { customerId: surviving, dealerId, fields: [], version: 1, mergedInto: '' });
  await world.service.drain();
  await world.service.publish(CustomerChangedSchema, { customerId, dealerId, fields: [], version: 3, mergedInto: surviving });
  await world.service.drain();
  for (const id of [customerId, surviving]) expect((await timeline(manager, id)).items).toHaveLength(5);
});

it('C-6: a customer\'s calls are found along his index, whichever file they stand under', async () => {
  const plan = await planOf(world.service.dataSource, CALLS_OF_CUSTOMER);
  expect(plan).toContain('using repair_call_customer_latest ');
  expect(plan).not.toContain('Seq Scan on repair_call');
});
