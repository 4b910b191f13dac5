import type { ListInvoicePapersRequest } from '@aftercare/contracts';
import { addMonths, isRealDate, Refusal } from '@aftercare/domain';
import { invalidField, notFound, type CallContext } from '@aftercare/messaging';
import { Conditions, listStatement, pageAnswer, pageOf, seesDealer, type Database, type ListOrder, type Page, type Statement } from '@aftercare/service';

const BY_DATE: ListOrder = { by: 'r.invoice_date', direction: 'asc', type: 'date' };

const LINE = `r.id, r.document_kind as "documentKind", r.number, r.invoice_number as "invoiceNumber", r.invoice_date::text as "invoiceDate",
  r.gross_amount::text as "grossAmount", r.files`;

interface PaperRow {
  id: string;
  documentKind: string;
  number: string;
  invoiceNumber: string;
  invoiceDate: string;
  grossAmount: string;
  files: { id: string; sha256: string }[];
}

const MONTHS_MAX = 12;

/** A period of days, both of them in it, of at most a year. Refuses INVALID_DATE, PERIOD_INVALID. */
export function assertPeriod(from: string, to: string): void {
  for (const [field, date] of [['from', from], ['to', to]] as const) {
    if (!isRealDate(date)) throw new Refusal('invalid_argument', 'INVALID_DATE', 'Not a calendar date.', { field });
  }
  if (from <= to && to < addMonths(from, MONTHS_MAX)) return;
  throw new Refusal('invalid_argument', 'PERIOD_INVALID', 'The period does not end before it begins and is at most a year.', { field: 'to', years: 1 });
}

/** The dealer whose papers are asked for, the caller's own unless told. Errors: FIELD_MISSING, NOT_FOUND. */
export function dealerAsked(dealerId: string, ctx: CallContext): string {
  const asked = dealerId || (ctx.dealerId ?? '');
  if (asked === '') throw invalidField('dealerId', 'Name the dealer whose money is asked for.', 'FIELD_MISSING');
  if (!seesDealer(ctx, asked, { money: true })) throw notFound('dealer');
  return asked;
}

/** Papers of one dealer by date. */
export function papersOf(dealerId: string, period: { from: string; to: string }, page: Page): Statement {
  const where = new Conditions().add('p', (from, to) => `r.invoice_date between ${from}::date and ${to}::date`, period.from, period.to);
  return listStatement({ name: 'invoice_papers', table: 'invoice_paper', order: BY_DATE, scope: { dealers: [dealerId] }, where, page, columns: LINE });
}

/** B-2: what a dealer was issued in a period, by the date on the paper, with the files. */
export async function listPapers(db: Database, request: ListInvoicePapersRequest, ctx: CallContext) {
  const dealerId = dealerAsked(request.dealerId, ctx);
  assertPeriod(request.from, request.to);
  const page = pageOf(request.page, { list: 'invoice papers', key: 'date' });
  const rows = await db.many<PaperRow>(ctx, papersOf(dealerId, request, page));
  return pageAnswer(rows, page, (row) => row.invoiceDate);
}
