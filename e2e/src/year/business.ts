import { photo } from '../http/photo.js';
import { eventually, type Ref } from '../http/api.js';
import { Random } from '../demo/random.js';
import { pay, type Slip } from '../story/charged.js';
import { issueTo, type Supplied } from '../story/closes.js';
import { pickAndPlan, review } from '../story/loop.js';
import { ask, confirmStocktake, linesOf, openStocktake, sendBack, shipAndDeliver, untilClosed } from '../story/parts-steps.js';

/** What a month's lists must come to, kept beside the platform. */
export interface Tally {
  issued: number;
  returned: number;
  /** What happened, by its kind. */
  did: Record<string, number>;
}

/** A dealer with what it does through the year. */
export interface Business extends Supplied {
  random: Random;
  partIds: string[];
  /** Stocktake that is not confirmed yet, and the last day for returns. */
  frozen: { id: string; until: string } | null;
  /** Pieces that a stocktake charged of a part and that were not sent in late, so far. */
  charged: Map<string, number>;
  /** Manual slips that may be reversed. */
  slips: Ref[];
}

interface Obligation extends Ref {
  partId: string;
  outstandingQuantity?: number;
}

export const newTally = (): Tally => ({ issued: 0, returned: 0, did: {} });

function did(tally: Tally, what: string, pieces: { issued?: number; returned?: number } = {}): void {
  tally.did[what] = (tally.did[what] ?? 0) + 1;
  tally.issued += pieces.issued ?? 0;
  tally.returned += pieces.returned ?? 0;
}

/** Day 2: of some dealers what it held at the end of the last month is frozen, with time for returns until the month is over (H-2). */
export async function freeze(business: Business, { cutOffOn, returnUntil }: { cutOffOn: string; returnUntil: string }, tally: Tally): Promise<void> {
  const { stage, random } = business;
  if (business.frozen !== null || random.whole(1, 3) > 1 || (await outstanding(business)).length === 0) return;
  business.frozen = { id: await openStocktake(stage, { cutOffOn, returnUntil }), until: returnUntil };
  did(tally, 'stocktakes opened');
}

/** Day 5: pieces under warranty, paid ones and gifts are sent; now and then one is missing (P-6 to P-9). */
export async function supply(business: Business, tally: Tally): Promise<void> {
  const { random, partIds } = business;
  for (const supplied of ['warranty', 'charged', 'gift', 'warranty'] as const) {
    const quantity = random.whole(0, 4);
    if (quantity === 0) continue;
    await issueTo(business, { partId: random.pick(partIds), quantity }, supplied);
    did(tally, `issued as ${supplied}`, { issued: quantity });
  }
  if (random.whole(1, 4) === 1) await missing(business, tally);
}

/** P-8: a piece of three under warranty or of three gifts never left, as both agree. */
async function missing({ stage, covered, random, partIds }: Business, tally: Tally): Promise<void> {
  const { people, dealer } = stage;
  const gift = random.whole(1, 2) === 1;
  const request = await ask(stage, [{ partId: random.pick(partIds), quantity: 3, unitSerial: covered }]);
  const delivered = await shipAndDeliver(stage, await pickAndPlan(stage, await review(stage, request, gift ? { supplyKind: 'gift', reason: '周年赠品' } : {})));
  const { lines } = await people.keeper.get<{ lines: { id: string }[] }>(`/shipping-orders/${delivered.id}`);
  await dealer.manager.post(`/shipping-orders/${delivered.id}/confirm-receipt`, { version: delivered.version, lines: [{ lineId: lines[0]?.id, receivedQuantity: 2, note: '少一件' }] });
  const { discrepancies } = await people.keeper.get<{ discrepancies: Ref[] }>(`/shipping-orders/${delivered.id}`);
  await people.keeper.post(`/discrepancies/${discrepancies[0]?.id}/agree`, { version: discrepancies[0]?.version, outcome: 'shortage', reason: '未装箱' });
  did(tally, `short as ${gift ? 'gift' : 'warranty'}`, { issued: 3 });
}

/** The first day: the time for returns of a stocktake is over, and the window to object begins (H-7). */
export async function endReturns({ stage, frozen }: Business, today: string): Promise<void> {
  if (frozen !== null && frozen.until < today) await untilClosed(stage, frozen.id);
}

