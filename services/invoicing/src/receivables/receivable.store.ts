import { addMoney, negateMoney, newId } from '@aftercare/domain';
import { ChargeSlipPaidSchema } from '@aftercare/contracts';
import { notFound } from '@aftercare/messaging';
import { scopeCondition, type Tx } from '@aftercare/service';
import type { EntityManager } from 'typeorm';
import { post } from '../books/post.js';
import type { Work } from '../books/work.js';
import { AllocationRow } from '../payments/payment.entity.js';
import { ReceivableLineRow, ReceivableRow } from './receivable.entity.js';
import { isPaid } from './receivable.rules.js';

/** A line with the live invoice it is on, empty for none, and whether that is only requested. */
export type LineOnInvoice = ReceivableLineRow & { invoiceId: string; requested: boolean };

/** The receivable of a slip as the caller may see it; a missing one and another dealer's are the same not_found. */
export async function receivableOf(tx: Pick<Tx, 'em' | 'ctx'>, slipId: string): Promise<ReceivableRow> {
  const scope = scopeCondition(tx.ctx, 'receivable.dealer_id', { money: true });
  const found = await tx.em.createQueryBuilder(ReceivableRow, 'receivable')
    .where('receivable.slip_id = :slipId', { slipId }).andWhere(scope.where, scope.parameters).getOne();
  if (!found) throw notFound('receivable');
  return found;
}

/** Lines of slips by slip and position, with the live invoice they are on. */
export async function linesOf(em: EntityManager, slipIds: readonly string[]): Promise<LineOnInvoice[]> {
  if (slipIds.length === 0) return [];
  const lines = await em.createQueryBuilder(ReceivableLineRow, 'line')
    .where('line.slip_id = any(:slipIds::uuid[])', { slipIds }).orderBy('line.slip_id').addOrderBy('line.position').getMany();
  const live = await em.query<{ lineId: string; invoiceId: string; requested: boolean }[]>(
    `select l.line_id as "lineId", l.invoice_id as "invoiceId", i.state = 'requested' as requested
       from invoice_line l join invoice i on i.id = l.invoice_id where l.live and l.slip_id = any($1::uuid[])`, [slipIds]);
  const invoiceOf = new Map(live.map(({ lineId, ...invoice }) => [lineId, invoice]));
  return lines.map((line) => Object.assign(line, invoiceOf.get(line.lineId) ?? { invoiceId: '', requested: false }));
}

/** Saves the sums of a receivable under its next version and tells how far it is paid; the version rises with each. */
export async function saveSums(work: Work, receivable: ReceivableRow): Promise<void> {
  receivable.version += 1;
  const { slipId, dealerId, reversedTotal, paidTotal, version } = receivable;
  await work.em.update(ReceivableRow, { slipId }, { reversedTotal, paidTotal, version });
  await work.audit({ action: 'book', kind: 'receivable', id: slipId, dealerId, changed: { paidTotal: { after: paidTotal }, reversedTotal: { after: reversedTotal } } });
  // Nobody keeps a slip that was owed before the platform went live.
  if (receivable.origin === 'opening') return;
  await work.announce(ChargeSlipPaidSchema, { slipId, dealerId, paidTotal, paid: isPaid(receivable), version });
}

/** Where the money for a slip comes from. */
export interface MoneySource {
  account: 'unmatched' | 'deposit' | 'reimbursement_payable';
  /** The payment; null for the deposit and a reimbursement. */
  paymentId: string | null;
}

const PAID_BY = { unmatched: 'payment_matched', deposit: 'deposit_used', reimbursement_payable: 'set_off' } as const satisfies Record<MoneySource['account'], string>;

/** B-4: sets money against a slip: voucher, allocation, sums. The caller holds the turn and has checked the amount. */
export async function payReceivable(work: Work, receivable: ReceivableRow, amount: string, source: MoneySource): Promise<void> {
  const { slipId, dealerId } = receivable;
  await work.em.insert(AllocationRow, { id: newId(), dealerId, slipId, paymentId: source.paymentId, amount, at: await work.now(), undoes: null });
  await post(work, {
    dealerId, kind: PAID_BY[source.account], documentKind: 'charge_slip', documentId: slipId,
    documentNumber: receivable.slipNumber,
    amounts: [[source.account, amount], ['receivable', negateMoney(amount)]],
  });
  receivable.paidTotal = addMoney(receivable.paidTotal, amount);
  await saveSums(work, receivable);
}
