import type { Ref } from '../http/api.js';
import { chargedOrder, freshPart, pay, review, ship, submitted, type Arena, type Slip } from './goods-in-demand.js';
import type { Outcome } from './stock-rush.js';
import { inParallel, reasonOf, tallyOf } from './tally.js';

const AT_ONCE = 4;
const PRICE = '10';

export const timesOf = (count: number): number[] => Array.from({ length: count }, (_each, index) => index);

/** Each pair of answers beside what may be: the pairs that may not are faults. */
export function judged(name: string, pairs: (string | null)[][], may: (pair: (string | null)[]) => boolean): Outcome {
  const shown = (pair: (string | null)[]): string => pair.map((reason) => reason ?? 'done').join(' + ');
  const wrong = tallyOf(pairs.filter((pair) => !may(pair)).map(shown)).refused;
  const faults = Object.entries(wrong).map(([pair, times]) => `${name}: ${times} × ${pair}`);
  return { figures: tallyOf(pairs.map(shown)).refused, faults };
}

/** P-5: two reviewers decide one request: one of them does. */
export async function twoReviewers(arena: Arena, races: number): Promise<Outcome> {
  const partId = await freshPart(arena, races);
  const pairs = await inParallel(timesOf(races), AT_ONCE, async () => {
    const request = await submitted(arena, { lines: [{ partId, quantity: 1, unitSerial: arena.serials[0] ?? '' }] });
    return (await Promise.all([review(arena, request), review(arena, request, arena.otherClerk)].map(reasonOf))).sort();
  });
  return judged('two reviewers', pairs, (pair) => pair.includes(null) && pair.includes('STALE_VERSION'));
}

/** F-5, P-9: a paid slip is reversed while its goods leave: they leave paid and are credited afterwards, or they do not leave. */
export async function shipWhileReversed(arena: Arena, races: number): Promise<Outcome> {
  const partId = await freshPart(arena, races, PRICE);
  const found = await inParallel(timesOf(races), AT_ONCE, async () => {
    const { order, slip } = await chargedOrder(arena, partId, 'bank_transfer');
    await pay(arena, slip);
    const { version } = await arena.people.clerk.get<Slip>(`/charge-slips/${slip.id}`);
    const reverse = arena.people.finance.post(`/charge-slips/${slip.id}/reverse`, { version, lines: [], reason: '退货' });
    const pair = await Promise.all([ship(arena, order), reverse].map(reasonOf));
    const { state } = await arena.people.clerk.get<Ref>(`/shipping-orders/${order.id}`);
    const { state: slipState } = await arena.people.clerk.get<Ref>(`/charge-slips/${slip.id}`);
    return { pair, says: [pair[0] === null ? 'shipped' : 'ready', pair[1] === null ? 'void' : 'confirmed'].join() === [state, slipState].join() };
  });
  const clean = [null, 'PAYMENT_MISSING', 'PAYMENT_CHANGED', 'STALE_VERSION'];
  const outcome = judged('ship while reversed', found.map(({ pair }) => pair), (pair) => pair.includes(null) && pair.every((reason) => clean.includes(reason)));
  const lied = found.filter(({ says }) => !says).length;
  return { ...outcome, faults: [...outcome.faults, ...(lied > 0 ? [`ship while reversed: ${lied} × the documents are not what was answered`] : [])] };
}

/** P-9: two shipments ask for the room of one: one leaves, the other is told that there is none. */
export async function oneCreditRoom(arena: Arena, races: number): Promise<Outcome> {
  const partId = await freshPart(arena, races * 2, PRICE);
  const { people, dealer } = arena;
  let used = 0;
  const pairs: (string | null)[][] = [];
  for (let race = 0; race < races; race += 1) {
    const both = await Promise.all([0, 1].map(() => chargedOrder(arena, partId, 'account')));
    used += Math.round(Number(both[0]?.slip.grossTotal) * 100);
    const line = await people.finance.post('/credit-lines', { dealerId: dealer.id, limit: (used / 100).toFixed(2) });
    await people.supervisor.post(`/credit-lines/${line.id}/approve`, { version: line.version });
    pairs.push((await Promise.all(both.map(({ order }) => reasonOf(ship(arena, order))))).sort());
  }
  return judged('one credit room', pairs, (pair) => pair.includes(null) && pair.includes('CREDIT_EXHAUSTED'));
}
