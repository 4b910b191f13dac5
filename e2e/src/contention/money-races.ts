import { setTimeout as sleep } from 'node:timers/promises';
import { addMoney, businessDate } from '@aftercare/domain';
import { eventually, type Api, type Ref } from '../http/api.js';
import { activateDealer } from '../story/people.js';
import { freshPart, type Arena, type Slip } from './goods-in-demand.js';
import { judged, timesOf } from './races.js';
import type { Outcome } from './stock-rush.js';
import { inParallel, reasonOf } from './tally.js';

/** Dealers whose money is raced for at once: within one everything takes its turn. */
const DEALERS = 4;
const PRICE = '12.345';
const STEP_MS = 60;

interface Purse {
  dealerId: string;
  partId: string;
  /** Invoices of earlier races. */
  seen: Set<string>;
}

interface InvoiceLine extends Ref {
  grossTotal: string;
  redTotal: string;
}

type Pair = (string | null)[];

/** One race: what was answered, and what is wrong with the books afterwards. */
interface Raced {
  pair: Pair;
  wrong: string[];
}

/** F-4: two consolidated runs over the same stubs at once: each slip is invoiced once, by one or the other. */
export function twoRuns(arena: Arena, races: number): Promise<Outcome> {
  return raceAll(arena, races, {
    name: 'two runs', slips: 3, may: (pair) => pair.includes(null) && pair.every((reason) => reason === null || reason === 'NOTHING_TO_INVOICE'),
    race: async (purse, slips) => {
      const pair = await Promise.all([run(arena, purse), run(arena, purse)]);
      return { pair, wrong: await invoicedOnce(arena, purse, slips) };
    },
  });
}

/** F-4, F-5: a slip is reversed while a run invoices it: it is void and on no invoice, or invoiced and not reversed. */
export function reversalDuringRun(arena: Arena, races: number): Promise<Outcome> {
  const { finance } = arena.people;
  // A run is a job and takes a while: the reversal waits longer after it came first, so that they meet at the moment that decides.
  let waitMs = 0;
  return raceAll(arena, races, {
    name: 'reversal during a run', slips: 2, may: ([ran, reversed]) => ran === null && (reversed === null || reversed === 'INVOICE_REQUESTED'),
    race: async (purse, slips) => {
      const [first, ...others] = slips as [Slip, ...Slip[]];
      const reverse = async (): Promise<Ref> => {
        await sleep(waitMs);
        return finance.post(`/charge-slips/${first.id}/reverse`, { version: first.version, lines: [], reason: '退货' });
      };
      const pair = await Promise.all([run(arena, purse), reasonOf(reverse())]);
      waitMs = Math.max(0, waitMs + (pair[1] === null ? STEP_MS : -STEP_MS));
      const { state } = await finance.get<Ref>(`/charge-slips/${first.id}`);
      const wrong = await invoicedOnce(arena, purse, pair[1] === null ? others : slips);
      return { pair, wrong: state === (pair[1] === null ? 'void' : 'confirmed') ? wrong : [...wrong, `the slip is ${state}`] };
    },
  });
}

/** B-2, B-4: a red letter is issued while a payment is matched with its slip: the slip is paid, and free for another invoice. */
export function redLetterDuringMatch(arena: Arena, races: number): Promise<Outcome> {
  const { finance } = arena.people;
  return raceAll(arena, races, {
    name: 'red letter during a match', slips: 1, may: (pair) => pair.every((reason) => reason === null),
    race: async (purse, [slip]) => {
      const [letter, payment] = [await approvedLetter(arena, purse, slip as Slip), await paymentFor(arena, purse, slip as Slip)];
      const red = finance.post(`/red-letters/${letter.id}/issue`, paper(letter));
      const match = finance.post(`/payments/${payment.id}/match`, { version: payment.version, allocations: [{ slipId: slip?.id, amount: slip?.grossTotal }] });
      const pair = await Promise.all([red, match].map(reasonOf));
      const { paid, outstanding, invoiced } = await finance.get<{ paid: boolean; outstanding: string; invoiced: boolean }>(`/receivables/${slip?.id}`);
      const { items } = await finance.get<{ items: { slipId: string }[] }>(`/stubs?dealerId=${purse.dealerId}`);
      const isFree = items.some(({ slipId }) => slipId === slip?.id);
      // It leaves the register with the next invoice, so that the next race begins with nothing.
      await finance.post('/invoices', { dealerId: purse.dealerId, slipIds: [slip?.id], kind: 'general' });
      return { pair, wrong: paid && outstanding === '0.00' && !invoiced && isFree ? [] : [`paid ${paid}, outstanding ${outstanding}, invoiced ${invoiced}, free ${isFree}`] };
    },
  });
}

interface Race {
  name: string;
  slips: number;
  may(pair: Pair): boolean;
  race(purse: Purse, slips: Slip[]): Promise<Raced>;
}

let founded = 0;

