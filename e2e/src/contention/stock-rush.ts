import { inParallel, reasonOf, tallyOf, unclean, type Answers } from './tally.js';
import { freshPart, PREPARING_AT_ONCE, readyToShip, review, ship, submitted, type Arena } from './goods-in-demand.js';

/** What one chapter found: figures to print, and what must not be. */
export interface Outcome {
  figures: Record<string, number>;
  faults: string[];
}

interface Stock {
  stock: { warehouseId: string; onHand: number; reserved: number }[];
}

const stockAt = async ({ people, goods }: Arena, partId: string, site = goods.receivingSiteId): Promise<{ onHand: number; reserved: number }> => {
  const { stock } = await people.keeper.get<Stock>(`/parts/${partId}/file`);
  const at = stock.find(({ warehouseId }) => warehouseId === site);
  return { onHand: at?.onHand ?? 0, reserved: at?.reserved ?? 0 };
};

const timesOf = (count: number): number[] => Array.from({ length: count }, (_each, index) => index);

/** P-2, P-7: many requests of one piece are reviewed at the same moment: as many pieces are reserved as there are, the others wait. */
export async function reviewsAtOnce(arena: Arena, { requests, pieces }: { requests: number; pieces: number }): Promise<Outcome> {
  const partId = await freshPart(arena, pieces);
  const waiting = await inParallel(timesOf(requests), PREPARING_AT_ONCE, () =>
    submitted(arena, { lines: [{ partId, quantity: 1, unitSerial: arena.serials[0] ?? '' }] }));
  const startedAt = performance.now();
  const answers = tallyOf(await Promise.all(waiting.map((request) => reasonOf(review(arena, request)))));
  const seconds = (performance.now() - startedAt) / 1_000;
  const { onHand, reserved } = await stockAt(arena, partId);
  const faults = unclean(answers).map((each) => `reviews at once: ${each}`);
  if (onHand !== pieces || reserved !== pieces) faults.push(`reviews at once: ${onHand} on hand, ${reserved} reserved of ${pieces}`);
  return { figures: { reviewsPerSecond: Math.round(answers.done / seconds), reserved }, faults };
}

/** P-2: many transfers of one piece are sent at the same moment: as many leave as there are pieces, each other is refused. */
export async function transfersAtOnce(arena: Arena, { requests, pieces }: { requests: number; pieces: number }): Promise<Outcome> {
  const partId = await freshPart(arena, pieces);
  const send = () => arena.people.keeper.post('/stock-transfers', { fromWarehouseId: arena.goods.receivingSiteId, toWarehouseId: arena.otherSiteId, lines: [{ partId, quantity: 1 }] });
  const answers = tallyOf(await Promise.all(timesOf(requests).map(() => reasonOf(send()))));
  const { onHand } = await stockAt(arena, partId);
  const faults = unclean(answers, ['STOCK_SHORT']).map((each) => `transfers at once: ${each}`);
  if (answers.done !== pieces || onHand !== 0) faults.push(`transfers at once: ${answers.done} sent of ${pieces}, ${onHand} left`);
  return { figures: { sent: answers.done, refused: answers.refused.STOCK_SHORT ?? 0 }, faults };
}

/** P-7: pairs of requests that name the same parts in opposite order are reviewed at the same moment: none waits for the other for ever. */
export async function oppositeOrders(arena: Arena, pairs: number): Promise<Outcome> {
  const parts = await Promise.all(timesOf(3).map(() => freshPart(arena, pairs * 2)));
  const wish = (partIds: string[]) => submitted(arena, { lines: partIds.map((partId, at) => ({ partId, quantity: 1, unitSerial: arena.serials[at] ?? '' })) });
  const found = await inParallel(timesOf(pairs), PREPARING_AT_ONCE / 2, async () => {
    const both = await Promise.all([wish(parts), wish([...parts].reverse())]);
    return Promise.all(both.map((request) => reasonOf(review(arena, request))));
  });
  const answers: Answers = tallyOf(found.flat());
  const faults = unclean(answers).map((each) => `opposite orders: ${each}`);
  for (const partId of parts) {
    const { reserved } = await stockAt(arena, partId);
    if (reserved !== pairs * 2) faults.push(`opposite orders: ${reserved} reserved of ${pairs * 2}`);
  }
  return { figures: { pairs, done: answers.done }, faults };
}

/** P-2: one part leaves in many parcels: how many shipments a second its balance takes. */
export async function hotPart(arena: Arena, { issues, inFlight }: { issues: number; inFlight: number }): Promise<Outcome> {
  const partId = await freshPart(arena, issues);
  const orders = await inParallel(timesOf(issues), PREPARING_AT_ONCE, async () => {
    const request = await submitted(arena, { lines: [{ partId, quantity: 1, unitSerial: arena.serials[0] ?? '' }] });
    return readyToShip(arena, await review(arena, request));
  });
  const startedAt = performance.now();
  const answers = tallyOf(await inParallel(orders, inFlight, (order) => reasonOf(ship(arena, order))));
  const issuesPerSecond = Math.round(answers.done / ((performance.now() - startedAt) / 1_000));
  const { onHand } = await stockAt(arena, partId);
  const faults = unclean(answers).map((each) => `hot part: ${each}`);
  if (onHand !== 0) faults.push(`hot part: ${onHand} on hand after ${answers.done} issues of ${issues}`);
  return { figures: { issues: answers.done, issuesPerSecond }, faults };
}
