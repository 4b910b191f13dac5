import { PayableService, RefundService } from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import fc from 'fast-check';
import { reasonOf, startInvoicing, type InvoicingWorld, type ToldSlip } from '../invoicing.fixture.js';

const SEQUENCES = 12;
const STEPS_MAX = 14;
jest.setTimeout(120_000);

let world: InvoicingWorld;
beforeAll(async () => {
  world = await startInvoicing();
}, 60_000);
afterAll(() => world.service.stop());

/** Fen of an amount, and back: the books of the spec are whole numbers. */
const fenOf = (amount: string): bigint => BigInt(amount.replace('.', ''));
const moneyOf = (fen: bigint): string => `${fen < 0n ? '-' : ''}${String(fen < 0n ? -fen : fen).padStart(3, '0').replace(/(..)$/, '.$1')}`;
const least = (one: bigint, other: bigint): bigint => (one < other ? one : other);

interface Owed {
  told: ToldSlip;
  gross: bigint;
  paid: bigint;
  reversed: boolean;
}

interface Received {
  id: string;
  version: number;
  unmatched: bigint;
  toDeposit: bigint;
}

interface Reimbursed {
  told: ToldSlip;
  version: number;
  outstanding: bigint;
}

/** What a dealer owes and has, worked out beside the service. */
class Books {
  readonly slips: Owed[] = [];
  readonly payments: Received[] = [];
  readonly reimbursements: Reimbursed[] = [];
  deposit = 0n;

  get receivable(): bigint {
    return this.slips.reduce((sum, { gross, paid, reversed }) => (reversed ? sum : sum + gross - paid), 0n);
  }

  get unmatched(): bigint {
    return this.payments.reduce((sum, { unmatched }) => sum + unmatched, 0n);
  }

  get payable(): bigint {
    return this.reimbursements.reduce((sum, { outstanding }) => sum + outstanding, 0n);
  }
}

/** A command, some days after the one before it. */
interface Step {
  days: number;
  kind: 'slip' | 'slip from deposit' | 'pay' | 'match' | 'rest to deposit' | 'take from deposit' | 'undo match' | 'reverse' | 'refund' | 'reimburse' | 'set off';
  fen: bigint;
  one: number;
  other: number;
}

const kinds = ['slip', 'slip from deposit', 'pay', 'match', 'rest to deposit', 'take from deposit', 'undo match', 'reverse', 'refund', 'reimburse', 'set off'] as const;
const step = fc.record({ days: fc.constantFrom(0, 0, 1, 9, 31), kind: fc.constantFrom(...kinds), fen: fc.bigInt(1n, 20_000n), one: fc.nat(99), other: fc.nat(99) });
const of = <T>(all: readonly T[], at: number): T | undefined => all[at % Math.max(1, all.length)];

const refunds = (role: 'finance_clerk' | 'service_supervisor') => world.service.client(RefundService, world.as(role));
const payables = () => world.service.client(PayableService, world.as('finance_clerk'));

async function owe(books: Books, fen: bigint, paymentMethod: string): Promise<void> {
  const told = await world.slip({ nets: [moneyOf(fen)], paymentMethod });
  const gross = fenOf(told.grossTotal);
  const paid = paymentMethod === 'deposit' ? least(books.deposit, gross) : 0n;
  books.deposit -= paid;
  books.slips.push({ told, gross, paid, reversed: false });
}

async function receive(books: Books, fen: bigint): Promise<void> {
  const { id, version } = await world.pay(moneyOf(fen));
  books.payments.push({ id, version, unmatched: fen, toDeposit: 0n });
}

async function match(payment: Received, slip: Owed, fen: bigint): Promise<void> {
  const fits = fen <= payment.unmatched && !slip.reversed && fen <= slip.gross - slip.paid;
  const asked = { id: payment.id, version: payment.version, allocations: [{ slipId: slip.told.slipId, amount: moneyOf(fen) }] };
  expect((await reasonOf(world.payments().matchPayment(asked))) === 'no error').toBe(fits);
  if (!fits) return;
  payment.version += 1;
  payment.unmatched -= fen;
  slip.paid += fen;
}

async function restToDeposit(books: Books, payment: Received): Promise<void> {
  const left = payment.unmatched;
  expect((await reasonOf(world.payments().matchPayment({ id: payment.id, version: payment.version, restToDeposit: true }))) === 'no error').toBe(left > 0n);
  if (left === 0n) return;
  Object.assign(payment, { version: payment.version + 1, unmatched: 0n, toDeposit: payment.toDeposit + left });
  books.deposit += left;
}

async function takeFromDeposit(books: Books, payment: Received): Promise<void> {
  const { id, version, toDeposit } = payment;
  const fits = toDeposit > 0n && books.deposit >= toDeposit;
  expect((await reasonOf(world.payments().unmatchPayment({ id, version, fromDeposit: true, reason: '记错' }))) === 'no error').toBe(fits);
  if (!fits) return;
  Object.assign(payment, { version: version + 1, unmatched: payment.unmatched + toDeposit, toDeposit: 0n });
  books.deposit -= toDeposit;
}

