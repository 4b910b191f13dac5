import { eventMap } from '@aftercare/contracts';
import type { Invariant } from './invariant.js';
import { brokenTieLines } from './tie-lines.js';
import type { World } from './world.js';

/** An event of some outbox: who told it, and whether the broker has it. */
interface Told {
  teller: string;
  eventType: string;
  published: boolean;
}

const shortName = (eventType: string): string => eventType.slice(eventType.lastIndexOf('.') + 1);

export const deliveredOnce: Invariant = {
  id: 'I5',
  sentence: 'each event told has exactly one inbox row per listener, nothing was heard that nobody told, and what is made of events is what their rows say',
  async find(world) {
    const { told, violations } = await allTold(world);
    for (const listener of world.services) violations.push(...(await brokenInbox(world, told, listener)));
    violations.push(...(await brokenCopies(world)), ...(await brokenFigures(world)), ...(await brokenTieLines(world)));
    return violations;
  },
};

async function allTold(world: World): Promise<{ told: Map<string, Told>; violations: string[] }> {
  const told = new Map<string, Told>();
  const violations: string[] = [];
  for (const teller of world.services) {
    const rows = await world.rows<{ id: string; event_type: string; published: boolean }>(teller, `
      select id::text, event_type, published_at is not null as published from outbox order by created_at, id`);
    for (const { id, event_type: eventType, published } of rows) {
      if (told.has(id)) violations.push(`${teller}: event ${id} was told twice`);
      told.set(id, { teller, eventType, published });
      if (!published) violations.push(`${teller}: ${shortName(eventType)} ${id} was not sent`);
    }
  }
  return { told, violations };
}

async function brokenInbox(world: World, told: Map<string, Told>, listener: string): Promise<string[]> {
  const rows = await world.rows<{ consumer: string; event_id: string }>(listener, 'select consumer, event_id::text from inbox');
  const heard = new Set(rows.map(({ consumer, event_id: eventId }) => `${consumer} ${eventId}`));
  const found: string[] = [];
  for (const [id, { teller, eventType, published }] of told) {
    if (!listenersOf(eventType).includes(listener)) continue;
    const key = `${listener}-${shortName(eventType)} ${id}`;
    if (!heard.delete(key) && published) found.push(`${listener}: ${shortName(eventType)} ${id} of ${teller} was never handled`);
  }
  for (const key of heard) found.push(`${listener}: handled ${key}, which nobody told`);
  return found;
}

/** The routes of the contracts, read as data. */
function listenersOf(eventType: string): readonly string[] {
  return Object.entries(eventMap).find(([name]) => name === eventType)?.[1].listeners ?? [];
}

interface Slip {
  id: string;
  number: string;
  gross_total: string;
  paid: boolean;
}

interface Receivable {
  slip_id: string;
  gross_total: string;
  open: string;
}

/** What one service keeps of another's documents equals those documents: charge slips and their receivables. */
async function brokenCopies(world: World): Promise<string[]> {
  if (!world.has('parts') || !world.has('invoicing')) return [];
  const slips = await world.rows<Slip>('parts', `
    select id::text, number, gross_total::text, paid from charge_slip where direction = 'charge' and origin <> 'reversal' and state = 'confirmed'`);
  const receivables = await world.rows<Receivable>('invoicing', `
    select slip_id::text, gross_total::text, (gross_total - reversed_total - paid_total)::text as open from receivable`);
  const bySlip = new Map(receivables.map((receivable) => [receivable.slip_id, receivable]));
  return slips.flatMap((slip) => {
    const receivable = bySlip.get(slip.id);
    if (!receivable) return [`invoicing: the confirmed slip ${slip.number} has no receivable`];
    const found: string[] = [];
    if (receivable.gross_total !== slip.gross_total) found.push(`invoicing: slip ${slip.number} is ${slip.gross_total}, its receivable ${receivable.gross_total}`);
    if (slip.paid !== (receivable.open === '0.00')) found.push(`parts: slip ${slip.number} is ${slip.paid ? '' : 'not '}paid, and ${receivable.open} is open of its receivable`);
    return found;
  });
}

/** The figures are made of the calls as they are: each call at its dealer once, and solved, cancelled or open like there; solved by whom it was where only a reopening was cancelled. */
async function brokenFigures(world: World): Promise<string[]> {
  if (!world.has('repairs') || !world.has('insights')) return [];
  const stands = (dealer: string, outcome: string): string => `${outcome} at dealer ${dealer}`;
  const calls = await world.rows<{ id: string; number: string; dealer_id: string; outcome: string }>('repairs', `
    select c.id::text, c.number, coalesce(solver.dealer_id, c.dealer_id)::text as dealer_id,
      case when c.solved_before is not null then 'resolved' when c.state = 'cancelled' then 'cancelled' when c.resolved_at is not null then 'resolved' else 'open' end as outcome
    from repair_call c left join lateral (
      select r.dealer_id from repair_record r where r.call_id = c.id and r.recorded_at <= c.solved_before order by r.recorded_at desc, r.id desc limit 1) solver on true
    where c.dealer_id is not null`);
  const facts = await world.rows<{ call_id: string; dealer_id: string; outcome: string }>('insights', `
    select call_id::text, dealer_id::text, outcome from call_fact where generation = (select current from read_model)`);
  const byCall = new Map(facts.map(({ call_id: id, dealer_id: dealer, outcome }) => [id, stands(dealer, outcome)]));
  return calls.flatMap(({ id, number, dealer_id: dealer, outcome }) => {
    const [is, counted] = [stands(dealer, outcome), byCall.get(id) ?? 'missing'];
    return is === counted ? [] : [`insights: call ${number} is ${is} and counted as ${counted}`];
  });
}
