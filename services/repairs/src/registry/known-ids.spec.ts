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
  it('C-5, D-9: a clerk opens no call for a dealer with another dealer’s file, told or asked; with the dealer’s own, or before a dealer is told, he does', async () => {
    const [told, clerk] = [await toldCustomer(), calls(world, world.clerk)];
    for (const customerId of [told, world.customerId]) {
      const call = { ...phoneCall, channel: 'hotline', customerId };
      const refused = clerk.openCall({ ...call, dealerId: world.otherDealerId, askedBy: '李经理' });
      await expect(refused).rejects.toMatchObject({ reason: 'CUSTOMER_OF_OTHER_DEALER', code: 'failed_precondition' });
      await expect(clerk.openCall({ ...call, dealerId: world.dealerId, askedBy: '李经理' })).resolves.toMatchObject({ state: 'received' });
      await expect(clerk.openCall(call)).resolves.toMatchObject({ state: 'new' });
    }
  });

  it('C-5, D-9: nor does he put one to the dealer’s call by a correction', async () => {
    const clerk = world.service.client(CallIntakeService, world.clerk);
    const call = await calls(world, world.otherManager).openCall(phoneCall);
    for (const customerId of [await toldCustomer(), world.customerId]) {
      const correction = { id: call.id, version: call.version, fields: ['customer'], customerId, reason: '认错了人', askedBy: '李经理' };
      await expect(clerk.correctCall(correction)).rejects.toMatchObject({ reason: 'CUSTOMER_OF_OTHER_DEALER' });
    }
    expect((await calls(world, world.clerk).getCall({ id: call.id })).customerId).toBe('');
  });

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
