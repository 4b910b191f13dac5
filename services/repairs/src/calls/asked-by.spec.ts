import { calls, phoneCall, resolvedCall, startRepairs, type RepairsWorld } from '../repairs.fixture.js';

let world: RepairsWorld;
beforeAll(async () => {
  world = await startRepairs();
});
afterAll(() => world.service.stop());

const MISSING = expect.objectContaining({ reason: 'ASKED_BY_MISSING', details: expect.objectContaining({ field: 'askedBy' }) as object }) as Error;
const askedBy = '王经理';

it('X-4, R-2: the clerk who assigns or cancels for a dealer names who asked, and the history keeps it; the dealer’s own names nobody', async () => {
  const opened = await calls(world, world.manager).openCall(phoneCall);
  const assign = { id: opened.id, technicianUserId: world.technicianId };
  await expect(calls(world, world.clerk).assignCall({ ...assign, version: 1 })).rejects.toThrow(MISSING);
  await calls(world, world.manager).assignCall({ ...assign, version: 1, askedBy: 'x' });
  await calls(world, world.clerk).assignCall({ ...assign, version: 2, askedBy: ` ${askedBy} ` });
  await expect(calls(world, world.clerk).cancelCall({ id: opened.id, version: 3, reason: '误报' })).rejects.toThrow(MISSING);
  await calls(world, world.clerk).cancelCall({ id: opened.id, version: 3, reason: '误报', askedBy });
  const { history } = await calls(world, world.manager).getCall({ id: opened.id });
  expect(history.map(({ action, askedBy: asker }) => `${action} ${asker}`.trim())).toEqual(['open', 'assign', `assign ${askedBy}`, `cancel ${askedBy}`]);
  const kept = await world.service.sql<{ values: string }>(
    'select p.personal_values as values from audit_entry a join audit_personal p on p.entry_id = a.id where a.document_id = $1 and p.personal_values like $2', [opened.id, '%askedBy%']);
  expect(kept).toHaveLength(2);
});

it('X-4, R-2: so does who reopens it; a call that no dealer has is the manufacturer’s own to cancel', async () => {
  const solved = await resolvedCall(world);
  await expect(calls(world, world.clerk).reopenCall({ id: solved.id, version: solved.version, reason: '又漏' })).rejects.toThrow(MISSING);
  await expect(calls(world, world.clerk).reopenCall({ id: solved.id, version: solved.version, reason: '又漏', askedBy })).resolves.toMatchObject({ state: 'assigned' });
  const waiting = await calls(world, world.clerk).openCall({ ...phoneCall, channel: 'hotline' });
  await expect(calls(world, world.clerk).cancelCall({ id: waiting.id, version: 1, reason: '误报' })).resolves.toMatchObject({ state: 'cancelled' });
});
