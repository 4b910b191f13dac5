import { newId, type InvoiceKind } from '@aftercare/domain';
import type { Tx } from '@aftercare/service';
import { knownDealer } from '../credit/credit-line.handlers.js';
import { InvoiceLineRow, InvoiceRow } from './invoice.entity.js';
import { assertTaxIdentity, invoiceSteps, invoiceTotals, type InvoicedLine, type SlipToInvoice } from './invoice.rules.js';

/** What one invoice is asked over. */
export interface InvoiceAsked {
  dealerId: string;
  kind: InvoiceKind;
  slips: readonly SlipToInvoice[];
  lines: readonly InvoicedLine[];
  /** The run that asks, and who began it. */
  run?: { consolidationId: string; requestedBy: string };
}

const ROWS_AT_ONCE = 1_000;

/** B-1: reserves lines for one invoice, made out to the dealer's tax identity of now. The caller holds the turn and has chosen the lines. Refuses TAX_IDENTITY_MISSING, AMOUNT_TOO_LARGE. */
export async function requestInvoice(tx: Tx, { dealerId, kind, slips, lines, run }: InvoiceAsked): Promise<InvoiceRow> {
  const dealer = await knownDealer(tx, dealerId);
  assertTaxIdentity(dealer);
  const { slips: _slips, ...totals } = invoiceTotals(slips, lines);
  const invoice = tx.em.create(InvoiceRow, {
    id: newId(), dealerId, kind, state: invoiceSteps.initial, title: dealer.title, taxNumber: dealer.taxNumber, taxBank: dealer.bank, taxAccount: dealer.bankAccount, taxAddress: dealer.address,
    taxPhone: dealer.phone, ...totals, invoiceNumber: null, invoiceDate: null, files: [],
    redTotal: '0.00', withdrawReason: '', platformNote: '', consolidationId: run?.consolidationId ?? null, requestedBy: run?.requestedBy ?? tx.ctx.userId, createdAt: await tx.now(), version: 1,
    number: await tx.nextNumber('invoice_request', { prefix: 'IR', gapFree: true }),
  });
  await tx.em.insert(InvoiceRow, invoice);
  const rows = lines.map((line) => ({ id: newId(), dealerId, invoiceId: invoice.id, ...line, live: true }));
  for (let at = 0; at < rows.length; at += ROWS_AT_ONCE) await tx.em.insert(InvoiceLineRow, rows.slice(at, at + ROWS_AT_ONCE));
  await tx.audit({ action: 'request', kind: 'invoice', id: invoice.id, dealerId, changed: { state: { after: invoice.state }, grossTotal: { after: invoice.grossTotal } } });
  return invoice;
}
