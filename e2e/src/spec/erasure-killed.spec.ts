import type { Api, Ref } from '../http/api.js';
import { moveBusinessClock, rowsIn } from '../http/running.js';
import { activateDealer, hireManager, hireStaff, type People } from '../story/people.js';
import { killedBefore, until } from './held.js';
import type { SpecPlatform } from './platform-fixture.js';
import { findEverywhere } from './search.js';
import { startStoryPlatform } from './story-platform.js';

let world: SpecPlatform;
let people: People;
let manager: Api;
beforeAll(async () => {
  world = await startStoryPlatform({ services: ['gateway', 'dealers', 'customers', 'repairs'] });
  const accounts = { url: world.running.url, password: 'Erased-spec-2026-x', suffix: 'er' };
  people = await hireStaff(world.admin, accounts);
  const { id } = await activateDealer(people, { code: 'ERASED', name: '徐汇卫浴', regionCode: '310104', territory: ['310000'] });
  manager = await hireManager(people, accounts, { id, code: 'ERASED' });
}, 240_000);
afterAll(() => world?.stop(), 60_000);

const LI = { contactName: '李阿姨', contactPhone: '13900001111', address: { regionCode: '310104', detail: '另一处2号' } };

/** A customer whose name stands in a call that somebody else answers for, so that only the words of his file find it. */
async function person(name: string): Promise<{ id: string; traces: () => Promise<string[]>; erase: () => Promise<number> }> {
  const customer = await manager.post('/customers', { name, phones: ['13987650071'], address: { regionCode: '310104', detail: '漕溪北路88弄' }, consentService: true, acceptSharedPhone: true });
  const call = await manager.post('/repair-calls', { ...LI, channel: 'phone', customerId: customer.id, unitDescription: '龙头', symptoms: '滴水' });
  await manager.post(`/repair-calls/${call.id}/request-support`, { kind: 'support', question: `${name}家水压低` });
  const { version } = await manager.get<Ref>(`/repair-calls/${call.id}`);
  await manager.post(`/repair-calls/${call.id}/cancel`, { version, reason: '不修了' });
  return {
    id: customer.id,
    traces: async () => (await findEverywhere(world.running, [name])).map(({ place }) => place).sort(),
    erase: async () => (await people.supervisor.raw('POST', `/customers/${customer.id}/anonymise`, { version: customer.version, reason: '本人要求' })).status,
  };
}

const wordsKept = async (): Promise<number> => (await rowsIn(world.running.databases, 'repairs', 'select from erasure_words')).length;

describe('C-5: a process is killed while a person is erased', () => {
  it('customers, after his words were said and before it commits: he is as he was, a day later the words are gone, and he can be erased', async () => {
    const { traces, erase } = await person('令狐金丝雀');
    const before = await traces();
    let asked: Promise<number> | undefined;
    await killedBefore(world, 'customers', {
      held: { table: 'customer', on: 'update', when: 'new.anonymised_at is not null' },
      begin: () => Promise.resolve(void (asked = erase())),
    });
    expect(await asked).toBeGreaterThanOrEqual(500);
    expect(await traces()).toEqual([...before, 'repairs.erasure_words'].sort());
    await moveBusinessClock(world.running.databases, '25h');
    await until(wordsKept, (kept) => kept === 0);
    expect(await traces()).toEqual(before);
    await until(erase, (status) => status === 200);
    expect(await until(traces, (left) => left.length === 0)).toEqual([]);
  }, 120_000);

  it('repairs, after customers committed and before it heard so, for days: no trace of him is left', async () => {
    const { traces, erase } = await person('东方金丝雀');
    await killedBefore(world, 'repairs', {
      held: { table: 'repair_call', on: 'update', when: `new.contact_name = '***'` },
      begin: async () => expect(await erase()).toBe(200),
      meanwhile: async () => {
        expect(await wordsKept()).toBe(1);
        await moveBusinessClock(world.running.databases, '2d');
      },
    });
    expect(await until(traces, (left) => left.length === 0)).toEqual([]);
    expect(await wordsKept()).toBe(0);
  }, 120_000);

  it('customers, while those who were erased before are erased again: what was committed stays, the rest follows, each is told once', async () => {
    const inCustomers = (text: string, values: unknown[] = []) => rowsIn<{ told: number }>(world.running.databases, 'customers', text, values);
    const [first, second] = [await person('南宫金丝雀'), await person('西门金丝雀')];
    for (const { id, erase } of [first, second]) {
      expect(await until(erase, (status) => status === 200)).toBe(200);
      await inCustomers(LEFT_BEHIND, [id, `${id === first.id ? '南宫' : '西门'}金丝雀的老邻居`]);
    }
    const left = async () => [await first.traces(), await second.traces()];
    const pin = ['customers.customer_class_pin'];
    expect(await until(left, (found) => JSON.stringify(found) === JSON.stringify([pin, pin]))).toEqual([pin, pin]);
    await killedBefore(world, 'customers', {
      held: { table: 'customer_class_pin', on: 'update', when: `new.customer_id = '${second.id}'` },
      begin: async () => {
        for (const { id } of [first, second]) await inCustomers(AGAIN, [id]);
      },
      meanwhile: async () => expect(await until(left, ([of]) => of?.length === 0)).toEqual([[], pin]),
    });
    expect(await until(left, (found) => found.flat().length === 0)).toEqual([[], []]);
    for (const { id } of [first, second]) expect(await inCustomers(TOLD_AGAIN, [id])).toEqual([{ told: 1 }]);
  }, 120_000);
});

/** What an erasure of before did not find. */
const LEFT_BEHIND = `
  insert into customer_class_pin (customer_id, dealer_id, class, reason, pinned_by, pinned_at) select id, dealer_id, 'A', $2, 'spec', anonymised_at from customer where id = $1`;
const AGAIN = `insert into deadline (kind, ref, due_at) values ('customer-erasure-again', $1, business_now())`;
const TOLD_AGAIN = `
  select count(*)::int as told from outbox where event_type = 'aftercare.customers.v1.CustomerAnonymised' and payload::jsonb ->> 'customerId' = $1 and payload::jsonb ->> 'writtenUntil' <> ''`;
