import { PartsRequestSubmittedSchema } from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import { assignedCall, calls, resolvedCall, startRepairs, type RepairsWorld } from '../repairs.fixture.js';

let world: RepairsWorld;
beforeAll(async () => {
  world = await startRepairs();
});
afterAll(() => world.service.stop());

it('R-12: a parts request stands once in the history of its call, whose version stays; another dealer’s does not', async () => {
  const { id, version } = await assignedCall(world);
  const eventId = newId();
  const told = { requestId: newId(), number: 'PR-2026-000001', dealerId: world.dealerId, purpose: 'repair', callId: id };
  for (let time = 0; time < 2; time += 1) await world.service.publish(PartsRequestSubmittedSchema, told, { eventId });
  for (const other of [{ dealerId: world.otherDealerId }, { callId: newId() }, { callId: '' }]) await world.service.publish(PartsRequestSubmittedSchema, { ...told, ...other });
  await world.service.drain();
  const call = await calls(world, world.manager).getCall({ id });
  expect(call.version).toBe(version);
  expect(call.history.filter(({ action }) => action === 'request-parts')).toMatchObject([{ reason: 'PR-2026-000001', fromState: 'assigned', toState: 'assigned', userId: '' }]);
});

it('R-12, R-2: its line stands where it was asked, also when it is told after the call was cancelled', async () => {
  const { id, version } = await assignedCall(world);
  const askedAt = await world.service.now();
  await world.service.moveClock('1m');
  await calls(world, world.manager).cancelCall({ id, version, reason: '误报' });
  await world.service.publish(PartsRequestSubmittedSchema, { requestId: newId(), number: 'PR-2026-000002', dealerId: world.dealerId, purpose: 'repair', callId: id }, { occurredAt: askedAt });
  await world.service.drain();
  const { history } = await calls(world, world.manager).getCall({ id });
  expect(history.slice(-2).map(({ action, fromState, toState }) => [action, fromState, toState])).toEqual([['request-parts', 'assigned', 'assigned'], ['cancel', 'assigned', 'cancelled']]);
});

it('R-12: parts are asked for while a dealer has the call and the customer has not confirmed', async () => {
  const button = async (id: string) => (await calls(world, world.manager).getCall({ id })).allowedActions.find(({ action }) => action === 'request-parts');
  const solved = await resolvedCall(world);
  expect(await button(solved.id)).toMatchObject({ allowed: true });
  const evidence = { id: newId(), sha256: 'a'.repeat(64) };
  await calls(world, world.manager).confirmCall({ id: solved.id, version: solved.version, method: 'signature', evidence });
  expect(await button(solved.id)).toMatchObject({ allowed: false, reason: 'CALL_CLOSED' });
});
