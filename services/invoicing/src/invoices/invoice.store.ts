import { allowedActions, moneyInWords, refusalReason } from '@aftercare/domain';
import { notFound } from '@aftercare/messaging';
import { scopeCondition, type Tx } from '@aftercare/service';
import { assertInNoBatch, waitsIn } from '../batches/leave-batch.js';
import { assertMoneyRole, type MoneyAction } from '../books/roles.rules.js';
import { ReceivableRow } from '../receivables/receivable.entity.js';
import { linesOf } from '../receivables/receivable.store.js';
import { InvoiceLineRow, InvoiceRow } from './invoice.entity.js';
import { assertOneDealer, invoiceSteps, invoiceTotals, type InvoicedLine, type SlipToInvoice } from './invoice.rules.js';
import { assertIssued, linesToRedden, type ReddenedLine } from './red-letter.rules.js';
import { linesOfInvoice } from './red-letter.store.js';

/**
 * The slips an invoice would be over: those named, else every one of the dealer that wishes now or later. A named slip
 * that does not exist is not_found, one of another dealer DEALER_MISMATCH.
 */
export async function slipsToInvoice(tx: Tx, dealerId: string, slipIds: readonly string[]): Promise<SlipToInvoice[]> {
  const query = tx.em.createQueryBuilder(ReceivableRow, 'receivable').orderBy('receivable.confirmed_at').addOrderBy('receivable.slip_id');
  const scope = scopeCondition(tx.ctx, 'receivable.dealer_id', { money: true });
  const named = slipIds.length > 0;
  const receivables = await (named
    ? query.where('receivable.slip_id = any(:slipIds::uuid[])', { slipIds })
    : query.where(`receivable.dealer_id = :dealerId and receivable.invoice_wish <> 'never'`, { dealerId })
  ).andWhere(scope.where, scope.parameters).getMany();
  if (named && receivables.length < new Set(slipIds).size) throw notFound('receivable');
  assertOneDealer(receivables, dealerId);
  const lines = await linesOf(tx.em, receivables.map((each) => each.slipId));
  return receivables.map(({ slipId, slipNumber, invoiceWish, dealerId: owner }) => ({
    slipId, slipNumber, invoiceWish, dealerId: owner, lines: lines.filter((line) => line.slipId === slipId),
  }));
}

/** Number of a live invoice over these slips, for who came second; with `waiting` only of one not issued yet. */
export async function requestedNumber(tx: Tx, slips: readonly SlipToInvoice[], options: { waiting: boolean }): Promise<string | undefined> {
  const [found] = await tx.em.query<{ number: string }[]>(
    `select i.number from invoice_line l join invoice i on i.id = l.invoice_id
      where l.live and l.slip_id = any($1::uuid[]) and (not $2::boolean or i.state = 'requested')
      order by i.state <> 'requested', i.created_at desc limit 1`,
    [slips.map((slip) => slip.slipId), options.waiting],
  );
  return found?.number;
}

/** One invoice the caller may see; with `lock` it is locked. */
export async function invoiceOf(tx: Tx, id: string, options: { lock?: boolean } = {}): Promise<InvoiceRow> {
  const scope = scopeCondition(tx.ctx, 'invoice.dealer_id', { money: true });
  const query = tx.em.createQueryBuilder(InvoiceRow, 'invoice').where('invoice.id = :id', { id }).andWhere(scope.where, scope.parameters);
  const found = await (options.lock ? query.setLock('pessimistic_write') : query).getOne();
  if (!found) throw notFound('invoice');
  return found;
}

/** The slips that are on an invoice. */
export async function slipIdsOn(tx: Tx, invoiceId: string): Promise<string[]> {
  const lines = await tx.em.findBy(InvoiceLineRow, { invoiceId });
  return [...new Set(lines.map((line) => line.slipId))].sort();
}

/** The invoice as it is read, slip by slip, with its total in Chinese capitals 大写 (F-2). */
export async function invoiceAnswer(tx: Tx, invoice: InvoiceRow) {
  const rows = await tx.em.find(InvoiceLineRow, { where: { invoiceId: invoice.id }, order: { id: 'ASC' } });
  const lines: InvoicedLine[] = rows.map(({ slipId, lineId, quantity, netAmount, taxAmount }) => ({ slipId, lineId, quantity, netAmount, taxAmount }));
  const slipIds = [...new Set(lines.map((line) => line.slipId))];
  const receivables = await tx.em.createQueryBuilder(ReceivableRow, 'receivable').where('receivable.slip_id = any(:slipIds::uuid[])', { slipIds })
    .orderBy('receivable.confirmed_at').addOrderBy('receivable.slip_id').getMany();
  const { slips } = invoiceTotals(receivables.map((each) => ({ ...each, lines: [] })), lines);
  const { requestedBy: _by, consolidationId, taxBank: _bank, taxAccount: _account, taxAddress: _address, taxPhone: _phone, ...head } = invoice;
  const [batch, redden] = [await waitsIn(tx, invoice.id), await linesOfInvoice(tx, invoice.id)];
  const step = (action: 'issue' | 'deliver' | 'withdraw'): void => {
    invoiceSteps.next(action, invoice.state);
    if (action === 'withdraw') assertInNoBatch(batch);
  };
  return {
    ...head, slips, consolidationId: consolidationId ?? '', grossInWords: moneyInWords(invoice.grossTotal), invoiceNumber: invoice.invoiceNumber ?? '', invoiceDate: invoice.invoiceDate ?? '',
    allowedActions: allowedActions(tx.ctx, [
      ...(['issue', 'deliver', 'withdraw'] as const).map((action) => ({ action, reason: refused(tx, action, () => step(action)) })),
      { action: 'draft-red-letter', reason: refused(tx, 'draft-red-letter', () => assertRedLetterOpen(invoice.state, redden)) },
    ]),
  };
}

/** B-2: some line of an issued invoice is on no red letter yet. Refuses INVOICE_NOT_ISSUED, RED_LETTER_EXISTS. */
function assertRedLetterOpen(state: InvoiceRow['state'], lines: readonly ReddenedLine[]): void {
  assertIssued(state);
  linesToRedden(lines, []);
}

function refused(tx: Tx, action: MoneyAction, rule: () => unknown): string | undefined {
  return refusalReason(() => {
    assertMoneyRole(action, tx.ctx.role);
    rule();
  });
}
