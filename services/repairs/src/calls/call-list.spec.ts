import { ListCallsRequestSchema, QualityReportService, type ListCallsRequest } from '@aftercare/contracts';
import { create, type MessageInitShape } from '@bufbuild/protobuf';
import type { CallContext } from '@aftercare/messaging';
import { cursorOf, pageOf } from '@aftercare/service';
import { calls, phoneCall, startRepairs, type RepairsWorld } from '../repairs.fixture.js';
import { listStatement } from './call-list.js';

const LIST = 'calls openedAt';

const reason = (text: string) => expect.objectContaining({ reason: text });

let world: RepairsWorld;
beforeAll(async () => {
  world = await startRepairs();
});
afterAll(() => world.service.stop());

/** The plan of a list whatever its values are, as far as the table's small size does not decide it. */
async function planOf(ctx: CallContext, asked: MessageInitShape<typeof ListCallsRequestSchema> = {}): Promise<{ plan: string; onePlan?: boolean }> {
  const request: ListCallsRequest = create(ListCallsRequestSchema, asked);
  const { text, onePlan } = listStatement(request, ctx, pageOf(request.page, { list: LIST, key: 'instant' }));
  const runner = world.service.dataSource.createQueryRunner();
  try {
    await runner.startTransaction();
    for (const way of ['seqscan', 'bitmapscan', 'sort']) await runner.query(`set local enable_${way} = off`);
    const rows = (await runner.query(`explain (generic_plan) ${text}`)) as Record<string, string>[];
    return { plan: rows.map((row) => row['QUERY PLAN']).join('\n'), onePlan };
  } finally {
    await runner.rollbackTransaction();
    await runner.release();
  }
}

describe('the newest calls', () => {
  it('of one dealer are read along its own index, and planned once', async () => {
    const { plan, onePlan } = await planOf(world.manager);
    expect(plan).toContain('using repair_call_dealer_newest');
    expect(onePlan).toBe(true);
  });

  it('of all dealers are read along an index that serves nothing else, open ones as well, whichever page', async () => {
    for (const asked of [{}, { state: 'open' }]) {
      const first = await planOf(world.clerk, asked);
      expect(first.plan).toContain('using repair_call_newest_of_all');
    }
    const cursor = cursorOf(LIST, '2026-03-01 02:00:00+00', world.unitId);
    expect((await planOf(world.clerk, { page: { cursor } })).plan).toMatch(/using repair_call_newest_of_all[\s\S]*Index Cond: \(ROW/);
  });

  it('of a dealer the manufacturer asks for are the dealer’s', async () => {
    const { plan, onePlan } = await planOf(world.clerk, { dealerId: world.dealerId });
    expect(plan).toContain('using repair_call_dealer_newest');
    expect(onePlan).toBe(false);
  });
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
