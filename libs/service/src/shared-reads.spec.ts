import { startTestService, type TestService } from '@aftercare/testing';
import { Database, SharedReads } from './index.js';
import { sampleDefinition } from './spec-support/sample.js';

let service: TestService;
beforeAll(async () => {
  service = await startTestService(sampleDefinition);
}, 60_000);
afterAll(() => service.stop());

/** Long enough for whoever asks meanwhile. */
const SLOW = { name: 'slow_count', text: 'with slow as materialized (select pg_sleep(0.2)) select (select count(*)::int from sample) as n from slow', values: [] };
const reads = (options?: { fresh: boolean }): SharedReads => new SharedReads(service.app.get(Database), options);
const count = async (shared: SharedReads): Promise<number> => ((await shared.rows<{ n: number }>(service.ctx({}), SLOW))[0] as { n: number }).n;

const write = (number: string): Promise<unknown> => service.sql('insert into sample (id, dealer_id, number) values (gen_random_uuid(), gen_random_uuid(), $1)', [number]);

describe('readings that are shared', () => {
  it('who asks while it is being read gets that answer', async () => {
    const shared = reads();
    const first = count(shared);
    await write('1');
    const [one, two] = await Promise.all([first, count(shared)]);
    expect(two).toBe(one);
    expect(await count(shared)).toBe(1);
  });

  it('fresh: who asks meanwhile finds what was written before he asked, together with all who wait', async () => {
    const shared = reads({ fresh: true });
    const first = count(shared);
    await write('2');
    const startedAt = Date.now();
    const answers = await Promise.all([count(shared), count(shared), count(shared)]);
    expect(answers).toEqual([2, 2, 2]);
    // What is under way and one more: not one for each.
    expect(Date.now() - startedAt).toBeLessThan(3 * 200);
    expect(await first).toBeLessThan(2 + 1);
  });

  it('who joins a reading that waits is answered although whoever asked for it first no longer waits', async () => {
    const shared = reads({ fresh: true });
    const first = count(shared);
    const ask = (leftMs: number) => shared.rows<{ n: number }>({ ...service.ctx({}), deadlineAtMs: Date.now() + leftMs }, SLOW);
    const [soon, patient] = [ask(50), ask(10_000)];
    await Promise.all([first, soon]);
    expect(await patient).toEqual([{ n: 2 }]);
    const alone = [count(shared), ask(50)];
    await alone[0];
    await expect(alone[1]).rejects.toMatchObject({ reason: 'NO_TIME_LEFT' });
  });

  it('a reading that fails is told to all who asked for it, and the next one is another', async () => {
    const shared = reads({ fresh: true });
    const ask = () => shared.rows(service.ctx({}), { name: 'failing_count', text: 'select 1 / (select count(*)::int from sample where number = $1) as n', values: ['x'] });
    const asked = await Promise.allSettled([ask(), ask(), ask()]);
    expect(asked.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    await write('x');
    expect(await ask()).toEqual([{ n: 1 }]);
  });
});