async function undoMatch(books: Books, payment: Received, which: number): Promise<void> {
  const { allocations } = await world.payments().getPayment({ id: payment.id });
  const allocation = of(allocations, which);
  const slip = books.slips.find(({ told }) => told.slipId === allocation?.slipId);
  if (!allocation || !slip) return;
  const fits = !allocation.undone && slip.paid >= fenOf(allocation.amount);
  const asked = { id: payment.id, version: payment.version, allocationIds: [allocation.id], reason: '记错' };
  expect((await reasonOf(world.payments().unmatchPayment(asked))) === 'no error').toBe(fits);
  if (!fits) return;
  payment.version += 1;
  payment.unmatched += fenOf(allocation.amount);
  slip.paid -= fenOf(allocation.amount);
}

/** F-5: what was paid of it goes to the deposit. */
async function reverse(books: Books, slip: Owed): Promise<void> {
  const reversalId = newId();
  const { released } = await world.receivables().releaseSlip({ slipId: slip.told.slipId, reversalId, lines: [{ lineId: slip.told.lineIds[0], quantity: 1 }] });
  expect(released).toBe(!slip.reversed);
  if (slip.reversed) return;
  await world.reversed(slip.told, reversalId);
  books.deposit += slip.paid;
  Object.assign(slip, { reversed: true, paid: 0n });
}

async function refund(books: Books, fen: bigint): Promise<void> {
  const asked = { dealerId: world.dealerId, amount: moneyOf(fen), method: 'cash', reason: '退回' };
  if (fen > books.deposit) {
    expect(await reasonOf(refunds('finance_clerk').requestRefund(asked))).toBe('DEPOSIT_SHORT');
    return;
  }
  const { id, version } = await refunds('finance_clerk').requestRefund(asked);
  await refunds('service_supervisor').approveRefund({ id, version });
  books.deposit -= fen;
}

async function reimburse(books: Books, fen: bigint): Promise<void> {
  const told = await world.slip({ nets: [moneyOf(fen)], untaxed: true, direction: 'reimbursement', payeeKind: 'dealer' });
  books.reimbursements.push({ told, version: 1, outstanding: fenOf(told.grossTotal) });
}

async function setOff(payable: Reimbursed, slip: Owed, fen: bigint): Promise<void> {
  const fits = fen <= payable.outstanding && !slip.reversed && fen <= slip.gross - slip.paid;
  const asked = { slipId: payable.told.slipId, version: payable.version, allocations: [{ slipId: slip.told.slipId, amount: moneyOf(fen) }] };
  expect((await reasonOf(payables().setOffPayable(asked))) === 'no error').toBe(fits);
  if (!fits) return;
  payable.version += 1;
  payable.outstanding -= fen;
  slip.paid += fen;
}

function take(books: Books, { kind, fen, one, other }: Omit<Step, 'days'>): Promise<void> | undefined {
  const [slip, payment, payable] = [of(books.slips, other), of(books.payments, one), of(books.reimbursements, one)];
  switch (kind) {
    case 'slip': return owe(books, fen, 'bank_transfer');
    case 'slip from deposit': return owe(books, fen, 'deposit');
    case 'pay': return receive(books, fen);
    case 'match': return payment && slip && match(payment, slip, fen);
    case 'rest to deposit': return payment && restToDeposit(books, payment);
    case 'take from deposit': return payment && takeFromDeposit(books, payment);
    case 'undo match': return payment && undoMatch(books, payment, other);
    case 'reverse': return slip && reverse(books, slip);
    case 'refund': return refund(books, fen);
    case 'reimburse': return reimburse(books, fen);
    default: return payable && slip && setOff(payable, slip, fen);
  }
}

/** Credit less debit of the dealer's accounts, as their postings say. */
async function accounts(): Promise<Record<string, string>> {
  const rows = await world.service.sql<{ account: string; balance: string }>(
    'select account, sum(credit - debit)::text as balance from posting where dealer_id = $1 group by account', [world.dealerId]);
  return Object.fromEntries(rows.map(({ account, balance }) => [account, balance]));
}

describe('B-4: the ledger after any sequence of commands', () => {
  it('B-4: Σ debit = Σ credit, and a dealer’s accounts are what it owes and has, to the fen', async () => {
    await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: STEPS_MAX }), async (steps) => {
      world.dealerId = await world.newDealer();
      const books = new Books();
      // Something to work with from the first step on.
      await owe(books, 5_000n, 'bank_transfer');
      await receive(books, 9_000n);
      for (const { days, ...each } of steps) {
        if (days > 0) await world.service.moveClock(`${days}d`);
        await take(books, each);
      }
      const kept = await accounts();
      const sum = (account: string): bigint => fenOf(kept[account] ?? '0.00');
      expect([-sum('receivable'), sum('deposit'), sum('unmatched'), sum('reimbursement_payable')]).toEqual([books.receivable, books.deposit, books.unmatched, books.payable]);
      expect(Object.keys(kept).reduce((whole, account) => whole + sum(account), 0n)).toBe(0n);
      expect((await world.payments().getDeposit({ dealerId: world.dealerId })).balance).toBe(moneyOf(books.deposit));
      const [booked, months] = await Promise.all(['posting', 'account_month'].map((table) => world.service.sql(
        `select account, month, sum(debit)::text as debit, sum(credit)::text as credit from ${table} where dealer_id = $1 group by 1, 2 order by 1, 2`, [world.dealerId])));
      expect(months).toEqual(booked);
      const [worst] = await world.service.sql<{ difference: string }>('select coalesce(max(abs(d)), 0)::text as difference from (select sum(debit - credit) as d from posting group by voucher_id) v');
      expect(worst.difference).toBe('0.00');
    }), { numRuns: SEQUENCES });
  });
});
