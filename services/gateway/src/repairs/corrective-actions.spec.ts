import { CorrectiveActionService, type OpenCorrectiveActionRequest, type PlanCorrectiveActionRequest } from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import { fake } from '@aftercare/testing';
import { Gateway, type Person } from '../spec/gateway-harness.js';

describe('the owner of a corrective action', () => {
  let gateway: Gateway;
  let [engineer, clerk, manager]: Person[] = [];
  const asked: (OpenCorrectiveActionRequest | PlanCorrectiveActionRequest)[] = [];

  beforeAll(async () => {
    gateway = await Gateway.start([
      fake(CorrectiveActionService, {
        openCorrectiveAction: async (request) => {
          asked.push(request);
          return { id: newId(), number: 'CA-2026-000001', state: 'open', version: 1 };
        },
        planCorrectiveAction: async (request) => {
          asked.push(request);
          return { id: request.id, number: 'CA-2026-000001', state: 'open', version: 2 };
        },
      }),
    ]);
    engineer = await gateway.person('quality_engineer');
    clerk = await gateway.person('service_clerk');
    manager = await gateway.person('dealer_manager', { dealerId: newId() });
  }, 60_000);
  afterAll(() => gateway.stop());

  const body = {
    title: '阀芯滴水', problem: '三个月 40 起', figure: [{ name: 'fault', value: 'F-01' }],
    containmentDueOn: '2099-01-01', rootCauseDueOn: '2099-01-02', actionDueOn: '2099-01-03', checkDueOn: '2099-01-04',
  };

  it('Q-4: is an account of the manufacturer’s; a dealer’s or a missing one is not found', async () => {
    const answer = await engineer.post('/corrective-actions', { ...body, ownerUserId: clerk.userId });
    expect([answer.status, asked.at(-1)]).toEqual([201, expect.objectContaining({ ownerUserId: clerk.userId, title: '阀芯滴水' })]);
    for (const ownerUserId of [manager.userId, newId()]) {
      expect(await engineer.post('/corrective-actions', { ...body, ownerUserId })).toMatchObject({ status: 404, body: { reason: 'NOT_FOUND' } });
      expect(await engineer.post(`/corrective-actions/${newId()}/plan`, { version: 1, reason: '换人', ownerUserId })).toMatchObject({ status: 404 });
    }
    expect((await engineer.post(`/corrective-actions/${newId()}/plan`, { version: 1, reason: '换人', ownerUserId: clerk.userId })).status).toBe(200);
    expect(asked).toHaveLength(2);
  });

  it('Q-4: days and filters are checked field by field; others than the quality engineer are refused', async () => {
    const wrong = await engineer.post('/corrective-actions', { ...body, figure: [{ name: 'colour', value: 'red' }], checkDueOn: '2099-02-30' });
    expect(wrong).toMatchObject({ status: 400, body: { errors: [{ field: 'figure[0].name' }, { field: 'checkDueOn' }] } });
    for (const person of [clerk, manager, await gateway.person('service_supervisor')]) expect(await person.post('/corrective-actions', body)).toMatchObject({ status: 403, body: { reason: 'ROLE_NOT_ALLOWED' } });
  });
});
