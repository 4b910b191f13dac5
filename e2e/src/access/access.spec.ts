import { randomUUID } from 'node:crypto';
import { ROLES } from '@aftercare/domain';
import type { Answer, Api } from '../http/api.js';
import type { SpecPlatform } from '../spec/platform-fixture.js';
import { startStoryPlatform } from '../spec/story-platform.js';
import { badInputSpecs, callersOfBodies } from './bad-input.js';
import { comparable } from './comparable.js';
import { askFiltered, askNested, everybodys, fileRows, isFile, leafOf, nestedRows, queryKinds, untried } from './nested.js';
import { filled, operationsOf, pathsBeside, type Operation } from './openapi.js';
import { priceThings, readersOf, readEverything, unreadHere } from './prices.js';
import { dealerLists, publicEndpoints, tenancyRows } from './rows.js';
import { makeWorld, type AccessWorld } from './world.js';

let platform: SpecPlatform;
let world: AccessWorld;
let operations: Operation[];
beforeAll(async () => {
  platform = await startStoryPlatform();
  operations = await operationsOf(platform.running.url);
  await callersOfBodies(platform, operations);
}, 180_000);
afterAll(() => platform?.stop(), 60_000);

badInputSpecs();

const DEALER_ROLES = ['dealer_manager', 'dealer_technician'];
/** Run last: it ends the sessions that the matrix needs. */
const LOGOUT = 'POST /auth/logout';

const mayDealer = ({ roles }: Operation): boolean => roles !== 'public' && roles.some((role) => DEALER_ROLES.includes(role));

/** A small file, for what takes one. */
function smallFile(): FormData {
  const form = new FormData();
  form.append('file', new Blob(['column\nvalue\n'], { type: 'text/csv' }), 'rows.csv');
  return form;
}

function send(role: string, operation: Operation, path: string, body?: object): Promise<Answer> {
  const caller = world.callers[role];
  if (!caller) throw new Error(`nobody signs in as ${role}`);
  return caller.raw(operation.method, path, operation.isForm ? smallFile() : operation.method === 'GET' ? undefined : (body ?? {}));
}

