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

/** Writers side by side, each taking one number after the other; every fifth transaction fails after taking its number. */
async function takeMany(kind: string, gapFree: boolean, writers: number, each: number): Promise<string[]> {
  const taken: string[] = [];
  const writer = async (): Promise<void> => {
    for (let index = 0; index < each; index += 1) {
      const answer = await take(kind, gapFree, index % 5 === 4).catch(() => null);
      if (answer) taken.push(answer.number);
    }
  };
  await Promise.all(Array.from({ length: writers }, writer));
  return taken.sort();
}

it('X-6: gap-free numbers have no gap under 32 writers of which some fail', async () => {
  const numbers = await takeMany('charge_slip', true, 32, 10);
  const year = new Date(await service.now()).getUTCFullYear();
  expect(numbers.length).toBeGreaterThan(100);
  expect(numbers).toEqual(numbers.map((_, index) => `CS-${year}-${String(index + 1).padStart(6, '0')}`));
});

it('X-6: rising numbers are unique, and a failed transaction may leave a gap', async () => {
  const numbers = await takeMany('repair_call', false, 8, 10);
  expect(numbers.length).toBeGreaterThan(30);
  expect(new Set(numbers).size).toBe(numbers.length);
  const { number } = await take('repair_call', false);
  expect(numbers.every((earlier) => earlier < number)).toBe(true);
  expect(Number(number.slice(-6))).toBeGreaterThan(numbers.length + 1);
});

it('X-6: numbers start again with the business year of Shanghai', async () => {
  await service.moveClock('2030-12-31T15:59:00.000Z');
  expect((await take('stocktake', true)).number).toBe('CS-2030-000001');
  await service.moveClock('2030-12-31T16:00:00.000Z');
  expect((await take('stocktake', true)).number).toBe('CS-2031-000001');
  expect((await take('request', false)).number).toBe('CS-2031-000001');
});
