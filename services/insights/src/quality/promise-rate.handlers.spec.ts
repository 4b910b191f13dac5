import { AppointmentSettledSchema, DealerChangedSchema, PromiseRateService } from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import { deliver, specEvent, startInsights, tell, type InsightsWorld, type SpecEvent } from '../insights.fixture.js';
import { dice } from './quality.fixture.js';

let world: InsightsWorld;
interface Window { id: string; dealerId: string; technicianUserId: string; on: string; outcome: string }
const dealerIds = [newId(), newId(), newId()];
const technicianIds = [newId(), newId(), newId(), ''];
const roll = dice(5);
const windows: Window[] = Array.from({ length: 60 }, () => ({
  id: newId(), dealerId: dealerIds[roll(3)], technicianUserId: technicianIds[roll(4)], on: `2026-0${1 + roll(3)}-${String(1 + roll(28)).padStart(2, '0')}`,
  outcome: ['kept', 'kept', 'missed', 'moved'][roll(4)],
}));
const PERIODS = [{ from: '2026-01-01', to: '2026-03-31' }, { from: '2026-01-12', to: '2026-02-17' }];

beforeAll(async () => {
  world = await startInsights(100);
  await tell(world, dealerIds.map((dealerId, n) => specEvent(DealerChangedSchema, { dealerId, code: `D${n}`, name: `经销商${n}`, status: 'active', version: 1 }, '2026-01-01T00:00:00.000Z')));
  const events = windows.map(settled);
  for (const event of [...events.slice(20), ...events.slice(0, 20), events[3]]) await deliver(world, event);
  await world.service.drain();
}, 60_000);
afterAll(() => world?.service.stop());

function settled({ id, on, ...window }: Window): SpecEvent {
  const arrivedAt = { kept: `${on}T03:00:00.000Z`, missed: `${on}T06:00:00.000Z`, moved: '' }[window.outcome];
  // The first minutes of a local day are still the day before elsewhere.
  const windowFrom = new Date(Date.parse(`${on}T00:10:00.000+08:00`)).toISOString();
  return specEvent(AppointmentSettledSchema, {
    appointmentId: id, callId: newId(), callNumber: 'RC-1', ...window, windowFrom, windowTo: `${on}T04:00:00.000Z`, arrivedAt, settledAt: `${on}T07:00:00.000Z`,
  }, `${on}T07:00:00.000Z`);
}

const reader = () => world.service.client(PromiseRateService, world.service.ctx({ role: 'service_supervisor' }));
const keyOf: Record<string, (window: Window) => string> = { dealer: ({ dealerId }) => dealerId, technician: (each) => each.technicianUserId, month: ({ on }) => on.slice(0, 7) };

describe('how promises are kept', () => {
  it.each(Object.keys(keyOf))('R-12: rates by %s are what all windows come to, moved ones in none, and each opens its windows', async (by) => {
    for (const period of PERIODS) {
      const within = windows.filter(({ on }) => on >= period.from && on <= period.to);
      const { items } = await reader().listPromiseRates({ by, ...period });
      expect(items.map(({ key }) => key).sort()).toEqual([...new Set(within.map(keyOf[by]))].sort());
      for (const { key, opens, ...rate } of items) {
        const behind = within.filter((each) => keyOf[by](each) === key);
        const count = (outcome: string) => behind.filter((each) => each.outcome === outcome).length;
        const [kept, missed] = [count('kept'), count('missed')];
        expect(rate).toMatchObject({ kept, missed, moved: count('moved'), keptPercent: kept + missed === 0 ? '' : (Math.round((1_000 * kept) / (kept + missed)) / 10).toFixed(1) });
        const opened = await reader().listPromisedVisits({ ...Object.fromEntries(new URLSearchParams(opens)), page: { limit: 200 } });
        expect(opened.items.map(({ id }) => id).sort()).toEqual(behind.map(({ id }) => id).sort());
      }
    }
  });

  it('R-12: rates and windows are narrowed by dealer, technician and outcome, and page', async () => {
    const [period] = PERIODS;
    const [dealerId, technicianUserId] = [dealerIds[0], technicianIds[1]];
    const mine = windows.filter((each) => each.dealerId === dealerId);
    expect((await reader().listPromiseRates({ by: 'dealer', dealerId, ...period })).items).toMatchObject([{ key: dealerId, label: 'D0', name: '经销商0' }]);
    expect((await reader().listPromisedVisits({ ...period, dealerId, technicianUserId })).items.map(({ id }) => id).sort()).toEqual(
      mine.filter((each) => each.technicianUserId === technicianUserId).map(({ id }) => id).sort());
    const first = await reader().listPromisedVisits({ ...period, outcome: 'missed', page: { limit: 3 } });
    const rest = await reader().listPromisedVisits({ ...period, outcome: 'missed', page: { limit: 200, cursor: first.nextCursor } });
    expect([...first.items, ...rest.items].map(({ id }) => id).sort()).toEqual(windows.filter(({ outcome }) => outcome === 'missed').map(({ id }) => id).sort());
    expect(first.items.every(({ outcome, arrivedAt }) => outcome === 'missed' && arrivedAt !== '')).toBe(true);
    const one = await reader().listPromiseRates({ by: 'month', ...period, page: { limit: 1 } });
    const two = await reader().listPromiseRates({ by: 'month', ...period, page: { limit: 2, cursor: one.nextCursor } });
    expect(new Set([...one.items, ...two.items].map(({ key }) => key)).size).toBe(3);
  });

  it('R-12: what is no dimension, outcome or day is refused, and dealers read none', async () => {
    await expect(reader().listPromiseRates({ by: 'colour' })).rejects.toMatchObject({ reason: 'DIMENSION_UNKNOWN' });
    await expect(reader().listPromisedVisits({ outcome: 'late' })).rejects.toMatchObject({ reason: 'INVALID_FIELD' });
    await expect(reader().listPromisedVisits({ without: 'dealer' })).rejects.toMatchObject({ reason: 'INVALID_FIELD' });
    await expect(reader().listPromisedVisits({ from: '2026-02-30' })).rejects.toMatchObject({ reason: 'PERIOD_INVALID' });
    const dealer = world.service.client(PromiseRateService, world.service.dealerCtx(dealerIds[0], 'dealer_manager'));
    await expect(dealer.listPromiseRates({ by: 'dealer' })).rejects.toMatchObject({ reason: 'ROLE_NOT_ALLOWED' });
    await expect(dealer.listPromisedVisits({})).rejects.toMatchObject({ reason: 'ROLE_NOT_ALLOWED' });
  });
});