/** Day 10: of a stocktake whose time is over, and nobody objected, what is still out is charged (H-7). */
export async function convert(business: Business, today: string, tally: Tally): Promise<void> {
  const { stage, frozen, charged } = business;
  if (frozen === null || frozen.until >= today) return;
  const lines = (await linesOf(stage, frozen.id)).filter(({ outstandingQuantity }) => (outstandingQuantity ?? 0) > 0);
  await confirmStocktake(stage, frozen.id);
  business.frozen = null;
  for (const { partId, outstandingQuantity } of lines) charged.set(partId, (charged.get(partId) ?? 0) + outstandingQuantity);
  did(tally, lines.length > 0 ? 'stocktakes charged' : 'stocktakes without a deficit');
}

/** Day 15: some of what is out comes back, now and then more than that; some is excused (H-4, H-1, H-7). */
export async function giveBack(business: Business, tally: Tally): Promise<void> {
  const { random, partIds } = business;
  for (const partId of partIds) {
    const wanted = random.whole(0, await held(business, partId)) + (random.whole(1, 6) === 1 ? random.whole(1, 2) : 0);
    if (wanted === 0 || random.whole(1, 2) === 1) continue;
    await sent(business, { partId, quantity: wanted }, tally);
  }
  if (random.whole(1, 4) === 1) await excuse(business, tally);
}

/** A parcel with what was counted in it: it met an obligation, took a charge back, was kept as credit, or came too late for all of that. */
async function sent({ stage, charged }: Business, pieces: { partId: string; quantity: number }, tally: Tally): Promise<void> {
  const { lines } = await sendBack(stage, pieces);
  const [met, late, surplus, refused] = (['metQuantity', 'lateQuantity', 'surplusQuantity', 'refusedQuantity'] as const).map((fate) => sum(lines, (line) => line[fate])) as [number, number, number, number];
  charged.set(pieces.partId, (charged.get(pieces.partId) ?? 0) - late);
  did(tally, 'returns', { returned: met + late + surplus });
  for (const [what, quantity] of [['late returns', late], ['surplus', surplus], ['returns refused', refused]] as const) if (quantity > 0) did(tally, what);
}

async function excuse(business: Business, tally: Tally): Promise<void> {
  const [owed] = await outstanding(business);
  if (!owed || business.frozen !== null) return;
  const { supervisor } = business.stage.people;
  const evidence = [await supervisor.upload(await photo(62), 'evidence.jpg', 'image/jpeg')];
  await supervisor.post(`/obligations/${owed.id}/excuse`, { version: owed.version, quantity: 1, basis: 'approval', reason: '已核实', evidence });
  did(tally, 'excused');
}

/** Day 20: what was charged comes late, slips are written by hand, and some of those are reversed (H-7, F-1, F-5). */
export async function settle(business: Business, tally: Tally): Promise<void> {
  const { random, partIds, stage, charged, slips } = business;
  const { finance } = stage.people;
  const late = partIds.find((partId) => (charged.get(partId) ?? 0) > 0);
  if (late && random.whole(1, 2) === 1) await sent(business, { partId: late, quantity: (await held(business, late)) + 1 }, tally);
  if (random.whole(1, 2) === 1) {
    const drafted = await finance.post('/charge-slips', {
      dealerId: stage.dealer.id, lines: [{ partId: random.pick(partIds), quantity: random.whole(1, 5) }], paymentMethod: 'bank_transfer', invoiceWish: 'later', reason: '补开',
    });
    await finance.post(`/charge-slips/${drafted.id}/confirm`, { version: drafted.version });
    const slip = await finance.get<Slip>(`/charge-slips/${drafted.id}`);
    if (random.whole(1, 2) === 1) await pay(stage, slip, slip.grossTotal);
    else slips.push(slip);
    did(tally, 'manual slips');
  }
  const reversed = random.whole(1, 3) === 1 ? slips.shift() : undefined;
  if (!reversed) return;
  await eventually(() => finance.raw('GET', `/receivables/${reversed.id}`), ({ status }) => status === 200, 'the receivable');
  const { version } = await finance.get<Ref>(`/charge-slips/${reversed.id}`);
  await finance.post(`/charge-slips/${reversed.id}/reverse`, { version, lines: [], reason: '退货' });
  did(tally, 'slips reversed');
}

async function held(business: Business, of: string): Promise<number> {
  return sum((await outstanding(business)).filter(({ partId }) => partId === of), ({ outstandingQuantity }) => outstandingQuantity);
}

async function outstanding({ stage }: Business): Promise<Obligation[]> {
  const { items } = await stage.dealer.manager.get<{ items: Obligation[] }>('/obligations?onlyOutstanding=true&limit=200');
  return items.filter(({ outstandingQuantity }) => (outstandingQuantity ?? 0) > 0);
}

const sum = <T>(of: readonly T[], pieces: (each: T) => number | undefined): number => of.reduce((total, each) => total + (pieces(each) ?? 0), 0);
