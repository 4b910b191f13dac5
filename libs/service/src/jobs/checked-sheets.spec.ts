import { atOnce, type Paced } from '@aftercare/domain';
import { CheckedSheets, paced } from './checked-sheets.js';

function* counted(rows: number): Paced<number> {
  let count = 0;
  for (let row = 0; row < rows; row += 1) {
    count += 1;
    yield;
  }
  return count;
}

/** How often others had a turn while it ran. */
async function turnsWhile(work: () => Promise<unknown>): Promise<number> {
  let [turns, over] = [0, false];
  const turn = (): void => {
    turns += 1;
    if (!over) setImmediate(turn);
  };
  setImmediate(turn);
  await work();
  over = true;
  return turns;
}

it('X-2: the rows of a large sheet are checked with turns for others in between, every few hundred rows', async () => {
  expect(await turnsWhile(async () => expect(await paced(counted(20_000))).toBe(20_000))).toBeGreaterThanOrEqual(99);
  expect(atOnce(counted(3))).toBe(3);
});

it('X-2: the rows of one attempt are checked once, those of the next attempt anew', async () => {
  const sheets = new CheckedSheets<number>();
  let checks = 0;
  const check = () => {
    checks += 1;
    return Promise.resolve(counted(5));
  };
  const rows = [{ row: 2, cells: {} }];
  expect([await sheets.of(rows, check), await sheets.of(rows, check)]).toEqual([5, 5]);
  expect(checks).toBe(1);
  await sheets.of([...rows], check);
  expect(checks).toBe(2);
});
