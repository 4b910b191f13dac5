import { setTimeout as sleep } from 'node:timers/promises';
import { addDays } from '@aftercare/domain';
import { eventually, type Api, type Ref } from '../http/api.js';
import { activateDealer, hireManager } from '../story/people.js';
import { freshPart, readyToShip, review, ship, submitted, type Arena } from './goods-in-demand.js';
import { judged, timesOf } from './races.js';
import type { Outcome } from './stock-rush.js';
import { inParallel, reasonOf, tallyOf } from './tally.js';

/** Stocktakes that run beside each other, each of a dealer of its own: a move of the clock serves them all. */
const DEALERS = 25;
const AT_ONCE = 4;
const PRICE = '10';
/** The time to object, and the day after it. */
const OBJECTION_DAYS = 8;
const STEP_MS = 20;

/**
 * A confirmation is a job and takes other ways than a count. So whichever came first waits a little longer in the races after it, and
 * they meet at the moment that decides.
 */
class Start {
  /** How long the count waits; below zero the confirmation does. */
  private countWaitsMs = 0;

  get countMs(): number {
    return Math.max(0, this.countWaitsMs);
  }

  get confirmMs(): number {
    return Math.max(0, -this.countWaitsMs);
  }

  learn(isCountFirst: boolean): void {
    this.countWaitsMs += isCountFirst ? STEP_MS : -STEP_MS;
  }
}

interface Dealer {
  id: string;
  manager: Api;
}

/** A closed stocktake of one piece, whose parcel waits to be counted. */
interface Taking {
  dealer: Dealer;
  partId: string;
  stocktakeId: string;
  obligationId: string;
  parcel: Ref;
}

/** When the parcel comes: within the time for returns or after it. */
type Arrival = 'in time' | 'late';

interface Raced {
  /** Answers of the confirmation and of the count. */
  pair: (string | null)[];
  /** How the piece has ended, in order. */
  kinds: string[];
  /** What the count said of its piece. */
  counted: string;
  slips: number;
}

/**
 * H-7, H-1: a piece that comes after the time for returns is counted while the confirmation converts it: it is returned, or it is
 * charged, comes late and its charge is taken back; never both, never neither.
 */
export async function countWhileConverted(arena: Arena, races: number): Promise<Outcome> {
  const raced = await raceAll(arena, races, 'late');
  const ends: Record<string, string> = { met: 'returned', late: 'charged, conversion_reversed, returned' };
  const outcome = judged('count while converted', raced.map(({ pair }) => pair), (pair) => pair.every((reason) => reason === null));
  const wrong = raced.filter(({ counted, kinds, slips }) => kinds.join(', ') !== ends[counted] || slips !== (counted === 'late' ? 1 : 0));
  return withEnds(outcome, raced, wrong.map(({ counted, kinds, slips }) => `count while converted: counted as ${counted}, ended as ${kinds.join(', ')}, on ${slips} slips`));
}

/** H-7: a stocktake is confirmed while a parcel that came in time is counted: the piece is returned, and the confirmation charges nothing or waits for the count. */
export async function confirmWhileCounted(arena: Arena, races: number): Promise<Outcome> {
  const raced = await raceAll(arena, races, 'in time');
  const outcome = judged('confirm while counted', raced.map(({ pair }) => pair), ([confirmed, counted]) => counted === null && (confirmed === null || confirmed === 'PARCEL_NOT_COUNTED'));
  const wrong = raced.filter(({ counted, kinds, slips }) => counted !== 'met' || kinds.join() !== 'returned' || slips !== 0);
  return withEnds(outcome, raced, wrong.map(({ counted, kinds, slips }) => `confirm while counted: counted as ${counted}, ended as ${kinds.join(', ')}, on ${slips} slips`));
}

function withEnds({ figures, faults }: Outcome, raced: Raced[], wrong: string[]): Outcome {
  return { figures: { ...figures, ...tallyOf(raced.map(({ kinds }) => kinds.join(', '))).refused }, faults: [...faults, ...wrong] };
}

let founded = 0;

async function raceAll(arena: Arena, races: number, arrival: Arrival): Promise<Raced[]> {
  const partId = await freshPart(arena, races, PRICE);
  founded += 1;
  const dealers = await inParallel(timesOf(Math.min(races, DEALERS)), AT_ONCE, (_each, index) => foundDealer(arena, `RC${founded}${String(index).padStart(3, '0')}`));
  const raced: Raced[] = [];
  const start = new Start();
  while (raced.length < races) {
    const takings = await prepared(arena, { partId, dealers: dealers.slice(0, races - raced.length), arrival });
    raced.push(...(await inParallel(takings, AT_ONCE, (taking) => race(arena, taking, start))));
  }
  return raced;
}

async function foundDealer({ people, accounts }: Arena, code: string): Promise<Dealer> {
  const { id } = await activateDealer(people, { code, name: `盘点${code}`, regionCode: '310104', territory: ['310000'] });
  return { id, manager: await hireManager(people, accounts, { id, code }) };
}

