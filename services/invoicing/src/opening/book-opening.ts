import { addMoney, compareMoney, isZeroMoney, monthOf, negateMoney, newId, startOfDay } from '@aftercare/domain';
import type { Tx } from '@aftercare/service';
import { In } from 'typeorm';
import { creditBalance, post } from '../books/post.js';
import { CreditLineRow } from '../credit/credit.entity.js';
import { useOf } from '../credit/hold.js';
import { ReceivableRow } from '../receivables/receivable.entity.js';
import { MoneyOpeningLineRow, type MoneyOpeningRow } from './money-opening.entity.js';
import { assertBookable, assertUnused, isCreditOfOpening, type InTheWay, type MoneyOpeningKind } from './money-opening.rules.js';

/** Lines of an opening, receivables first. */
export function linesOfOpening(tx: Pick<Tx, 'em'>, openingId: string): Promise<MoneyOpeningLineRow[]> {
  return tx.em.find(MoneyOpeningLineRow, { where: { openingId }, order: { kind: 'DESC', documentDate: 'ASC', id: 'ASC' } });
}

/** The sum of a kind of line. */
export const sumOf = (lines: readonly MoneyOpeningLineRow[], kind: MoneyOpeningKind): string => addMoney(...lines.filter((line) => line.kind === kind).map(({ amount }) => amount));

/**
 * books what an approved opening says: each receivable is owed from now on, its age counts from its own date, and no invoice is over it;
 * the other side is the balance of the books before. The caller holds the turn for the dealer's money. Errors: NUMBER_TAKEN,
 * CREDIT_LINE_APPROVED.
 */
export async function bookOpening(tx: Tx, opening: MoneyOpeningRow): Promise<void> {
  const { id, dealerId, number } = opening;
  const lines = await linesOfOpening(tx, id);
  assertBookable(await inTheWay(tx, dealerId, lines));
  const receivables = lines.filter(({ kind }) => kind === 'receivable');
  for (const line of receivables) await openReceivable(tx, line);
  const [owed, deposit] = [sumOf(lines, 'receivable'), sumOf(lines, 'deposit')];
  const head = { dealerId, kind: 'opening', documentKind: 'money_opening', documentId: id, documentNumber: number };
  await post(tx, { ...head, amounts: [['receivable', owed], ['opening_balance', negateMoney(owed)]] });
  await post(tx, { ...head, amounts: [['opening_balance', deposit], ['deposit', negateMoney(deposit)]] });
  const limit = lines.find(({ kind }) => kind === 'credit_line');
  if (limit) await grantCredit(tx, opening, limit.amount);
}

/** What may stand in the way of booking an opening: a slip that has one of its numbers, and the credit line of the dealer where it grants one. */
export async function inTheWay(tx: Tx, dealerId: string, lines: readonly MoneyOpeningLineRow[]): Promise<InTheWay> {
  const numbers = lines.filter(({ kind }) => kind === 'receivable').map(({ documentNumber }) => documentNumber);
  const [taken] = await tx.em.query<{ number: string }[]>('select slip_number as number from receivable where slip_number = any($1) order by slip_number limit 1', [numbers]);
  const credit = lines.some(({ kind }) => kind === 'credit_line') ? await tx.em.findOneBy(CreditLineRow, { dealerId }) : null;
  return { takenNumber: taken?.number ?? '', limitAmount: credit?.limitAmount ?? null };
}

async function openReceivable(tx: Tx, line: MoneyOpeningLineRow): Promise<void> {
  const { id, dealerId, documentNumber, documentDate, amount } = line;
  await tx.em.insert(ReceivableRow, {
    slipId: id, dealerId, slipNumber: documentNumber, origin: 'opening', requestId: null, paymentMethod: 'bank_transfer', invoiceWish: 'never', askedBy: '', netTotal: amount, taxTotal: '0.00',
    grossTotal: amount, reversedTotal: '0.00', paidTotal: '0.00', confirmedAt: startOfDay(documentDate ?? ''), month: monthOf(await tx.now()), version: 1,
  });
}

