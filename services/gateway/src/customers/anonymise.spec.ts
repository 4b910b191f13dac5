import { CallService, CustomerService } from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import { JsonText } from '@aftercare/messaging';
import { fake } from '@aftercare/testing';
import { Gateway, type Answer } from '../spec/gateway-harness.js';

describe('anonymising over HTTP', () => {
  let gateway: Gateway;
  let states: string[] = [];
  const erased: string[] = [];

  beforeAll(async () => {
    gateway = await Gateway.start([
      fake(CallService, {
        listCalls: async ({ state: wanted, page }) => {
          const found = states.filter((state) => wanted !== 'unfinished' || !['filed', 'cancelled'].includes(state)).slice(0, page?.limit);
          return new JsonText(JSON.stringify({ items: found.map((state) => ({ id: newId(), state })), nextCursor: '' }));
        },
      }),
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
    states = ['filed', 'assigned', 'cancelled'];
    expect(await ask()).toMatchObject({ status: 409, body: { reason: 'CUSTOMER_CALLS_OPEN', details: { open: 1 } } });
    expect(erased).toEqual([]);
    states = [...Array<string>(300).fill('filed'), 'resolved'];
    expect(await ask()).toMatchObject({ status: 409, body: { reason: 'CUSTOMER_CALLS_OPEN', details: { open: 1 } } });
    expect(erased).toEqual([]);
    states = ['filed', 'cancelled'];
    expect(await ask()).toMatchObject({ status: 200, body: { state: 'anonymised' } });
    expect(erased).toEqual([id]);
  });
});
