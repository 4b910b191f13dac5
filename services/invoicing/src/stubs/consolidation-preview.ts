import { addMoney, businessDate, Refusal, type InvoiceKind } from '@aftercare/domain';
import { settingAt, type Tx } from '@aftercare/service';
import { knownDealer } from '../credit/credit-line.handlers.js';
import type { DealerAccount } from '../dealers/dealer-account.entity.js';
import { invoiceTotals } from '../invoices/invoice.rules.js';
import { requestInvoice } from '../invoices/request-invoice.js';
import { assertNotTooMany, assertPeriodOfRun, groupStubs, type StubGroup } from './consolidation.rules.js';
import { dealersWithStubs, stubsOf, type StubsAsked } from './stub-lines.js';

/** The amount limit of one invoice without tax, '0.00' for none (setting). */
export async function limitOf(tx: Tx): Promise<string> {
  return addMoney(String(await settingAt(tx, 'invoice.limitYuan', businessDate(await tx.now()))));
}

/** F-4: what a run would request, dealer by dealer. Errors: NOTHING_TO_INVOICE, INVALID_DATE, PERIOD_REVERSED, TOO_MANY_INVOICES. */
export async function previewRun(tx: Tx, asked: StubsAsked & { dealerId: string }) {
  assertPeriodOfRun(asked);
  const limitAmount = await limitOf(tx);
  const invoices = [];
  for (const { dealerId } of await dealersWithStubs(tx, asked)) {
    const dealer = await knownDealer(tx, dealerId);
    const { slips, lines } = await stubsOf(tx, dealerId, asked);
    for (const group of groupStubs(lines, limitAmount)) invoices.push(invoiceRow(dealer, group, invoiceTotals(slips, group.lines)));
    assertNotTooMany(invoices.length);
  }
  if (invoices.length === 0) throw new Refusal('failed_precondition', 'NOTHING_TO_INVOICE', 'There is nothing left to invoice.');
  const requested = invoices.filter(({ problem }) => problem !== 'TAX_IDENTITY_MISSING');
  const sum = (field: 'netAmount' | 'taxAmount' | 'grossAmount'): string => addMoney(...requested.map((invoice) => invoice[field]));
  return { invoices, netTotal: sum('netAmount'), taxTotal: sum('taxAmount'), grossTotal: sum('grossAmount'), limitAmount };
}

function invoiceRow(dealer: DealerAccount, group: StubGroup, totals: ReturnType<typeof invoiceTotals>) {
  const problem = hasTaxIdentity(dealer) ? (group.overLimit ? 'LINE_OVER_LIMIT' : '') : 'TAX_IDENTITY_MISSING';
  return {
    dealerId: dealer.dealerId, dealerCode: dealer.code, taxTitle: dealer.title, taxNumber: dealer.taxNumber, taxRate: group.taxRate, part: group.part, parts: group.parts,
    slipCount: totals.slips.length, lineCount: group.lines.length, netAmount: totals.netTotal, taxAmount: totals.taxTotal, grossAmount: totals.grossTotal, problem,
  };
}

/** B-1: an invoice is made out to a title and a tax number. */
export const hasTaxIdentity = (dealer: Pick<DealerAccount, 'title' | 'taxNumber'>): boolean => dealer.title !== '' && dealer.taxNumber !== '';

/** What a run does with a dealer. */
export interface DealerRun {
  dealerId: string;
  kind: InvoiceKind;
  run: { consolidationId: string; requestedBy: string };
}

/**
 * F-4, B-1: requests the invoices of one dealer, over what is there now. The caller holds the turn for the dealer's money, so what another
 * run or request took is not taken again. Answers why nothing was requested, else an empty reason.
 */
export async function consolidateDealer(tx: Tx, asked: StubsAsked, { dealerId, kind, run }: DealerRun): Promise<{ reason: string }> {
  const { slips, lines } = await stubsOf(tx, dealerId, asked);
  const groups = groupStubs(lines, await limitOf(tx));
  if (groups.length === 0) return { reason: 'NOTHING_TO_INVOICE' };
  if (!hasTaxIdentity(await knownDealer(tx, dealerId))) return { reason: 'TAX_IDENTITY_MISSING' };
  for (const group of groups) await requestInvoice(tx, { dealerId, kind, slips, lines: group.lines, run });
  return { reason: '' };
}