/** A piece of each dealer is issued, frozen, and its stocktake closed; the window to object is over. */
async function prepared(arena: Arena, { partId, dealers, arrival }: { partId: string; dealers: Dealer[]; arrival: Arrival }): Promise<Taking[]> {
  const { people, clock } = arena;
  await inParallel(dealers, AT_ONCE, (dealer) => issueOne(arena, dealer, partId));
  await clock.moveOn(1);
  const today = await clock.today();
  const stocktakes = await inParallel(dealers, AT_ONCE, ({ id }) => openStocktake(people.clerk, { dealerId: id, cutOffOn: addDays(today, -1), returnUntil: today }));
  const arrive = (): Promise<Ref[]> => inParallel(dealers, AT_ONCE, (dealer) => parcelOf(arena, dealer, partId));
  const early = arrival === 'in time' ? await arrive() : [];
  await clock.moveOn(1);
  for (const id of stocktakes) await eventually(() => people.clerk.get<Ref>(`/stocktakes/${id}`), ({ state }) => state === 'closed', 'the end of the time for returns');
  const parcels = arrival === 'late' ? await arrive() : early;
  await clock.moveOn(OBJECTION_DAYS);
  return inParallel(dealers, AT_ONCE, async (dealer, index) => {
    const { items: [owed] } = await dealer.manager.get<{ items: { id: string }[] }>('/obligations?onlyOutstanding=true');
    if (!owed) throw new Error('the shipment opened no obligation');
    return { dealer, partId, stocktakeId: stocktakes[index] ?? '', obligationId: owed.id, parcel: parcels[index] as Ref };
  });
}

async function issueOne(arena: Arena, { manager }: Dealer, partId: string): Promise<void> {
  const request = await submitted(arena, { lines: [{ partId, quantity: 1, unitSerial: arena.serials[0] ?? '' }], by: manager });
  const shipped = await ship(arena, await readyToShip(arena, await review(arena, request)));
  await arena.people.keeper.post(`/shipping-orders/${shipped.id}/deliver`, { version: shipped.version });
}

async function openStocktake(clerk: Api, body: { dealerId: string; cutOffOn: string; returnUntil: string }): Promise<string> {
  const { state, result, errors } = await jobEnded(clerk, await clerk.post<{ id: string }>('/stocktakes', body));
  if (state !== 'done') throw new Error(`the stocktake was not opened: ${JSON.stringify(errors)}`);
  return (JSON.parse(result) as { stocktakeId: string }).stocktakeId;
}

/** A parcel with the piece, received at Taizhou. */
async function parcelOf({ people, goods }: Arena, { manager }: Dealer, partId: string): Promise<Ref> {
  const announced = await manager.post('/returns', { lines: [{ partId, quantity: 1, condition: 'old' }] });
  const sent = await manager.post(`/returns/${announced.id}/send`, { version: announced.version, carrier: '德邦', waybillNumber: 'DB0001' });
  return people.keeper.post(`/returns/${announced.id}/receive`, { version: sent.version, warehouseId: goods.receivingSiteId });
}

async function race({ people }: Arena, { dealer, partId, stocktakeId, obligationId, parcel }: Taking, start: Start): Promise<Raced> {
  const count = async (): Promise<Ref> => {
    await sleep(start.countMs);
    return people.keeper.post(`/returns/${parcel.id}/count`, { version: parcel.version, lines: [{ partId, quantity: 1, condition: 'scrap' }] });
  };
  const confirm = async (): Promise<string | null> => {
    await sleep(start.confirmMs);
    return confirmed(people.supervisor, stocktakeId);
  };
  const pair = await Promise.all([confirm(), reasonOf(count())]);
  // What waited for the count is confirmed now, with nothing left to charge.
  if (pair[0] !== null) await confirmed(people.supervisor, stocktakeId);
  const { lines: [line] } = await people.clerk.get<{ lines: { metQuantity?: number; lateQuantity?: number }[] }>(`/returns/${parcel.id}`);
  const { settlements } = await eventually(
    () => dealer.manager.get<{ obligation: { settlements?: { kind: string }[] } }>(`/obligations/${obligationId}/why`).then(({ obligation }) => ({ settlements: obligation.settlements ?? [] })),
    (why) => why.settlements.at(-1)?.kind === 'returned', 'the end of the piece',
  );
  const { slipIds = [], state } = await people.clerk.get<Ref & { slipIds?: string[] }>(`/stocktakes/${stocktakeId}`);
  if (state !== 'confirmed') throw new Error(`the stocktake is ${state} after its confirmation`);
  start.learn(pair[0] === null && settlements.length === 1);
  return { pair, kinds: settlements.map(({ kind }) => kind), counted: line?.metQuantity ? 'met' : line?.lateQuantity ? 'late' : 'neither', slips: slipIds.length };
}

/** Confirms a stocktake and answers why not, or null when its job is done. */
async function confirmed(supervisor: Api, id: string): Promise<string | null> {
  try {
    const { version } = await supervisor.get<Ref>(`/stocktakes/${id}`);
    const { state, errors = [] } = await jobEnded(supervisor, await supervisor.post<{ id: string }>(`/stocktakes/${id}/confirm`, { version }));
    return state === 'done' ? null : (errors[0]?.code ?? state);
  } catch (error) {
    return reasonOf(Promise.reject(error));
  }
}

interface Job {
  state: string;
  result: string;
  errors?: { code: string }[];
}

const jobEnded = (by: Api, { id }: { id: string }): Promise<Job> =>
  eventually(() => by.get<Job>(`/jobs/parts/${id}`), ({ state }) => state === 'done' || state === 'failed', 'the end of the job');
