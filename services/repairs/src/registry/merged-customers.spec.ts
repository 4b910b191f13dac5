import { CustomerChangedSchema } from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import { calls, phoneCall, startRepairs, type RepairsWorld } from '../repairs.fixture.js';

let world: RepairsWorld;
beforeAll(async () => {
  world = await startRepairs();
});
afterAll(() => world.service.stop());

const tell = (customerId: string, mergedInto = '', eventId = newId()) =>
  world.service.publish(CustomerChangedSchema, { customerId, dealerId: world.dealerId, fields: [], version: 1, mergedInto }, { eventId });

/** Customer files that repairs has heard of. */
async function knownFiles(count: number): Promise<string[]> {
  const ids = Array.from({ length: count }, newId);
  for (const id of ids) await tell(id);
  await world.service.drain();
  return ids;
}

const customerOf = async (id: string): Promise<string> => (await calls(world, world.manager).getCall({ id })).customerId;

describe('calls of merged customers', () => {
  it('C-1: follow the merge, once however often it is told, and a late word of the merged file changes nothing', async () => {
    const [merged, surviving] = await knownFiles(2);
    const call = await calls(world, world.manager).openCall({ ...phoneCall, customerId: merged });
    const eventId = newId();
    for (let time = 0; time < 2; time += 1) await tell(merged, surviving, eventId);
    await tell(merged, surviving);
    await tell(merged);
    await world.service.drain();
    expect(await calls(world, world.manager).getCall({ id: call.id })).toMatchObject({ customerId: surviving, version: 1 });
    expect(await world.service.sql('select merged_into from known_customer where id = $1', [merged])).toEqual([{ merged_into: surviving }]);
    const audited = await world.service.sql<{ changed: object }>(`select changed from audit_entry where document_id = $1 and action = 'follow-merge'`, [call.id]);
    expect(audited).toEqual([{ changed: { customerId: { before: merged, after: surviving } } }]);
  });

  it('C-1: a call that names a merged file is opened for the surviving one', async () => {
    const [merged, surviving] = await knownFiles(2);
    await tell(merged, surviving);
    await world.service.drain();
    const call = await calls(world, world.manager).openCall({ ...phoneCall, customerId: merged });
    expect(await customerOf(call.id)).toBe(surviving);
  });

  it.each([['in order', [0, 1]], ['the later one first', [1, 0]]] as const)('C-1: two merges in a row, told %s, end at the file in use', async (_told, order) => {
    const [first, second, third] = await knownFiles(3);
    const opened = [];
    for (const customerId of [first, second, third]) opened.push(await calls(world, world.manager).openCall({ ...phoneCall, customerId }));
    const merges = [[first, second], [second, third]];
    for (const at of order) {
      await tell(merges[at][0], merges[at][1]);
      await world.service.drain();
    }
    for (const { id } of opened) expect(await customerOf(id)).toBe(third);
    const pointers = await world.service.sql('select distinct merged_into from known_customer where id = any($1)', [[first, second]]);
    expect(pointers).toEqual([{ merged_into: third }]);
  });
});
