import { CallCancelledSchema, CallResolvedSchema, CallRevivedSchema, CallRoutedSchema } from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import { deliver, specEvent, startInsights, type InsightsWorld, type SpecEvent } from '../insights.fixture.js';

const AT = '2026-01-10T04:00:00.000Z';
let world: InsightsWorld;
beforeAll(async () => {
  world = await startInsights(100);
}, 60_000);
afterAll(() => world?.service.stop());

/** Received on a day, solved by the first dealer, reopened, re-routed to the other one and cancelled there. */
function lifeOf(callId: string, [first, other]: string[], technicianUserId: string): SpecEvent[] {
  return [
    specEvent(CallRoutedSchema, { callId, dealerId: first, receivedAt: AT, regionCode: '310104', family: 'faucet', version: 1 }, AT),
    specEvent(CallResolvedSchema, { callId, dealerId: first, resolvedAt: '2026-01-11T10:00:00.000Z', version: 3, clockSeconds: 108_000, special: true, technicianUserId }, AT),
    specEvent(CallRevivedSchema, { callId, dealerId: first, reason: 'reopened', reopened: true, clockStartedAt: AT, version: 5 }, AT),
    specEvent(CallRoutedSchema, { callId, dealerId: other, previousDealerId: first, receivedAt: AT, regionCode: '310104', family: 'faucet', version: 6 }, AT),
    specEvent(CallCancelledSchema, { callId, dealerId: first, cancelledAt: AT, version: 7, resolvedAt: '2026-01-11T10:00:00.000Z', clockSeconds: 108_000, special: true, technicianUserId }, AT),
  ];
}

async function factOf(callId: string): Promise<object> {
  await world.service.drain();
  const [fact] = await world.service.sql<object>(`
    select dealer_id, outcome, clock_seconds, special, reopened, technician_user_id, resolved_at = '2026-01-11T10:00:00Z' as "resolvedThen" from call_fact
    where call_id = $1 and generation = (select current from read_model)`, [callId]);
  return fact;
}

async function dayOf(dealerId: string): Promise<object> {
  const [day] = await world.service.sql<object>(`
    select sum(calls)::int as calls, sum(cancelled)::int as cancelled, sum(resolved)::int as resolved, sum(within_24)::int as within24, sum(within_48)::int as within48, sum(special)::int as special
    from call_day where dealer_id = $1 and generation = (select current from read_model)`, [dealerId]);
  return day;
}

it.each([['in order', (events: SpecEvent[]) => events], ['backwards', (events: SpecEvent[]) => [...events].reverse()]])(
  'D-4, R-2: of a solved call whose reopening was cancelled what was done counts, with the dealer who solved it, told %s',
  async (_order, arranged) => {
    const [dealers, technicianUserId, callId] = [[newId(), newId()], newId(), newId()];
    for (const event of arranged(lifeOf(callId, dealers, technicianUserId))) await deliver(world, event);
    expect(await factOf(callId)).toEqual({
      dealer_id: dealers[0], outcome: 'resolved', clock_seconds: 108_000, special: true, reopened: true, technician_user_id: technicianUserId, resolvedThen: true,
    });
    expect(await dayOf(dealers[0])).toEqual({ calls: 1, cancelled: 0, resolved: 1, within24: 0, within48: 1, special: 1 });
    expect(Object.values(await dayOf(dealers[1])).every((count) => count === null || count === 0)).toBe(true);
  },
);
