import { addMoney, businessDate } from '@aftercare/domain';
import { createPart, publishPrices } from '../story/goods.js';
import { activateDealer } from '../story/people.js';
import type { Api, Ref } from '../http/api.js';
import type { BusinessClock } from '../http/running.js';
import type { Stage } from '../story/loop.js';
import type { LoadTools, Work } from './load.js';
import { PatientClient } from './patient-client.js';

/** Dealers whose money moves, each the work of one person. */
const DEALERS = 4;
const LINES_MAX = 3;
/** Somebody else, or what died meanwhile, may come between a look and a step. */
const MEANWHILE = ['STALE_VERSION', 'STEP_NOT_ALLOWED', 'NOTHING_TO_INVOICE', 'RED_LETTER_FIRST', 'INVOICE_REQUESTED', 'INVOICED_ALREADY', 'IN_BATCH'];

interface MoneyTools extends LoadTools {
  clock: BusinessClock;
}

interface Till extends MoneyTools {
  dealerId: string;
  finance: PatientClient;
  supervisor: PatientClient;
  partId: string;
  papers: { next: number };
}

interface Slip extends Ref {
  grossTotal: string;
  paid: boolean;
}

/** Slips are confirmed, paid exactly, in part and too much, matched and unmatched, reversed, invoiced alone and by runs, taken back by red letters, refunded (F-1 to F-5, B-1 to B-4). */
export async function moneyWorks(stage: Stage, tools: MoneyTools): Promise<Work[]> {
  const { people } = stage;
  const { id: partId } = await createPart(people.clerk, { number: 'CHAOS-M', name: '阀芯', partClass: 'cartridge' });
  await publishPrices(people, await tools.clock.today(), [{ partId, dealerPrice: '12.345', suggestedPrice: '20' }]);
  const patient = (api: Api): PatientClient => new PatientClient(api, tools.patience);
  const papers = { next: 1 };
  const works: Work[] = [];
  for (let number = 1; number <= DEALERS; number += 1) {
    const { id } = await activateDealer(people, { code: `CASH${number}`, name: `收款经销商${number}`, regionCode: '310104', territory: ['310000'] });
    const till = { ...tools, dealerId: id, finance: patient(people.finance), supervisor: patient(people.supervisor), partId, papers };
    works.push(number % 2 === 0 ? paidAndReversed(till) : invoicedAndTakenBack(till), runs(till));
  }
  return works;
}

async function slip({ finance, dealerId, partId, random, patience }: Till, invoiceWish = 'later'): Promise<Slip> {
  const lines = Array.from({ length: random.whole(1, LINES_MAX) }, () => ({ partId, quantity: random.whole(1, 5) }));
  const drafted = await finance.create('/charge-slips', (marker) => ({ dealerId, lines, paymentMethod: 'bank_transfer', invoiceWish, reason: `补开 ${marker}` }));
  await finance.command(`/charge-slips/${drafted.id}/confirm`, { version: drafted.version });
  await finance.until(`/receivables/${drafted.id}`, ({ status }) => status === 200);
  patience.tally.did('slips confirmed');
  return finance.get<Slip>(`/charge-slips/${drafted.id}`);
}

function payment({ finance, dealerId }: Till, amount: string): Promise<Ref> {
  return finance.create<Ref>('/payments', (marker) => ({ dealerId, method: 'bank_transfer', amount, reference: marker }));
}

/** A slip is paid with a fen too much, which is kept as a deposit and refunded; some are unmatched again, some reversed after they were paid. */
function paidAndReversed(till: Till): Work {
  const { finance, supervisor, random, patience, dealerId } = till;
  return async () => {
    const owed = await slip(till);
    const received = await payment(till, addMoney(owed.grossTotal, '0.01'));
    const matched = await finance.command(`/payments/${received.id}/match`, { version: received.version, allocations: [{ slipId: owed.id, amount: owed.grossTotal }], restToDeposit: true });
    patience.tally.did('payments matched');
    const next = random.whole(1, 3);
    if (next === 1) {
      const { allocations } = await finance.get<{ allocations: { id: string }[] }>(`/payments/${received.id}`);
      const undone = { version: matched.version, reason: '对错', allocationIds: allocations.map(({ id }) => id), fromDeposit: false };
      const open = await finance.command(`/payments/${received.id}/unmatch`, undone);
      await finance.command(`/payments/${received.id}/match`, { version: open.version, allocations: [{ slipId: owed.id, amount: owed.grossTotal }] });
      patience.tally.did('matches undone');
      return;
    }
    if (next === 2) {
      const { version } = await finance.get<Slip>(`/charge-slips/${owed.id}`);
      const reversed = await finance.commandUnless(`/charge-slips/${owed.id}/reverse`, { version, lines: [], reason: '退货' }, MEANWHILE);
      if (reversed) patience.tally.did('slips reversed');
      return;
    }
    const asked = await finance.command('/refunds', { dealerId, paymentId: '', amount: '0.01', method: 'bank_transfer', reason: '多付' });
    await supervisor.command(`/refunds/${asked.id}/approve`, { version: asked.version });
    patience.tally.did('refunds approved');
  };
}

/** A slip is invoiced; the paper is issued, and some are taken back by a red letter and invoiced anew. */
function invoicedAndTakenBack(till: Till): Work {
  const { finance, supervisor, random, patience, dealerId } = till;
  return async () => {
    const { id } = await slip(till, 'now');
    const request = (): Promise<Ref | null> => finance.commandUnless('/invoices', { dealerId, slipIds: [id], kind: 'general' }, MEANWHILE);
    const requested = await request();
    if (!requested) return;
    const issued = await finance.command(`/invoices/${requested.id}/issue`, paper(till, requested));
    patience.tally.did('invoices issued');
    if (random.whole(1, 2) === 1) {
      await finance.command(`/invoices/${requested.id}/deliver`, { version: issued.version });
      return;
    }
    const drafted = await finance.command(`/invoices/${requested.id}/draft-red-letter`, { lineIds: [], reason: '开票有误' });
    const approved = await supervisor.command(`/red-letters/${drafted.id}/approve`, { version: drafted.version });
    await finance.command(`/red-letters/${drafted.id}/issue`, paper(till, approved));
    patience.tally.did('red letters issued');
    await request();
  };
}

/** What is kept whole is invoiced by a run, with whoever else works at the same dealer beside it. */
function runs(till: Till): Work {
  const { finance, clock, dealerId, patience } = till;
  return async () => {
    await slip(till);
    const today = await clock.today().catch(() => '');
    // The database is down at this moment.
    if (today === '') return;
    const job = await finance.commandUnless<{ id: string }>('/consolidations', { dealerId, from: today, to: today, kind: 'general' }, MEANWHILE);
    if (!job) return;
    const { state, errors = [] } = await finance.until<{ state: string; errors?: { code: string }[] }>(
      `/jobs/invoicing/${job.id}`, ({ status, body }) => status === 200 && (body.state === 'done' || body.state === 'failed'),
    );
    if (state === 'done') patience.tally.did('runs begun');
    else if (!errors.some(({ code }) => MEANWHILE.includes(code))) patience.tally.surprised(`job ${job.id} ended as ${state}: ${JSON.stringify(errors)}`);
  };
}

/** As the tax platform numbers its papers. */
function paper({ papers }: Till, { version }: Ref): object {
  papers.next += 1;
  return { version, invoiceNumber: String(papers.next).padStart(20, '0'), invoiceDate: businessDate(new Date()) };
}
