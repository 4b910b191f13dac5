import { addMoney, compareMoney, INVOICE_KINDS, isRealDate, Refusal, type InvoiceKind } from '@aftercare/domain';
import type { InvoicedLine } from '../invoices/invoice.rules.js';

/** Invoices that one run may request; more are asked for dealer by dealer. */
export const INVOICES_MAX = 2_000;

/** A line that is still to be invoiced, with its tax rate in percent. */
export interface StubLine extends InvoicedLine {
  taxRate: string;
}

/** What one invoice of a run is over. */
export interface StubGroup {
  taxRate: string;
  /** Which part of those at this rate, from 1. */
  part: number;
  parts: number;
  lines: StubLine[];
  /** One line alone is above the limit: no invoice of several is, and a line is on one invoice. */
  overLimit: boolean;
}

/**
 * F-4, B-1: lines of one dealer as invoices: each tax rate by itself, lowest first, and of each rate as many lines, in their order, as the
 * amount limit without tax holds. '0' is no limit.
 */
export function groupStubs(lines: readonly StubLine[], limit: string): StubGroup[] {
  const rates = [...new Set(lines.map(({ taxRate }) => taxRate))].sort((a, b) => Number(a) - Number(b));
  return rates.flatMap((taxRate) => {
    const parts = withinLimit(lines.filter((line) => line.taxRate === taxRate), limit);
    return parts.map((part, at) => ({ taxRate, part: at + 1, parts: parts.length, lines: part, overLimit: isOver(netOf(part), limit) }));
  });
}

const netOf = (lines: readonly StubLine[]): string => addMoney(...lines.map(({ netAmount }) => netAmount));
const isOver = (net: string, limit: string): boolean => compareMoney(limit, '0') > 0 && compareMoney(net, limit) > 0;

function withinLimit(lines: readonly StubLine[], limit: string): StubLine[][] {
  const parts: StubLine[][] = [];
  let sum = '0.00';
  for (const line of lines) {
    const more = addMoney(sum, line.netAmount);
    const fits = parts.length > 0 && !isOver(more, limit);
    if (fits) parts[parts.length - 1].push(line);
    else parts.push([line]);
    sum = fits ? more : line.netAmount;
  }
  return parts;
}

/** A period of confirmations, both days in it. */
export interface StubPeriod {
  from: string;
  to: string;
}

/** The register may be asked without days. Refuses INVALID_DATE, PERIOD_REVERSED. */
export function assertDays({ from, to }: StubPeriod): void {
  for (const [field, date] of [['from', from], ['to', to]] as const) {
    if (date !== '' && !isRealDate(date)) throw new Refusal('invalid_argument', 'INVALID_DATE', 'Not a calendar date.', { field });
  }
  if (from !== '' && to !== '' && from > to) throw new Refusal('invalid_argument', 'PERIOD_REVERSED', 'The period ends before it begins.', { field: 'to' });
}

/** A run names its days. Refuses INVALID_DATE, PERIOD_REVERSED. */
export function assertPeriodOfRun(period: StubPeriod): void {
  for (const field of ['from', 'to'] as const) {
    if (!isRealDate(period[field])) throw new Refusal('invalid_argument', 'INVALID_DATE', 'Not a calendar date.', { field });
  }
  assertDays(period);
}

/** Refuses INVOICE_KIND_UNKNOWN. */
export function kindOfRun(kind: string): InvoiceKind {
  const known = INVOICE_KINDS.find((each) => each === kind);
  if (known) return known;
  throw new Refusal('invalid_argument', 'INVOICE_KIND_UNKNOWN', 'An invoice is general or special.', { field: 'kind' });
}

/** Refuses TOO_MANY_INVOICES. */
export function assertNotTooMany(invoices: number): void {
  if (invoices <= INVOICES_MAX) return;
  throw new Refusal('failed_precondition', 'TOO_MANY_INVOICES', 'Ask for one dealer or a shorter period.', { max: INVOICES_MAX });
}
