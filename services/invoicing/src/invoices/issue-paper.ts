import { InvoiceIssuedSchema, NoticeRequestedSchema, RedLetterIssuedSchema } from '@aftercare/contracts';
import { addMoney, businessDate, monthOf } from '@aftercare/domain';
import { ServiceError } from '@aftercare/messaging';
import type { Tx } from '@aftercare/service';
import { leaveBatch } from '../batches/leave-batch.js';
import type { IssuedPaper } from './invoice-port.js';
import { InvoiceLineRow, InvoiceRow } from './invoice.entity.js';
import { assertInvoiceDate, invoiceSteps } from './invoice.rules.js';
import { slipIdsOn } from './invoice.store.js';
import { RedLetterRow } from './red-letter.entity.js';
import { assertNotBefore, redLetterSteps, stateAfterRedLetter } from './red-letter.rules.js';
import { linesOfRedLetter } from './red-letter.store.js';

const TAKEN = 'select from invoice where invoice_number = $1 union all select from red_letter where invoice_number = $1';

/** B-3: a number of the tax platform is on one paper, also when two enter it at once. Refuses INVOICE_NUMBER_TAKEN. */
async function assertNumberFree(tx: Tx, invoiceNumber: string): Promise<void> {
  await tx.em.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`invoice number ${invoiceNumber}`]);
  const taken = await tx.em.query<unknown[]>(TAKEN, [invoiceNumber]);
  if (taken.length > 0) throw new ServiceError('already_exists', 'INVOICE_NUMBER_TAKEN', 'This invoice number is on another invoice.', { field: 'invoiceNumber' });
}

/** B-2: the paper of a request has come, by whatever adapter. The caller holds the invoice's lock, saves and audits it. */
export async function issueInvoice(tx: Tx, invoice: InvoiceRow, paper: IssuedPaper): Promise<void> {
  invoice.state = invoiceSteps.next('issue', invoice.state);
  assertInvoiceDate(paper.invoiceDate, businessDate(await tx.now()));
  await assertNumberFree(tx, paper.invoiceNumber);
  Object.assign(invoice, paper, { platformNote: '' });
  await leaveBatch(tx, invoice.id, { outcome: 'issued', ...paper });
  const { id, number, dealerId, grossTotal, invoiceNumber } = invoice;
  await tx.announce(InvoiceIssuedSchema, { invoiceId: id, number, dealerId, slipIds: await slipIdsOn(tx, id), grossTotal, month: monthOf(await tx.now()) });
  await tx.announce(NoticeRequestedSchema, {
    kind: 'invoice.issued', recipientRole: 'dealer_manager', recipientDealerId: dealerId, documentKind: 'invoice', documentId: id, documentNumber: number,
    severity: 'info', params: JSON.stringify({ grossTotal, invoiceNumber }),
  });
}

/**
 * B-2: the paper of a red letter has come: its lines are free for a new invoice, and the invoice is taken back when none is live any more.
 * The caller has the turn for the dealer's money, saves and audits the red letter. Refuses also DATE_BEFORE_INVOICE.
 */
export async function issueRedLetter(tx: Tx, redLetter: RedLetterRow, paper: IssuedPaper): Promise<void> {
  redLetter.state = redLetterSteps.next('issue', redLetter.state);
  const invoice = await tx.em.findOneOrFail(InvoiceRow, { where: { id: redLetter.invoiceId }, lock: { mode: 'pessimistic_write' } });
  assertInvoiceDate(paper.invoiceDate, businessDate(await tx.now()));
  assertNotBefore(paper.invoiceDate, invoice.invoiceDate ?? '');
  await assertNumberFree(tx, paper.invoiceNumber);
  Object.assign(redLetter, paper);
  await leaveBatch(tx, redLetter.id, { outcome: 'issued', ...paper });
  const lines = await linesOfRedLetter(tx, redLetter.id);
  for (const { id } of lines) await tx.em.update(InvoiceLineRow, { id }, { live: false });
  await takeBack(tx, invoice, redLetter.grossTotal);
  const { id, dealerId, grossTotal } = redLetter;
  const number = redLetter.number ?? '';
  await tx.announce(RedLetterIssuedSchema, {
    redLetterId: id, number, invoiceId: invoice.id, dealerId, slipIds: [...new Set(lines.map(({ slipId }) => slipId))].sort(), lineIds: lines.map(({ lineId }) => lineId),
    grossTotal, month: monthOf(await tx.now()),
  });
  await tx.announce(NoticeRequestedSchema, {
    kind: 'invoice.red_letter_issued', recipientRole: 'dealer_manager', recipientDealerId: dealerId, documentKind: 'red_letter', documentId: id, documentNumber: number,
    severity: 'info', params: JSON.stringify({ grossTotal, invoiceNumber: invoice.invoiceNumber }),
  });
}

async function takeBack(tx: Tx, invoice: InvoiceRow, grossTotal: string): Promise<void> {
  const { id, dealerId, state: before, redTotal: redBefore } = invoice;
  const state = stateAfterRedLetter(before, await tx.em.findBy(InvoiceLineRow, { invoiceId: id }));
  const redTotal = addMoney(redBefore, grossTotal);
  await tx.em.update(InvoiceRow, { id }, { state, redTotal, version: invoice.version + 1 });
  await tx.audit({ action: 'take-back', kind: 'invoice', id, dealerId, changed: { state: { before, after: state }, redTotal: { before: redBefore, after: redTotal } } });
}
