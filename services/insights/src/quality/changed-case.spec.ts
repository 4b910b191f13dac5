import { CallCancelledSchema, FaultsRecordedSchema, ModelPublishedSchema, QualityFigureService, UnitDispatchedSchema } from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import { deliver, specEvent, startInsights, type InsightsWorld, type SpecEvent } from '../insights.fixture.js';

const [dealerId, faucet, toilet, unitId, rightId] = [newId(), newId(), newId(), newId(), newId()];
const AT = '2026-01-10T04:00:00.000Z';
let world: InsightsWorld;
beforeAll(async () => {
  world = await startInsights(100);
  await told([
    specEvent(ModelPublishedSchema, { modelId: faucet, code: 'F', name: '龙头', family: 'faucet', version: 1 }, AT),
    specEvent(ModelPublishedSchema, { modelId: toilet, code: 'T', name: '坐便器', family: 'toilet', version: 1 }, AT),
    specEvent(UnitDispatchedSchema, { unitId, serial: 'S-1', modelId: faucet, dealerId, dispatchedOn: '2025-11-01', manufacturedOn: '2025-10-01' }, AT),
    specEvent(UnitDispatchedSchema, { unitId: rightId, serial: 'S-2', modelId: toilet, dealerId, dispatchedOn: '2025-11-01', manufacturedOn: '2025-10-01' }, AT),
  ]);
}, 60_000);
afterAll(() => world?.service.stop());

async function told(events: SpecEvent[]): Promise<void> {
  for (const event of events) await deliver(world, event);
  await world.service.drain();
}

const found = (caseId: string, given: object = {}): SpecEvent => specEvent(FaultsRecordedSchema, {
  caseId, kind: 'repair-call', number: 'RC-1', dealerId, unitId, serial: 'S-1', stage: 'in_warranty', family: 'faucet', faults: [{ faultCode: 'F01' }], partsUsed: [],
  labourFee: '80.00', travelFee: '0.00', openedAt: '2026-01-09T04:00:00.000Z', resolvedAt: AT, recordedAt: AT, version: 5, ...given,
}, AT);
const cancelled = (callId: string, given: object = {}): SpecEvent => specEvent(CallCancelledSchema, { callId, dealerId, cancelledAt: AT, version: 8, ...given }, AT);
const figures = () => world.service.client(QualityFigureService, world.service.ctx({ role: 'quality_engineer' }));
const PERIOD = { from: '2026-01-01', to: '2026-01-31' };

async function barsOf(by: string): Promise<[string, number, string][]> {
  const { items } = await figures().listQualityBars({ by, ...PERIOD });
  return items.map(({ key, cases, cost }) => [key, cases, cost]);
}
const records = async (): Promise<string[]> => (await figures().listQualityRecords({ ...PERIOD })).items.map(({ id }) => id);

describe('a case that changes after it was told', () => {
  it('Q-1, R-11: moves to the right unit, its model and its family, in whatever order it is told', async () => {
    const caseId = newId();
    const fixed = found(caseId, { unitId: rightId, serial: 'S-2', family: 'toilet', version: 6 });
    await told([fixed, found(caseId)]);
    expect([await barsOf('model'), await barsOf('family')]).toEqual([[[toilet, 1, '80.00']], [['toilet', 1, '80.00']]]);
    await told([cancelled(caseId)]);
  });

  it('Q-1: is none any more when its call is cancelled, whichever is told first', async () => {
    const [first, second, kept] = [newId(), newId(), newId()];
    await told([found(kept), found(first), cancelled(first), cancelled(second), found(second), found(first, { version: 6 })]);
    expect(await records()).toEqual([kept]);
    for (const [by, key] of [['month', '2026-01'], ['model', faucet], ['dealer', dealerId], ['fault', 'faucet/F01']] as const) expect(await barsOf(by)).toEqual([[key, 1, '80.00']]);
  });

  it('Q-1, R-2: stays where only its reopening was cancelled, whichever is told first', async () => {
    const before = await records();
    const [first, second] = [newId(), newId()];
    const reopening = (callId: string) => cancelled(callId, { resolvedAt: AT, clockSeconds: 3_600 });
    await told([found(first), reopening(first), reopening(second), found(second)]);
    expect((await records()).filter((id) => !before.includes(id)).sort()).toEqual([first, second].sort());
  });
});
