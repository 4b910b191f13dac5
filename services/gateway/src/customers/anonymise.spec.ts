import { CallTimelineService, CustomerService } from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import { fake } from '@aftercare/testing';
import { Gateway, type Answer } from '../spec/gateway-harness.js';

describe('anonymising over HTTP', () => {
  let gateway: Gateway;
  const unfinished = new Map<string, number>();
  const erased: string[] = [];

  beforeAll(async () => {
    gateway = await Gateway.start([
      fake(CallTimelineService, { countUnfinishedCalls: async ({ customerId }) => ({ open: unfinished.get(customerId) ?? 0 }) }),
      fake(CustomerService, {
        anonymiseCustomer: async ({ id }) => {
          erased.push(id);
          return { id, number: 'CU-1', state: 'anonymised', version: 2 };
        },
      }),
    ]);
  });
  afterAll(() => gateway.stop());

  it('C-5: waits while a call is open, since its technician needs the contact', async () => {
    const supervisor = await gateway.person('service_supervisor');
    const id = newId();
    const ask = (): Promise<Answer> => supervisor.post(`/customers/${id}/anonymise`, { version: 1, reason: '本人要求' });
    unfinished.set(id, 2).set(newId(), 1);
    expect(await ask()).toMatchObject({ status: 409, body: { reason: 'CUSTOMER_CALLS_OPEN', details: { open: 2 } } });
    expect(erased).toEqual([]);
    unfinished.set(id, 0);
    expect(await ask()).toMatchObject({ status: 200, body: { state: 'anonymised' } });
    expect(erased).toEqual([id]);
  });
});
