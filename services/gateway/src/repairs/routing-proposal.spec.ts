import { CallService, ProductUnitService, RoutingService, TerritoryService } from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import { notFound } from '@aftercare/messaging';
import { fake } from '@aftercare/testing';
import { Gateway, type Person } from '../spec/gateway-harness.js';

describe('the proposal for routing over HTTP', () => {
  let gateway: Gateway;
  let clerk: Person;
  const [callId, filedId, unitId, soldBy, cityDealer] = Array.from({ length: 5 }, newId);
  const asked: unknown[] = [];

  beforeAll(async () => {
    gateway = await Gateway.start([
      fake(CallService, {
        getCall: async ({ id }) => {
          if (id === filedId) return { id, state: 'filed' };
          if (id !== callId) throw notFound('repair call');
          return { id, state: 'new', regionCode: '310104', unitSerial: 'sn-7' };
        },
      }),
      fake(ProductUnitService, {
        listUnits: async ({ serialFrom, serialTo }) => ({ items: serialFrom === 'SN-7' && serialTo === 'SN-7' ? [{ id: unitId }] : [] }),
        getUnit: async ({ id }) => ({ id, sellingDealerId: soldBy, dealerId: soldBy }),
      }),
      fake(TerritoryService, {
        listCallTakers: async (request) => {
          asked.push(request);
          return { items: [
            { id: cityDealer, code: 'B', name: '市', status: 'active', regionCode: '110101', territoryRegionCodes: ['310100'] },
            { id: soldBy, code: 'A', name: '售', status: 'active', regionCode: '110101', territoryRegionCodes: [] },
          ] };
        },
      }),
      fake(RoutingService, { countOpenWork: async ({ dealerIds }) => ({ items: dealerIds.map((dealerId) => ({ dealerId, open: 2, overdue: 1 })) }) }),
    ]);
    clerk = await gateway.person('service_clerk');
  });
  afterAll(() => gateway.stop());

  it('names the unit’s seller and the territory’s dealer with their open work', async () => {
    const { body } = await clerk.get(`/repair-calls/${callId}/routing-proposal`);
    expect(body).toEqual({ items: [
      { dealerId: soldBy, code: 'A', name: '售', nameEn: '', status: 'active', reasons: ['sold', 'dispatched'], openCalls: 2, overdueCalls: 1 },
      { dealerId: cityDealer, code: 'B', name: '市', nameEn: '', status: 'active', reasons: ['territory_city'], openCalls: 2, overdueCalls: 1 },
    ] });
    expect(asked).toEqual([expect.objectContaining({ regionCode: '310104', dealerIds: [soldBy, soldBy] })]);
  });

  it('proposes nobody for a call that cannot be routed; a missing one is not found, and only the clerk asks', async () => {
    expect((await clerk.get(`/repair-calls/${filedId}/routing-proposal`)).body).toEqual({ items: [] });
    expect((await clerk.get(`/repair-calls/${newId()}/routing-proposal`)).status).toBe(404);
    const manager = await gateway.person('dealer_manager', { dealerId: newId() });
    expect((await manager.get(`/repair-calls/${callId}/routing-proposal`)).status).toBe(403);
  });
});
