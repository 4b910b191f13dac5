import { startTestService, type TestService } from '@aftercare/testing';
import { sampleDefinition } from './spec-support/sample.js';

let service: TestService;
beforeAll(async () => {
  service = await startTestService(sampleDefinition);
});
afterAll(() => service.stop());

const take = (kind: string, gapFree: boolean, fail = false) =>
  service.database.command(service.ctx(), async (tx) => {
    const number = await tx.nextNumber(kind, { prefix: 'CS', gapFree });
    if (fail) throw new Error('refused after the number was taken');
    return { number };
  });

it('X-6: gap-free numbers have no gap under 32 writers of which some fail', async () => {
  const results = await Promise.allSettled(Array.from({ length: 32 * 10 }, (_, index) => take('charge_slip', true, index % 5 === 0)));
  const numbers = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value.number] : []));
  const year = new Date(await service.now()).getUTCFullYear();
  expect(numbers.sort()).toEqual(Array.from({ length: 256 }, (_, index) => `CS-${year}-${String(index + 1).padStart(6, '0')}`));
});

it('X-6: rising numbers are unique, and a failed transaction may leave a gap', async () => {
  const results = await Promise.allSettled(Array.from({ length: 64 }, (_, index) => take('repair_call', false, index % 5 === 0)));
  const numbers = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value.number] : []));
  expect(new Set(numbers).size).toBe(numbers.length);
  expect(numbers.length).toBe(51);
  const { number } = await take('repair_call', false);
  expect(numbers.every((earlier) => earlier < number)).toBe(true);
});

it('X-6: numbers start again with the business year of Shanghai', async () => {
  await service.moveClock('2030-12-31T15:59:00.000Z');
  expect((await take('stocktake', true)).number).toBe('CS-2030-000001');
  await service.moveClock('2030-12-31T16:00:00.000Z');
  expect((await take('stocktake', true)).number).toBe('CS-2031-000001');
  expect((await take('request', false)).number).toBe('CS-2031-000001');
});