async function grantCredit(tx: Tx, { dealerId, createdBy }: MoneyOpeningRow, limitAmount: string): Promise<void> {
  const known = await tx.em.findOneBy(CreditLineRow, { dealerId });
  const line = known ?? tx.em.create(CreditLineRow, { id: newId(), dealerId, proposedLimit: null, version: 0 });
  const before = line.limitAmount ?? null;
  Object.assign(line, { limitAmount, draftedBy: createdBy, approvedBy: tx.ctx.userId, version: line.version + 1 });
  await tx.em.save(CreditLineRow, line);
  await tx.audit({ action: 'approve', kind: 'credit_line', id: line.id, dealerId, changed: { limit: { before, after: limitAmount } } });
}

/** What an opening has brought, as it stands. */
interface Opened {
  receivables: ReceivableRow[];
  deposit: string;
  /** The credit line that it granted, null for none. */
  credit: CreditLineRow | null;
  unused: boolean;
}

/** what an approved opening has brought: unused while nothing of it was paid or reversed, the deposit holds it, and its credit line is as it was opened and nothing is on it. */
export async function openedBy(tx: Tx, opening: Pick<MoneyOpeningRow, 'dealerId' | 'approvedBy'>, lines: readonly MoneyOpeningLineRow[]): Promise<Opened> {
  const { dealerId } = opening;
  const deposit = sumOf(lines, 'deposit');
  const receivables = await tx.em.findBy(ReceivableRow, { dealerId, slipId: In(lines.filter(({ kind }) => kind === 'receivable').map((line) => line.id)) });
  const holdsDeposit = compareMoney(await creditBalance(tx, dealerId, 'deposit'), deposit) >= 0;
  const isOwed = receivables.every(({ paidTotal, reversedTotal }) => isZeroMoney(paidTotal) && isZeroMoney(reversedTotal));
  const limit = lines.find(({ kind }) => kind === 'credit_line');
  if (!limit) return { receivables, deposit, credit: null, unused: holdsDeposit && isOwed };
  const credit = await tx.em.findOneByOrFail(CreditLineRow, { dealerId });
  const { used, held } = await useOf(tx.em, dealerId);
  const isIdle = isCreditOfOpening(credit, { approvedBy: opening.approvedBy, limitAmount: limit.amount }) && isZeroMoney(addMoney(used, held));
  return { receivables, deposit, credit, unused: holdsDeposit && isOwed && isIdle };
}

/** takes an opening back by the opposite postings, while it is unused; its credit line is nought then. The caller holds the turn for the dealer's money. Errors: OPENING_IN_USE. */
export async function takeBackOpening(tx: Tx, opening: MoneyOpeningRow): Promise<void> {
  const { id, dealerId, number } = opening;
  const { receivables, deposit, credit, unused } = await openedBy(tx, opening, await linesOfOpening(tx, id));
  assertUnused(unused);
  for (const { slipId, slipNumber, grossTotal, version } of receivables) {
    // The number is free for a corrected opening.
    await tx.em.update(ReceivableRow, { slipId }, { reversedTotal: grossTotal, slipNumber: `${slipNumber} (${number})`, version: version + 1 });
  }
  const owed = addMoney(...receivables.map(({ grossTotal }) => grossTotal));
  const head = { dealerId, kind: 'opening_reversed', documentKind: 'money_opening', documentId: id, documentNumber: number };
  await post(tx, { ...head, amounts: [['opening_balance', owed], ['receivable', negateMoney(owed)]] });
  await post(tx, { ...head, amounts: [['deposit', deposit], ['opening_balance', negateMoney(deposit)]] });
  if (credit) await withdrawCredit(tx, credit);
}

async function withdrawCredit(tx: Tx, { id, dealerId, limitAmount, version }: CreditLineRow): Promise<void> {
  await tx.em.update(CreditLineRow, { id }, { limitAmount: '0.00', version: version + 1 });
  await tx.audit({ action: 'withdraw', kind: 'credit_line', id, dealerId, changed: { limit: { before: limitAmount, after: '0.00' } } });
}
