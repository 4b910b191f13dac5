import { CustomerChangedSchema, ListCallsRequestSchema, QualityReportService, type ListCallsRequest } from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import { create, type MessageInitShape } from '@bufbuild/protobuf';
import type { CallContext } from '@aftercare/messaging';
import { cursorOf, pageOf } from '@aftercare/service';
import { planOf } from '@aftercare/testing';
import { calls, noticesOf, phoneCall, resolvedCall, startRepairs, type RepairsWorld } from '../repairs.fixture.js';
import { listStatement } from './call-list.js';

const LIST = 'calls openedAt';

const reason = (text: string) => expect.objectContaining({ reason: text });

let world: RepairsWorld;
beforeAll(async () => {
  world = await startRepairs();
});
afterAll(() => world.service.stop());

/** The plan of a list whatever its values are, as far as the table's small size does not decide it. */
async function planFor(ctx: CallContext, asked: MessageInitShape<typeof ListCallsRequestSchema> = {}, how: { sorts?: boolean } = {}): Promise<{ plan: string; onePlan?: boolean }> {
  const request: ListCallsRequest = create(ListCallsRequestSchema, asked);
  const { text, onePlan } = listStatement(request, ctx, pageOf(request.page, { list: LIST, key: 'instant' }));
  return { plan: await planOf(world.service.dataSource, text, how), onePlan };
}

/** Enough calls of several dealers that walking them is no way to a few. */
async function manyCalls(count = 800, front = 'FA-'): Promise<void> {
  const { id } = await calls(world, world.manager).openCall(phoneCall);
  await world.service.sql(`insert into repair_call select (jsonb_populate_record(c, jsonb_build_object('id', gen_random_uuid(), 'number', 'RC-2025-' || $2::text || n, 'unit_serial', $2::text || n,
      'dealer_id', case when n % 8 = 0 then c.dealer_id else md5((n % 8)::text)::uuid end))).*
    from repair_call c cross join generate_series(1, $3::int) n where c.id = $1`, [id, front, count]);
  await world.service.sql('analyze repair_call');
}

