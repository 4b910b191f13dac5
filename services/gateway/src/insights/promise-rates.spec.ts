import { PromiseRateService } from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import { fake } from '@aftercare/testing';
import { JsonText } from '@aftercare/messaging';
import { Gateway, type Person } from '../spec/gateway-harness.js';

describe('rates of kept promises', () => {
  let gateway: Gateway;
  let [engineer, technician]: Person[] = [];
  const gone = newId();

  beforeAll(async () => {
    const rate = (key: string) => ({ id: newId(), key, label: key, name: '', kept: 3, missed: 1, moved: 0, keptPercent: '75.0', opens: `technicianUserId=${key}` });
    gateway = await Gateway.start([
      fake(PromiseRateService, {
        listPromiseRates: async () => new JsonText(JSON.stringify({ items: [technician.userId, gone, ''].map(rate), nextCursor: '' })),
      }),
    ]);
    engineer = await gateway.person('quality_engineer');
    technician = await gateway.person('dealer_technician', { dealerId: newId() });
  }, 60_000);
  afterAll(() => gateway.stop());

  it('R-12: name technicians by their accounts, where there is one', async () => {
    const { body } = await engineer.get('/quality/promises?by=technician');
    const items = body.items as { key: string; label: string; name: string; kept: number; opens: string }[];
    expect(items.map(({ key, label }) => [key, label])).toEqual([[technician.userId, technician.username], [gone, gone], ['', '']]);
    expect(items[0]).toMatchObject({ name: expect.stringMatching(/./) as string, kept: 3, opens: `technicianUserId=${technician.userId}` });
    expect(((await engineer.get('/quality/promises?by=dealer')).body.items as { label: string }[])[0].label).toBe(technician.userId);
  });

  it('R-12: are not for dealers', async () => {
    expect(await technician.get('/quality/promises?by=technician')).toMatchObject({ status: 403 });
    expect(await technician.get('/quality/promised-visits')).toMatchObject({ status: 403 });
  });
});
