import { Controller } from '@nestjs/common';
import { MonthListService, type DigestMonthRequest, type GetFirstMonthRequest, type ListMonthRequest, type ListRevenueRequest, type SummariseRevenueRequest } from '@aftercare/contracts';
import { isId, isInstant } from '@aftercare/domain';
import { invalidField, JsonText, permissionDenied, Rpc, ServiceError, type CallContext, type Handlers } from '@aftercare/messaging';
import { allowLongStatements, Database, jsonPage, pageAnswer, pageOf, planEachTime, SharedReads, type JsonRow, type Tx } from '@aftercare/service';
import { filterId } from '../documents.js';
import { monthRange, requireMonth } from '../statistics/months.js';
import { CHAPTERS, DIGEST, FIRST_MONTH, frameOf } from './month-lines.js';
import { isRevenueGroup, revenueLines, revenueSums, type RevenueOfMonth, type RevenueSumRow } from './revenue.queries.js';

/** Section 1: month close is finance's, who decides and who audits read it; services compare with it. */
const READERS: readonly string[] = ['finance_clerk', 'service_supervisor', 'auditor', 'system'];

/** Lines of a frame: well within a message of the broker. */
const FRAME = 1_500;
const NIL_ID = '00000000-0000-0000-0000-000000000000';
const FRAMES = CHAPTERS.map((chapter) => ({ name: `month_${chapter.name}`, text: frameOf(chapter) }));

/** Lines of a chapter as JSON, one behind the other, and where the last one stands; null for none. */
interface Frame {
  lines: string;
  found: number;
  place: string | null;
  placeId: string | null;
}

/** Behind which line of which chapter a frame begins. */
interface Place {
  chapter: number;
  place: string;
  placeId: string;
}

interface Asked {
  month: string;
  from: string;
  until: string;
  dealerId: string | null;
  partId: string | null;
}

/** The lists of a month from this service's own documents (H-8, F-8). */
@Controller()
export class MonthLists implements Handlers<typeof MonthListService> {
  /** Who reads the revenue list sees every dealer. */
  private readonly shared = new SharedReads(this.database, { fresh: true });

  constructor(private readonly database: Database) {}

  @Rpc(MonthListService.method.listMonth)
  async listMonth(request: ListMonthRequest, ctx: CallContext) {
    requireReader(ctx);
    const { from, until } = monthRange(request.month);
    const asked = { month: request.month, from, until, dealerId: filterId(request.dealerId, 'dealerId'), partId: filterId(request.partId, 'partId') };
    const behind = request.after === '' ? beginOf(0, asked) : placeOf(request.after);
    return this.database.read(ctx, async (tx) => {
      await allowLongStatements(tx);
      await planEachTime(tx);
      const [first] = request.after === '' ? await tx.sql<{ month: string }>({ name: 'month_first', text: FIRST_MONTH, values: [] }) : [];
      const { lines, next } = await nextFrame(tx, asked, behind);
      return new JsonText(`{"lines":[${lines.join(',')}],"next":${JSON.stringify(next)},"firstMonth":${JSON.stringify(first?.month ?? '')}}`);
    });
  }

  @Rpc(MonthListService.method.getFirstMonth)
  async getFirstMonth(_request: GetFirstMonthRequest, ctx: CallContext) {
    requireReader(ctx);
    const [{ month }] = await this.database.many<{ month: string }>(ctx, { name: 'month_first', text: FIRST_MONTH, values: [] });
    return { month };
  }

  @Rpc(MonthListService.method.digestMonth)
  async digestMonth({ month }: DigestMonthRequest, ctx: CallContext) {
    requireReader(ctx);
    const { from, until } = monthRange(month);
    return this.database.read(ctx, async (tx) => {
      await allowLongStatements(tx);
      await planEachTime(tx);
      const [{ digest }] = await tx.sql<{ digest: string }>({ name: 'month_digest', text: DIGEST, values: [month, from, until] });
      return { digest };
    });
  }

  @Rpc(MonthListService.method.listRevenue)
  async listRevenue(request: ListRevenueRequest, ctx: CallContext) {
    requireReader(ctx);
    const page = pageOf(request.page, { list: 'revenue' });
    const asked = { ...askedOf(request), partId: filterId(request.partId, 'partId'), reason: request.reason };
    return jsonPage(await this.shared.rows<JsonRow>(ctx, revenueLines(asked, page)), page);
  }

  @Rpc(MonthListService.method.summariseRevenue)
  async summariseRevenue(request: SummariseRevenueRequest, ctx: CallContext) {
    requireReader(ctx);
    const by = request.by || 'dealer';
    if (!isRevenueGroup(by)) throw invalidField('by', 'Dealer, part or reason.');
    const page = pageOf(request.page, { list: `revenue-by-${by}` });
    const rows = await this.shared.rows<RevenueSumRow>(ctx, revenueSums({ ...askedOf(request), by }, page));
    const found = rows.flatMap(({ netTotal: _total, id, ...sum }) => (id === null ? [] : [{ ...sum, id }]));
    return { ...pageAnswer(found, page, ({ key }) => key), netTotal: rows[0]?.netTotal ?? '0.00' };
  }
}

/** A month of the revenue list and its dealer. Errors: MONTH_INVALID, INVALID_FIELD. */
function askedOf({ month, dealerId }: { month: string; dealerId: string }): RevenueOfMonth {
  requireMonth(month);
  return { month, dealerId: filterId(dealerId, 'dealerId') };
}

function requireReader(ctx: CallContext): void {
  if (!READERS.includes(ctx.role)) throw permissionDenied('ROLE_NOT_ALLOWED', 'The lists of a month are for finance, supervisors and the auditor.');
}

/** The lines behind a place as JSON, chapter after chapter until the frame is full. */
async function nextFrame(tx: Tx, asked: Asked, behind: Place): Promise<{ lines: string[]; next: string }> {
  const { month, from, until, dealerId, partId } = asked;
  const lines: string[] = [];
  let wanted = FRAME;
  for (let at = behind; at.chapter < CHAPTERS.length; at = beginOf(at.chapter + 1, asked)) {
    const [frame] = await tx.sql<Frame>({ ...FRAMES[at.chapter], values: [month, from, until, at.place, at.placeId, dealerId, partId, wanted] });
    if (frame.found === 0) continue;
    lines.push(frame.lines);
    wanted -= frame.found;
    if (wanted === 0) return { lines, next: Buffer.from(JSON.stringify([at.chapter, frame.place, frame.placeId])).toString('base64url') };
  }
  return { lines, next: '' };
}

const beginOf = (chapter: number, { from }: Asked): Place => ({ chapter, place: CHAPTERS[chapter]?.along.type === 'timestamptz' ? from : NIL_ID, placeId: NIL_ID });

/** Where the last frame ended. Errors: CURSOR_INVALID. */
function placeOf(after: string): Place {
  const [chapter, place, placeId] = partsOf(after);
  const along = typeof chapter === 'number' ? CHAPTERS[chapter]?.along : undefined;
  if (along && typeof place === 'string' && typeof placeId === 'string' && isId(placeId)) {
    if (along.type === 'uuid' ? isId(place) : isInstant(place)) return { chapter: chapter as number, place, placeId };
  }
  throw new ServiceError('invalid_argument', 'CURSOR_INVALID', 'The cursor was not made by this list.', { field: 'after' });
}

function partsOf(after: string): unknown[] {
  try {
    const parts: unknown = JSON.parse(Buffer.from(after, 'base64url').toString('utf8'));
    return Array.isArray(parts) ? parts : [];
  } catch {
    return [];
  }
}