async function raceAll(arena: Arena, races: number, { name, slips, may, race }: Race): Promise<Outcome> {
  const partId = await freshPart(arena, 1, PRICE);
  founded += 1;
  const purses = await inParallel(timesOf(DEALERS), DEALERS, async (_each, index): Promise<Purse> => {
    const { id } = await activateDealer(arena.people, { code: `MR${founded}${index}`, name: `对账${founded}${index}`, regionCode: '310104', territory: ['310000'] });
    return { dealerId: id, partId, seen: new Set() };
  });
  const raced = await inParallel(purses, DEALERS, async (purse, index) => {
    const found: Raced[] = [];
    for (let count = index; count < races; count += DEALERS) found.push(await race(purse, await stubs(arena, purse, slips)));
    return found;
  });
  const outcome = judged(name, raced.flat().map(({ pair }) => pair), may);
  const { balanced, debitTotal, creditTotal } = await arena.people.finance.get<{ balanced: boolean; debitTotal: string; creditTotal: string }>('/ledger/trial-balance');
  const ledger = balanced ? [] : [`${name}: the ledger stands at ${debitTotal} to ${creditTotal}`];
  return { ...outcome, faults: [...outcome.faults, ...raced.flat().flatMap(({ wrong }) => wrong.map((what) => `${name}: ${what}`)), ...ledger] };
}

/** Slips that are kept whole, confirmed and known to invoicing (F-1, F-4). */
async function stubs({ people: { finance } }: Arena, { dealerId, partId }: Purse, count: number): Promise<Slip[]> {
  return inParallel(timesOf(count), count, async (_each, index) => {
    const body = { dealerId, lines: [{ partId, quantity: index + 1 }], paymentMethod: 'bank_transfer', invoiceWish: 'later', reason: '补开' };
    const draft = await finance.post('/charge-slips', body);
    await finance.post(`/charge-slips/${draft.id}/confirm`, { version: draft.version });
    await eventually(() => finance.raw('GET', `/receivables/${draft.id}`), ({ status }) => status === 200, 'the receivable');
    return finance.get<Slip>(`/charge-slips/${draft.id}`);
  });
}

interface Job {
  state: string;
  result: string;
  errors?: { code: string }[];
}

/** A consolidated run over today's stubs of the dealer, to its end; answers why there was none. */
async function run({ people: { finance }, clock }: Arena, { dealerId }: Purse): Promise<string | null> {
  const today = await clock.today();
  const begin = finance.post<Ref>('/consolidations', { dealerId, from: today, to: today, kind: 'general' });
  const refused = await reasonOf(begin);
  if (refused !== null) return refused;
  const begun = await begin;
  const { state, result, errors = [] } = await eventually(
    () => finance.get<Job>(`/jobs/invoicing/${begun.id}`), (job) => job.state === 'done' || job.state === 'failed', 'the end of the job',
  );
  if (state !== 'done') return errors[0]?.code ?? state;
  const { consolidationId } = JSON.parse(result) as { consolidationId: string };
  await eventually(() => finance.get<Ref>(`/consolidations/${consolidationId}`), (each) => each.state === 'done', 'the end of the run');
  return null;
}

/** Whether these slips, and nothing else, stand on the invoices that are new since the last race. */
async function invoicedOnce({ people: { finance } }: Arena, purse: Purse, slips: readonly Slip[]): Promise<string[]> {
  const fresh = await newInvoices(finance, purse);
  const { items: left } = await finance.get<{ items: object[] }>(`/stubs?dealerId=${purse.dealerId}`);
  const [invoiced, wanted] = [addMoney(...fresh.map(({ grossTotal }) => grossTotal)), addMoney(...slips.map(({ grossTotal }) => grossTotal))];
  return invoiced === wanted && left.length === 0 ? [] : [`${invoiced} on ${fresh.length} invoices instead of ${wanted}, ${left.length} slips left`];
}

async function newInvoices(finance: Api, { dealerId, seen }: Purse): Promise<InvoiceLine[]> {
  const { items } = await finance.get<{ items: InvoiceLine[] }>(`/invoices?dealerId=${dealerId}&limit=20`);
  const fresh = items.filter(({ id }) => !seen.has(id));
  for (const { id } of fresh) seen.add(id);
  return fresh;
}

/** An invoice over the slip, issued, and a red letter over all of it that waits to be issued. */
async function approvedLetter({ people: { finance, supervisor } }: Arena, { dealerId }: Purse, slip: Slip): Promise<Ref> {
  const requested = await finance.post('/invoices', { dealerId, slipIds: [slip.id], kind: 'general' });
  await finance.post(`/invoices/${requested.id}/issue`, paper(requested));
  const drafted = await finance.post(`/invoices/${requested.id}/draft-red-letter`, { lineIds: [], reason: '开票有误' });
  return supervisor.post(`/red-letters/${drafted.id}/approve`, { version: drafted.version });
}

let papers = 0;

/** As the tax platform numbers its papers. */
function paper({ version }: Ref): object {
  papers += 1;
  return { version, invoiceNumber: String(papers).padStart(20, '0'), invoiceDate: businessDate(new Date()) };
}

/** Money without a reference, so that it waits to be matched by hand. */
function paymentFor({ people: { finance } }: Arena, { dealerId }: Purse, { grossTotal }: Slip): Promise<Ref> {
  return finance.post('/payments', { dealerId, method: 'bank_transfer', amount: grossTotal, reference: '' });
}
