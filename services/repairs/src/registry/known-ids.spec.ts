import { CallIntakeService, CustomerChangedSchema } from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import { assignedCall, calls, phoneCall, startRepairs, type RepairsWorld } from '../repairs.fixture.js';

let world: RepairsWorld;
beforeAll(async () => {
  world = await startRepairs();
});
afterAll(() => world.service.stop());

const NOT_FOUND = expect.objectContaining({ code: 'not_found', reason: 'NOT_FOUND' });

/** A customer that repairs has heard of; whether he is a technician's work only customers knows. */
async function toldCustomer(id = newId()): Promise<string> {
  await world.service.publish(CustomerChangedSchema, { customerId: id, dealerId: world.dealerId, fields: [], version: 1, mergedInto: '' });
  await world.service.drain();
  return id;
}

describe('the customers that a call may name', () => {
  it('C-5: a technician opens no call for a customer who is not his own work, exactly as for a missing one; his manager does', async () => {
    const colleagues = await toldCustomer();
    const technician = calls(world, world.technician);
    for (const customerId of [colleagues, newId()]) await expect(technician.openCall({ ...phoneCall, customerId })).rejects.toEqual(NOT_FOUND);
    expect(await world.service.sql('select from repair_call where customer_id = $1', [colleagues])).toEqual([]);
    await expect(calls(world, world.manager).openCall({ ...phoneCall, customerId: colleagues })).resolves.toMatchObject({ version: 1 });
    const mine = await toldCustomer(world.customerId);
    await expect(technician.openCall({ ...phoneCall, customerId: mine })).resolves.toMatchObject({ version: 1 });
  });

  it('C-5: nor does he put one to his call by a correction', async () => {
    const [colleagues, call] = [await toldCustomer(), await assignedCall(world)];
    const correction = { id: call.id, version: call.version, fields: ['customer'], customerId: colleagues, reason: '认错了人' };
    await expect(world.service.client(CallIntakeService, world.technician).correctCall(correction)).rejects.toEqual(NOT_FOUND);
    await expect(world.service.client(CallIntakeService, world.manager).correctCall(correction)).resolves.toMatchObject({ version: call.version + 1 });
  });
});
