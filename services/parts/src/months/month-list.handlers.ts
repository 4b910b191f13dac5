import { Controller } from '@nestjs/common';
import { MonthListService, type ListMonthRequest, type ListRevenueRequest, type SummariseRevenueRequest } from '@aftercare/contracts';
import { isId } from '@aftercare/domain';
import { invalidField, permissionDenied, Rpc, ServiceError, type CallContext, type Handlers } from '@aftercare/messaging';
import { cursorOf, Database, jsonPage, pageOf, type JsonRow } from '@aftercare/service';
import { filterId } from '../documents.js';
import { monthRange } from '../statistics/months.js';
import { FIRST_MONTH, MONTH_LINES } from './month-lines.js';
import { isRevenueGroup, revenueLines, revenueSums, revenueTotal } from './revenue.queries.js';

/** Section 1: month close is finance's, who decides and who audits read it; services compare with it. */
const READERS: readonly string[] = ['finance_clerk', 'service_supervisor', 'auditor', 'system'];

/** Lines of a frame: well within a message of the broker. */
const FRAME = 500;

const FRAME_OF = `
  select r.term, r.line_id as "lineId", r.dealer_id as "dealerId", r.part_id as "partId", r.pieces, r.amount::text as amount, r.document_kind as "documentKind",
         r.document_id as "documentId", coalesce(r.document_number, '') as "documentNumber", coalesce(r.reason, '') as reason, part.number as "partNumber"
    from (${MONTH_LINES}) r join part on part.id = r.part_id
   where ($4::uuid is null or r.dealer_id = $4) and ($5::uuid is null or r.part_id = $5)
     and ($6::uuid is null or (r.dealer_id, r.part_id, r.term, r.line_id) > ($6, $7::uuid, $8::text, $9::uuid))
   order by r.dealer_id, r.part_id, r.term, r.line_id limit $10`;

interface Line {
  term: string;
  lineId: string;
  dealerId: string;
  partId: string;
  pieces: number;
  amount: string;
  documentKind: string;
  documentId: string;
  documentNumber: string;
  reason: string;
  partNumber: string;
}

/** The lists of a month from this service's own documents (H-8, F-8). */
@Controller()
export class MonthLists implements Handlers<typeof MonthListService> {
  constructor(private readonly database: Database) {}

  @Rpc(MonthListService.method.listMonth)
  async listMonth(request: ListMonthRequest, ctx: CallContext) {
    requireReader(ctx);
    const { from, until } = monthRange(request.month);
    const [dealerId, partId] = [filterId(request.dealerId, 'dealerId'), filterId(request.partId, 'partId')];
    const lines = await this.database.many<Line>(ctx, {
      name: 'month_lines', text: FRAME_OF, values: [request.month, from, until, dealerId || null, partId || null, ...positionOf(request.after), FRAME + 1],
    });
    const last = lines.length > FRAME ? lines[FRAME - 1] : undefined;
    const first = request.after === '' ? await this.database.one<{ month: string }>(ctx, { name: 'month_first', text: FIRST_MONTH, values: [] }) : null;
    return {
      lines: lines.slice(0, FRAME), firstMonth: first?.month ?? '',
      next: last ? Buffer.from(JSON.stringify([last.dealerId, last.partId, last.term, last.lineId])).toString('base64url') : '',
    };
  }

  @Rpc(MonthListService.method.listRevenue)
  async listRevenue(request: ListRevenueRequest, ctx: CallContext) {
    requireReader(ctx);
    const page = pageOf(request.page, { list: 'revenue' });
    const asked = { ...monthRange(request.month), month: request.month, dealerId: filterId(request.dealerId, 'dealerId'), partId: filterId(request.partId, 'partId'), reason: request.reason };
    return jsonPage(await this.database.many<JsonRow>(ctx, revenueLines(asked, page)), page);
  }

  @Rpc(MonthListService.method.summariseRevenue)
  async summariseRevenue(request: SummariseRevenueRequest, ctx: CallContext) {
    requireReader(ctx);
    const by = request.by || 'dealer';
    if (!isRevenueGroup(by)) throw invalidField('by', 'Dealer, part or reason.');
    const page = pageOf(request.page, { list: `revenue-by-${by}` });
    const asked = { ...monthRange(request.month), month: request.month, dealerId: filterId(request.dealerId, 'dealerId') };
    const [rows, total] = await Promise.all([
      this.database.many<RevenueSumRow>(ctx, revenueSums({ ...asked, by }, page)), this.database.one<{ netTotal: string }>(ctx, revenueTotal(asked)),
    ]);
    const items = rows.slice(0, page.limit);
    const last = items.at(-1);
    const nextCursor = rows.length > page.limit && last ? cursorOf(page.list, last.key, last.id) : '';
    return { items, nextCursor, netTotal: total?.netTotal ?? '0.00' };
  }
}

interface RevenueSumRow {
  id: string;
  key: string;
}

function requireReader(ctx: CallContext): void {
  if (!READERS.includes(ctx.role)) throw permissionDenied('ROLE_NOT_ALLOWED', 'The lists of a month are for finance, supervisors and the auditor.');
}

/** Where the last frame ended. Errors: CURSOR_INVALID. */
function positionOf(after: string): (string | null)[] {
  if (after === '') return [null, null, null, null];
  try {
    const parts: unknown = JSON.parse(Buffer.from(after, 'base64url').toString('utf8'));
    if (Array.isArray(parts) && parts.length === 4 && parts.every((part) => typeof part === 'string') && [parts[0], parts[1], parts[3]].every(isId)) return parts as string[];
  } catch {
    // Answered below: no position of this list.
  }
  throw new ServiceError('invalid_argument', 'CURSOR_INVALID', 'The cursor was not made by this list.', { field: 'after' });
}