describe('with the documents of two dealers', () => {
  beforeAll(async () => {
    world = await makeWorld(platform);
  }, 180_000);

  describe('the role × action table', () => {
    it('every endpoint has an action with a row', () => {
      expect(operations.length).toBeGreaterThan(120);
      expect(operations.filter(({ action, roles }) => action === '' || (roles !== 'public' && roles.length === 0))).toEqual([]);
      const known = new Set<string>([...ROLES]);
      expect(operations.flatMap(({ roles }) => (roles === 'public' ? [] : roles)).filter((role) => !known.has(role))).toEqual([]);
    });

    it('what nobody signs in for is listed with its reason; beside the API only health is answered', async () => {
      expect(operations.filter(({ roles }) => roles === 'public').map(({ name }) => name).sort()).toEqual(Object.keys(publicEndpoints).sort());
      expect(await pathsBeside(platform.running.url)).toEqual(['/health/live', '/health/ready']);
    });

    it('every cell is run: who may not gets 403, nobody gets 401, who may is let through', async () => {
      const wrong: string[] = [];
      let cells = 0;
      for (const operation of operations.filter(({ name }) => name !== LOGOUT)) {
        const path = filled(operation.path, () => randomUUID());
        await Promise.all([...ROLES, 'anonymous'].map(async (role) => {
          const { status } = await send(role, operation, path);
          const may = operation.roles === 'public' || operation.roles.includes(role);
          const refused = status === 401 || status === 403;
          const right = may ? !refused && status < 500 : status === (role === 'anonymous' ? 401 : 403);
          if (!right) wrong.push(`${role} ${operation.name} → ${status}`);
          cells += 1;
        }));
      }
      expect(wrong).toEqual([]);
      expect(cells).toBe((operations.length - 1) * (ROLES.length + 1));
    }, 180_000);
  });

  describe('tenancy', () => {
    const takesId = (operation: Operation): boolean =>
      operation.path.includes('{') && mayDealer(operation);

    it('every endpoint that a dealer may call with an id has a row', () => {
      expect(operations.filter(takesId).map(({ name }) => name).filter((name) => !tenancyRows[name])).toEqual([]);
      const names = new Set(operations.map(({ name }) => name));
      expect(Object.keys(tenancyRows).filter((name) => !names.has(name) && name !== 'GET /settings/{key}')).toEqual([]);
    });

    it('another dealer\'s id and a missing id answer the same 404 on every endpoint', async () => {
      const wrong: unknown[] = [];
      let compared = 0;
      for (const operation of operations.filter(takesId)) {
        const row = tenancyRows[operation.name];
        if (!row || row.shared) continue;
        const kind = operation.path.split('/')[1] ?? '';
        const foreignId = world.ids[kind === 'charge-slips' ? 'charge-slips' : kind];
        if (!foreignId) throw new Error(`the first dealer has no ${kind}`);
        for (const role of DEALER_ROLES.filter((each) => (operation.roles as string[]).includes(each))) {
          const ask = (id: string): Promise<Answer> =>
            send(role, operation, filled(operation.path, (name) => (name === 'service' ? 'customers' : name === 'lineId' ? world.lineId : id)), row.body?.(world));
          const [foreign, missing] = [comparable(await ask(foreignId)), comparable(await ask(randomUUID()))];
          compared += 1;
          if (JSON.stringify(foreign) !== JSON.stringify(missing) || (foreign as { status: number }).status !== 404) wrong.push([role, operation.name, foreign, missing]);
        }
      }
      expect(wrong).toEqual([]);
      expect(compared).toBeGreaterThan(60);
    }, 120_000);

    it('a technician\'s own dealer\'s customer that is no work of his and a missing one answer the same 404, and stand in no list of his', async () => {
      const { dealer_technician: technician, dealer_manager: manager } = world.callers;
      const wrong: unknown[] = [];
      for (const operation of operations.filter(({ path, roles }) => path.startsWith('/customers/{id}') && (roles as string[]).includes('dealer_technician'))) {
        const ask = (id: string): Promise<Answer> => send('dealer_technician', operation, filled(operation.path, () => id), tenancyRows[operation.name]?.body?.(world));
        const [strange, missing] = [comparable(await ask(world.own.customerId)), comparable(await ask(randomUUID()))];
        if (JSON.stringify(strange) !== JSON.stringify(missing) || (strange as { status: number }).status !== 404) wrong.push([operation.name, strange, missing]);
      }
      expect(wrong).toEqual([]);
      const listed = async (caller = technician) => (await caller!.get<{ items: { id: string }[] }>('/customers?limit=200')).items.map(({ id }) => id);
      expect(await listed()).not.toContain(world.own.customerId);
      expect(await listed(manager)).toContain(world.own.customerId);
    });

    it('C-4, C-5: a technician makes no work of his own dealer\'s unit that is none: no appointment, no transfer by a call he takes himself, no paper, no customer id', async () => {
      const { dealer_technician: technician, dealer_manager: manager } = world.callers as Record<string, Api>;
      const { own, other, stage: { serials } } = world;
      const found = await manager!.get<{ id: string; version: number }>(`/product-units/by-serial/${serials[4]}`);
      await manager!.post(`/product-units/${found.id}/sell`, { version: found.version, serial: serials[4], customerId: own.customerId, purchaseDate: '2026-01-05' });
      const unit = await manager!.get<{ id: string; version: number }>(`/product-units/${found.id}`);
      const proof = await manager!.post(`/product-units/${unit.id}/prove-purchase`, { version: unit.version, purchaseDate: '2026-01-04', evidence: own.photo, reason: '发票日期' });
      const mine = await technician!.post('/customers', { name: '自己登记', phones: ['13688880099'], address: { regionCode: '330106', detail: '文三路9号' }, language: 'zh-CN', consentService: true });
      const call = { channel: 'phone', contactName: '李四', contactPhone: '13612340009', address: { regionCode: '330106', detail: '文三路9号' }, symptoms: '异响', unitId: unit.id };
      await technician!.post('/repair-calls', call);
      const times = { appointmentFrom: new Date().toISOString(), appointmentTo: new Date(Date.now() + 3_600_000).toISOString() };
      const handOver = { version: unit.version, customerId: mine.id, transferredOn: '2026-01-06', reason: '转让' };
      const ways: [string, (id: string) => Promise<Answer>, string][] = [
        ['appointment', (id) => technician!.raw('POST', '/installations', { unitId: id, technicianUserId: other.technicianUserId, ...times }), unit.id],
        ['transfer', (id) => technician!.raw('POST', `/product-units/${id}/transfer`, handOver), unit.id],
        ['proof', (id) => technician!.raw('GET', `/purchase-proofs/${id}`), proof.id],
        ['file', (id) => technician!.raw('GET', `/attachments/${id}`), own.photo.id],
        ['thumbnail', (id) => technician!.raw('GET', `/attachments/${id}/thumbnail`), own.photo.id],
        ['customer', (id) => technician!.raw('GET', `/customers/${id}`), own.customerId],
      ];
      for (const [name, ask, id] of ways) {
        const strange = comparable(await ask(id));
        expect([name, strange]).toMatchObject([name, { status: 404 }]);
        expect([name, strange]).toEqual([name, comparable(await ask(randomUUID()))]);
      }
      for (const path of [`/product-units?q=${serials[4]}`, `/product-units/${unit.id}`, `/product-units/${unit.id}/file`, '/purchase-proofs?limit=200']) {
        const seen = JSON.stringify(await technician!.get(path));
        for (const hidden of [own.customerId, proof.id, own.photo.id]) expect([path, seen.includes(hidden)]).toEqual([path, false]);
      }
    });

    it('every id that a dealer may name in a body or a query has a row, or says why it is nobody\'s', () => {
      const rows = new Set([...nestedRows.map(({ operation, field }) => `${operation} ${field}`), ...Object.keys(untried)]);
      const named = operations.filter(({ roles }) => roles === 'public' || mayDealer({ roles } as Operation));
      const missing = named.flatMap(({ name, bodyIds, queryIds }) => [
        ...bodyIds.filter((field) => !isFile(field) && !everybodys[leafOf(field)] && !rows.delete(`${name} ${field}`)).map((field) => `${name}: the body names ${field}; give it a row in nested.ts`),
        ...queryIds.filter((parameter) => !everybodys[parameter] && !queryKinds[parameter]).map((parameter) => `${name}: the query names ${parameter}; say in nested.ts of what kind it is`),
      ]);
      expect(missing).toEqual([]);
      expect([...rows]).toEqual([]);
      expect(fileRows(named).length).toBeGreaterThan(10);
    });

    it('a foreign id nested in a body is answered like a missing one: 404', async () => {
      const wrong: string[] = [];
      const rows = [...nestedRows, ...fileRows(operations.filter(mayDealer))];
      for (const row of rows) {
        const operation = operations.find(({ name }) => name === row.operation);
        if (!operation) throw new Error(`there is no ${row.operation}`);
        const [foreign, missing] = await askNested(world, operation, row);
        const { status, details } = foreign as { status: number; details?: { kind?: string } };
        const right = JSON.stringify(foreign) === JSON.stringify(missing) && (row.finds ? status === 200 : status === 404) && (row.kind !== 'attachments' || details?.kind === 'attachment');
        if (!right) wrong.push(`${row.operation} ${row.field}: ${JSON.stringify([foreign, missing])}`);
      }
      expect(wrong).toEqual([]);
    }, 60_000);

    it('a foreign id in a query is answered like a missing one, and finds nothing', async () => {
      const wrong: string[] = [];
      for (const operation of operations.filter(mayDealer)) {
        for (const parameter of operation.queryIds.filter((each) => queryKinds[each])) {
          const [foreign, missing] = await askFiltered(world, operation, parameter);
          const { status, items = [] } = foreign as { status: number; items?: unknown[] };
          const right = JSON.stringify(foreign) === JSON.stringify(missing) && (status === 404 || (status === 200 && items.length === 0));
          if (!right) wrong.push(`${operation.name} ${parameter}: ${JSON.stringify([foreign, missing])}`);
        }
      }
      expect(wrong).toEqual([]);
    }, 60_000);

    it('a list filtered by another dealer, or not at all, shows nothing of another dealer', async () => {
      for (const path of dealerLists) {
        const listed = await world.callers.dealer_manager!.get<{ items: Record<string, string>[] }>(`${path}?limit=200`);
        const filtered = await world.callers.dealer_manager!.get<{ items: Record<string, string>[] }>(`${path}?dealerId=${world.stage.dealer.id}`);
        expect([path, filtered.items]).toEqual([path, []]);
        expect([path, JSON.stringify(listed).includes(world.stage.dealer.id)]).toEqual([path, false]);
      }
    });
  });

  describe('prices (F-7)', () => {
    it('nobody reads at any endpoint what he may not: what the manufacturer paid, what dealers pay, what one alone pays or asks; whoever may, finds it', async () => {
      const { wrong, read, unread } = await readEverything(world, await priceThings(world.stage), operations);
      expect(wrong).toEqual([]);
      expect(read).toEqual(readersOf());
      expect(unread.sort()).toEqual(Object.keys(unreadHere).sort());
    }, 300_000);
  });

  // Last, because nobody is signed in afterwards.
  it('every role ends its own session, and nobody has none to end', async () => {
    const logout = operations.find(({ name }) => name === LOGOUT) as Operation;
    for (const role of [...ROLES, 'anonymous']) {
      const may = role !== 'anonymous';
      expect([role, (await send(role, logout, logout.path)).status]).toEqual([role, may ? 200 : 401]);
      expect([role, (await world.callers[role]!.raw('GET', '/auth/me')).status]).toEqual([role, 401]);
    }
  }, 30_000);
});
