import { CallService, PartsRequestService } from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import { notFound, type CallContext } from '@aftercare/messaging';
import { fake } from '@aftercare/testing';
import { Gateway, type Person } from '../spec/gateway-harness.js';

describe('parts asked for from a call', () => {
  let gateway: Gateway;
  let [technician, other]: Person[] = [];
  let clerk: Person;
  const [dealerId, callId, newCallId, cancelledCallId, partId] = Array.from({ length: 5 }, newId);
  const asked: Record<string, unknown>[] = [];

  beforeAll(async () => {
    gateway = await Gateway.start([
      fake(CallService, {
        getCallFacts: async ({ id }, ctx: CallContext) => {
          if (id === newCallId && ctx.dealerId === null) return { id, state: 'new' };
          if (id === cancelledCallId && ctx.dealerId === null) return { id, state: 'cancelled' };
          if (id !== callId || (ctx.dealerId !== null && ctx.dealerId !== dealerId)) throw notFound('repair call');
          return { id, dealerId, state: 'assigned' };
        },
      }),
      fake(PartsRequestService, {
        createPartsRequest: async (request) => {
          asked.push({ ...request, lines: request.lines.map(({ unitSerial, quantity }) => [unitSerial, quantity]) });
          return { id: partId, state: 'draft', version: 1 };
        },
        submitPartsRequest: async ({ id, version }) => ({ id, number: 'PR-1', state: 'submitted', version: version + 1 }),
      }),
    ]);
    technician = await gateway.person('dealer_technician', { dealerId });
    other = await gateway.person('dealer_manager', { dealerId: newId() });
    clerk = await gateway.person('service_clerk');
  });
  afterAll(() => gateway.stop());

  const body = { deliveryAddress: '中山西路1号', urgency: 'urgent', lines: [{ partId, quantity: 2 }, { partId, quantity: 1, unitSerial: 'SN-8' }] };
  const path = (id: string): string => `/repair-calls/${id}/request-parts`;

  it('opens and hands in a request that carries the call and its dealer', async () => {
    const answer = await technician.post(path(callId), body);
    expect([answer.status, answer.body]).toEqual([201, expect.objectContaining({ id: partId, number: 'PR-1', state: 'submitted', version: 2 })]);
    expect(asked.at(-1)).toMatchObject({ purpose: 'repair', callId, dealerId, deliveryAddress: '中山西路1号', lines: [['', 2], ['SN-8', 1]] });
  });

  it('stays a draft when asked to; a clerk names who asked', async () => {
    const answer = await clerk.post(path(callId), { ...body, draft: true, askedBy: '李工' });
    expect([answer.status, answer.body.state]).toEqual([201, 'draft']);
    expect(asked.at(-1)).toMatchObject({ dealerId, askedBy: '李工' });
  });

  it('another dealer’s call answers like a missing one, and one that no dealer has is refused, as one that was cancelled is', async () => {
    const [foreign, missing] = [await other.post(path(callId), body), await other.post(path(newId()), body)];
    expect([foreign.status, foreign.body.reason]).toEqual([404, 'NOT_FOUND']);
    expect([missing.status, missing.body.reason]).toEqual([404, 'NOT_FOUND']);
    expect((await clerk.post(path(newCallId), body)).body.reason).toBe('STEP_NOT_ALLOWED');
    expect((await clerk.post(path(cancelledCallId), body)).body.reason).toBe('CALL_CLOSED');
    expect((await technician.post(path(callId), { ...body, lines: [] })).status).toBe(400);
  });
});
