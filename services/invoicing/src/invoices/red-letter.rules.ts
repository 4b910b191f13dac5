import { addMoney, defineSteps, Refusal, type InvoiceState } from '@aftercare/domain';
import { invoiceSteps } from './invoice.rules.js';

export type RedLetterState = 'draft' | 'approved' | 'issued' | 'delivered' | 'discarded';
export type RedLetterAction = 'approve' | 'discard' | 'issue' | 'deliver';

/** B-2: finance drafts, the supervisor approves, the tax platform issues; to have sent it is a state of its own. */
export const redLetterSteps = defineSteps<RedLetterState, RedLetterAction>({
  initial: 'draft',
  steps: {
    approve: { from: ['draft'], to: 'approved' },
    discard: { from: ['draft', 'approved'], to: 'discarded' },
    issue: { from: ['approved'], to: 'issued' },
    deliver: { from: ['issued'], to: 'delivered' },
  },
  final: ['delivered', 'discarded'],
});

/** A line of an invoice as far as red letters look at it. */
export interface ReddenedLine {
  id: string;
  slipId: string;
  lineId: string;
  quantity: number;
  netAmount: string;
  taxAmount: string;
  live: boolean;
  /** Number, or id of a draft, of the red letter that has it and is not discarded; empty for none. */
  redLetter: string;
}

/** B-2: only what is issued is taken back by a red letter; a request is withdrawn. Refuses INVOICE_NOT_ISSUED. */
export function assertIssued(state: InvoiceState): void {
  if (invoiceSteps.can('take-back', state)) return;
  throw new Refusal('failed_precondition', 'INVOICE_NOT_ISSUED', 'Only an issued invoice is taken back by a red letter.');
}

/**
 * B-2: the lines a red letter is over: those asked for, else every line that no other one has. A line is taken back once, as a whole.
 * Refuses LINE_UNKNOWN, RED_LETTER_EXISTS.
 */
export function linesToRedden<L extends ReddenedLine>(lines: readonly L[], asked: readonly string[]): L[] {
  if (asked.some((lineId) => !lines.some((line) => line.lineId === lineId))) {
    throw new Refusal('not_found', 'LINE_UNKNOWN', 'The invoice has no such line.', { field: 'lineIds' });
  }
  const wanted = asked.length > 0 ? lines.filter(({ lineId }) => asked.includes(lineId)) : lines.filter(({ redLetter }) => redLetter === '');
  const taken = wanted.length > 0 ? wanted.find(({ redLetter }) => redLetter !== '') : lines[0];
  if (taken) throw new Refusal('already_exists', 'RED_LETTER_EXISTS', 'Another red letter is over it already.', { number: taken.redLetter });
  return wanted;
}

/** What is taken back: sums of the rounded lines, net and tax each (F-2). */
export function redTotals(lines: readonly Pick<ReddenedLine, 'netAmount' | 'taxAmount'>[]) {
  const netTotal = addMoney(...lines.map(({ netAmount }) => netAmount));
  const taxTotal = addMoney(...lines.map(({ taxAmount }) => taxAmount));
  return { netTotal, taxTotal, grossTotal: addMoney(netTotal, taxTotal) };
}

/** B-2: approver and drafter are two. Refuses APPROVER_IS_REQUESTER. */
export function assertOtherApprover(draftedBy: string, userId: string): void {
  if (draftedBy !== userId) return;
  throw new Refusal('permission_denied', 'APPROVER_IS_REQUESTER', 'Who drafted a red letter does not approve it.');
}

/** B-2: what takes an invoice back is not older than it. Refuses DATE_BEFORE_INVOICE. */
export function assertNotBefore(date: string, invoiceDate: string): void {
  if (date >= invoiceDate) return;
  throw new Refusal('invalid_argument', 'DATE_BEFORE_INVOICE', 'A red letter is not older than its invoice.', { field: 'invoiceDate' });
}

/** B-2: the invoice after lines of it were taken back: wholly, or it stays as it is. */
export function stateAfterRedLetter(state: InvoiceState, lines: readonly Pick<ReddenedLine, 'live'>[]): InvoiceState {
  return lines.some(({ live }) => live) ? state : invoiceSteps.next('take-back', state);
}
