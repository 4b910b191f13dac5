import { addDays, businessDate } from '@aftercare/domain';
import type { QueryRunner } from 'typeorm';
import { EarlierWords1800670200000 } from '../migrations/1800670200000-earlier-words.js';
import { startParts, type PartsWorld } from '../parts.fixture.js';
import { returnsOf } from '../returns.fixture.js';
import { stocktakesOf } from '../stocktakes.fixture.js';

jest.setTimeout(60_000);
let world: PartsWorld;
let takes: ReturnType<typeof stocktakesOf>;
beforeAll(async () => {
  world = await startParts();
  takes = stocktakesOf(world);
  world.around.coverage.set('IN', 'covered');
});
afterAll(() => world?.service.stop());

it('H-7: what was said of a line before all of it was kept stays readable, with who said it and when', async () => {
  const goods = returnsOf(world);
  const parts = [await world.part({ stock: 1 }), await world.part({ stock: 1 }), await world.part({ stock: 1 })];
  for (const partId of parts) await goods.issued(partId, 1);
  const cutOffOn = businessDate(await world.service.now());
  await world.service.moveClock('1d');
  const { id } = await takes.open(cutOffOn, addDays(cutOffOn, 1));
  await world.service.moveClock('1d');
  await world.service.drain();
  const lines = await takes.lines(id);
  const version = async (): Promise<number> => (await takes.get(id)).version;
  const object = async (at: number, reason: string) => takes.dealer().objectToStocktake({ id, version: await version(), lines: [{ lineId: lines[at].id, reason }] });
  await object(0, '已寄回');
  await takes.supervisor().decideStocktake({ id, version: await version(), lines: [{ lineId: lines[0].id, decision: 'charge', reason: '未收到', dueOn: '', evidence: [] }] });
  await object(1, '在途');
  const [first, second] = await takes.lines(id);
  expect([first.words, second.words].map((words) => words.map(({ kind, by, at }) => [kind, by !== '', at !== '']))).toEqual([
    [['objection', true, true], ['decision', true, true]], [['objection', true, true]],
  ]);
  await world.service.sql(`update stocktake_line set words = '[]', objection = case id when $2 then '口头' else objection end where stocktake_id = $1`, [id, lines[2].id]);
  await new EarlierWords1800670200000().up({ query: (text: string) => world.service.sql(text) } as unknown as QueryRunner);
  const after = await takes.lines(id);
  expect(after.slice(0, 2).map(({ words }) => words)).toEqual([first.words, second.words]);
  expect(after[2].words).toMatchObject([{ kind: 'objection', reason: '口头', role: 'dealer_manager', by: '', at: (await takes.get(id)).closedAt }]);
});