describe('the newest calls', () => {
  it('of one dealer are read along its own index, and planned once', async () => {
    const { plan, onePlan } = await planFor(world.manager);
    expect(plan).toContain('using repair_call_dealer_newest');
    expect(onePlan).toBe(true);
  });

  it('of all dealers are read along an index that serves nothing else, open ones as well, whichever page', async () => {
    for (const asked of [{}, { state: 'open' }]) {
      const first = await planFor(world.clerk, asked);
      expect(first.plan).toContain('using repair_call_newest_of_all');
    }
    const cursor = cursorOf(LIST, '2026-03-01 02:00:00+00', world.unitId);
    expect((await planFor(world.clerk, { page: { cursor } })).plan).toMatch(/using repair_call_newest_of_all[\s\S]*Index Cond: \(ROW/);
  });

  it('of a dealer the manufacturer asks for are the dealer’s', async () => {
    const { plan, onePlan } = await planFor(world.clerk, { dealerId: world.dealerId });
    expect(plan).toContain('using repair_call_dealer_newest');
    expect(onePlan).toBe(false);
  });
});

describe('solved calls', () => {
  it('R-6: are sorted, and those nobody confirmed found, along their own indexes', async () => {
    for (const [ctx, asked, index] of [
      [world.clerk, {}, 'repair_call_resolved'], [world.manager, {}, 'repair_call_dealer_resolved'],
      [world.clerk, { unconfirmed: true }, 'repair_call_state_resolved'], [world.manager, { unconfirmed: true }, 'repair_call_dealer_state_resolved'],
    ] as const) {
      expect((await planFor(ctx, { ...asked, page: { sort: 'resolvedAt' } })).plan).toContain(`using ${index} `);
    }
  });

  it('R-6: that nobody confirmed are found newest first along an index of nothing else', async () => {
    for (const [ctx, asked, index] of [
      [world.clerk, {}, 'repair_call_unconfirmed'], [world.clerk, { dealerId: world.dealerId }, 'repair_call_dealer_unconfirmed'],
      [world.manager, {}, 'repair_call_dealer_unconfirmed'],
    ] as const) {
      expect((await planFor(ctx, { ...asked, unconfirmed: true })).plan).toContain(`using ${index} `);
    }
  });
});

describe('a technician’s calls', () => {
  it('are what he works on and what he took, each read along its own index, in every order and state', async () => {
    const technician = { ...world.manager, role: 'dealer_technician' as const };
    for (const [asked, indexes] of [
      [{}, ['repair_call_dealer_technician', 'repair_call_dealer_taken_by']],
      [{ state: 'filed' }, ['repair_call_technician_state', 'repair_call_dealer_taken_by']],
      [{ page: { sort: 'dueAt' } }, ['repair_call_technician_due', 'repair_call_taken_by_due']],
      [{ page: { sort: 'resolvedAt' } }, ['repair_call_technician_resolved', 'repair_call_taken_by_resolved']],
    ] as const) {
      const { plan } = await planFor(technician, asked);
      for (const index of indexes) expect(plan).toContain(`using ${index} `);
    }
  });
});

describe('a search', () => {
  it('for a serial’s beginning finds a dealer’s calls, and a technician’s, in an index of their own', async () => {
    await manyCalls();
    for (const asker of [world.manager, { ...world.manager, role: 'dealer_technician' as const }]) {
      expect((await planFor(asker, { q: 'FA-100' }, { sorts: true })).plan).toMatch(/Index Only Scan using repair_call_dealer_serial .*\n\s+Index Cond: .*dealer_id.*unit_serial/);
    }
  });

  it('for a serial’s beginning is sorted from the index alone, a family’s are looked for among the newest first; a call’s number is one row', async () => {
    expect((await planFor(world.clerk, { q: 'FA-100' }, { sorts: true })).plan).toContain('Index Only Scan using repair_call_serial ');
    expect((await planFor(world.clerk, { q: 'FA' })).plan).toContain('using repair_call_newest_of_all ');
    for (const q of ['RC-2026-000001', ' rc-2026-000001 ']) expect((await planFor(world.clerk, { q })).plan).toContain('using repair_call_number_key ');
  });
});

it('R-11: a serial’s short beginning finds calls however old they are, page by page, and none where there is none', async () => {
  await manyCalls(2_100, 'YY-');
  const { id } = await calls(world, world.manager).openCall(phoneCall);
  await world.service.sql(`insert into repair_call select (jsonb_populate_record(c, jsonb_build_object('id', gen_random_uuid(), 'number', 'RC-2024-' || n, 'unit_serial', 'ZZ-' || n,
    'opened_at', c.opened_at - interval '1 year' + n * interval '1 minute'))).* from repair_call c cross join generate_series(1, 3) n where c.id = $1`, [id]);
  const serials = async (q: string, cursor = '') => {
    const { items, nextCursor } = await calls(world, world.clerk).listCalls({ q, page: { limit: 2, cursor } });
    return { serials: items.map(({ unitSerial }) => unitSerial), nextCursor };
  };
  const first = await serials('ZZ');
  expect(first.serials).toEqual(['ZZ-3', 'ZZ-2']);
  expect(await serials('ZZ', first.nextCursor)).toEqual({ serials: ['ZZ-1'], nextCursor: '' });
  expect((await serials('YY')).serials).toHaveLength(2);
  expect((await serials('QQ')).serials).toEqual([]);
});

it('a cursor goes on under the sort it was made for only, however the sort was named', async () => {
  for (let count = 0; count < 2; count += 1) await calls(world, world.manager).openCall(phoneCall);
  const list = (sort: string, cursor = '') => calls(world, world.manager).listCalls({ page: { limit: 1, sort, cursor } });
  const [newest, due] = [(await list('')).nextCursor, (await list('dueAt')).nextCursor];
  await expect(list('-openedAt', newest)).resolves.toMatchObject({ items: [expect.anything()] });
  await expect(list('dueAt', due)).resolves.toMatchObject({ items: [expect.anything()] });
  for (const wrong of [list('dueAt', newest), list('', due), list('-openedAt', due)]) await expect(wrong).rejects.toThrow(reason('CURSOR_INVALID'));
  await expect(world.service.client(QualityReportService, world.manager).listQualityReports({ page: { cursor: newest } })).rejects.toThrow(reason('CURSOR_INVALID'));
});

it('C-5: of a customer the calls that are not over are found, however many are', async () => {
  const opened = [];
  for (let count = 0; count < 3; count += 1) opened.push(await calls(world, world.manager).openCall({ ...phoneCall, customerId: world.customerId }));
  await calls(world, world.manager).cancelCall({ id: opened[2].id, version: opened[2].version, reason: '已自行修好' });
  await world.service.sql(`update repair_call set state = 'resolved' where id = $1`, [opened[0].id]);
  const { items } = await calls(world, world.clerk).listCalls({ customerId: world.customerId, state: 'unfinished' });
  expect(items.map(({ id }) => id).sort()).toEqual([opened[0].id, opened[1].id].sort());
  expect((await calls(world, world.clerk).listCalls({ customerId: world.customerId })).items).toHaveLength(3);
});

it('C-1: the calls of a merged file are found as the surviving one’s', async () => {
  const { id } = await calls(world, world.manager).openCall({ ...phoneCall, customerId: world.customerId });
  const merged = newId();
  const found = async () => (await calls(world, world.manager).listCalls({ customerId: merged })).items.map((item) => item.id);
  expect(await found()).toEqual([]);
  await world.service.publish(CustomerChangedSchema, { customerId: merged, dealerId: world.dealerId, mergedInto: world.customerId, version: 2 });
  await world.service.drain();
  expect(await found()).toContain(id);
});

it('R-6, W-1: an unconfirmed record is reminded of after 7 days, the last to its end, and never confirmed by itself', async () => {
  const call = await resolvedCall(world);
  // The day on which it was solved is not counted, the seventh counts to its end (W-1).
  await world.service.moveClock('7d');
  await world.service.drain();
  expect((await noticesOf(world, call.id)).map(({ kind }) => kind)).not.toContain('call.unconfirmed');
  await world.service.moveClock('1d');
  await world.service.drain();
  expect((await noticesOf(world, call.id)).map(({ kind }) => kind)).toContain('call.unconfirmed');
  const fresh = await resolvedCall(world);
  for (const sort of ['', 'resolvedAt']) {
    const { items } = await calls(world, world.manager).listCalls({ unconfirmed: true, page: { sort } });
    expect(items.find(({ id }) => id === call.id)).toMatchObject({ state: 'resolved', resolvedAt: expect.stringMatching(/^\d{4}-.*Z$/) });
    expect(items.map(({ id }) => id)).not.toContain(fresh.id);
  }
  const solved = (await calls(world, world.clerk).listCalls({ page: { sort: 'resolvedAt' } })).items.map(({ resolvedAt }) => resolvedAt);
  expect(solved).toEqual([...solved].filter((at) => at !== '').sort());
  expect((await calls(world, world.manager).getCall({ id: call.id })).state).toBe('resolved');
});
