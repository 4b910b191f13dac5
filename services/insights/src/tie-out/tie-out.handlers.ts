import { Controller } from '@nestjs/common';
import {
  TieOutService, type GetTieOutRequest, type ListTieOutFaultsRequest, type ListTieOutLinesRequest, type ListTieOutRequest, type ListTieOutResponseJson, type ProveMonthRequest,
} from '@aftercare/contracts';
import { isId, isRealMonth, requireRole } from '@aftercare/domain';
import { invalidField, JsonText, Rpc, ServiceError, type CallContext, type Handlers } from '@aftercare/messaging';
import { allowLongStatements, Database, pageAnswer, pageOf, planEachTime, type Page } from '@aftercare/service';
import { KeptMonths } from './kept-months.js';
import { keptRows, type RowsAsked } from './kept-rows.queries.js';
import { worded } from './tie-faults.texts.js';
import { tieFaults, tieLines, tieRows, tieState, tieSums, type FaultRow, type Standing, type SumsRow, type TieAsked, type TieSums } from './tie-out.queries.js';
import { tieRow } from './tie-out.rules.js';

/** Section 1: month close is finance's; who decides and who audits read it. */
const READERS = ['finance_clerk', 'service_supervisor', 'auditor', 'system'] as const;

/** Terms of a frame, and lines of one: well within a message of the broker. */
const FRAME = 3_500;
const LINES_FRAME = 500;
const NIL_ID = '00000000-0000-0000-0000-000000000000';

type State = Standing & { faultCount: number };

/** The tie-out of the three monthly lists (H-8). */
@Controller()
export class TieOutHandlers implements Handlers<typeof TieOutService> {
  private readonly kept = new KeptMonths(this.db);

  constructor(private readonly db: Database) {}

  @Rpc(TieOutService.method.getTieOut)
  async getTieOut({ month }: GetTieOutRequest, ctx: CallContext) {
    requireRole(ctx.role, READERS, 'tie-out.read');
    requireMonth(month);
    const kept = await this.kept.of(ctx, month);
    const { comparedAt, faultCount, closed, rowCount, dealerCount, partCount } = kept;
    const totals = tieRow(kept);
    const tied = tiedBy(kept) && totals.proved;
    const comparison = comparisonOf(kept);
    return { month, ...standing(kept), proved: tied && (closed || comparison === 'agreed'), tied, comparison, comparedAt, faultCount, closed, rowCount, dealerCount, partCount, totals };
  }

  @Rpc(TieOutService.method.listTieOut)
  async listTieOut(request: ListTieOutRequest, ctx: CallContext) {
    requireRole(ctx.role, READERS, 'tie-out.read');
    const page = pageOf(request.page, { list: 'tie-out' });
    const { items, nextCursor } = pageAnswer(await this.rows(ctx, { ...askedOf(request), onlyFaults: request.onlyFaults }, page), page, ({ key }) => key);
    const answer: ListTieOutResponseJson = {
      items: items.map(({ id, dealerId, dealerCode, dealerName, partId, partNumber, partName, ...sums }) => ({ ...tieRow(sums), id, dealerId, dealerCode, dealerName, partId, partNumber, partName })),
      nextCursor,
    };
    return new JsonText(JSON.stringify(answer));
  }

  @Rpc(TieOutService.method.listTieOutFaults)
  async listTieOutFaults(request: ListTieOutFaultsRequest, ctx: CallContext) {
    requireRole(ctx.role, READERS, 'tie-out.read');
    const asked = askedOf(request);
    const page = pageOf(request.page, { list: 'tie-out-faults' });
    const { generation } = await this.kept.of(ctx, asked.month);
    const { items, nextCursor } = pageAnswer(await this.db.many<FaultRow>(ctx, tieFaults(asked, page, generation)), page, ({ key }) => key);
    return { items: items.map((fault) => worded(fault, ctx.locale)).map(({ key: _key, ...fault }) => fault), nextCursor };
  }

  @Rpc(TieOutService.method.proveMonth)
  async proveMonth({ month, after }: ProveMonthRequest, ctx: CallContext) {
    requireRole(ctx.role, READERS, 'tie-out.read');
    requireMonth(month);
    const behind = after === '' ? [NIL_ID, NIL_ID, ''] : positionOf(after, [isId, isId, isText]);
    return this.db.read(ctx, async (tx) => {
      await allowLongStatements(tx);
      await planEachTime(tx);
      const [{ sums, found, last }] = await tx.sql<TieSums>(tieSums(month, behind, FRAME));
      if (last && found === FRAME) return provedFrame(sums, { next: positionAt(last.dealerId, last.partId, last.term) });
      // A proof is made of the lines themselves, not of what is kept.
      const [state] = await tx.sql<State>(tieState(month));
      return provedFrame(sums, { ...standing(state), proved: tiedBy(state), faultCount: state.faultCount, next: '' });
    });
  }

  @Rpc(TieOutService.method.listTieOutLines)
  async listTieOutLines(request: ListTieOutLinesRequest, ctx: CallContext) {
    requireRole(ctx.role, READERS, 'tie-out.read');
    const asked = askedOf(request);
    for (const field of ['dealerId', 'partId'] as const) if (asked[field] === null) throw invalidField(field, 'This is not an id.', 'ID_INVALID');
    const behind = request.after === '' ? ['', ''] : positionOf(request.after, [isText, isText]);
    const lines = await this.db.many<{ term: string; key: string }>(ctx, tieLines(asked, behind, LINES_FRAME + 1));
    const last = lines.length > LINES_FRAME ? lines[LINES_FRAME - 1] : undefined;
    return { lines: lines.slice(0, LINES_FRAME).map(({ key: _key, ...line }) => line), next: last ? positionAt(last.term, last.key) : '' };
  }

  /** What is kept is read where it holds, else the lines; which are at fault is known of a whole month alone. */
  private async rows(ctx: CallContext, asked: RowsAsked, page: Page): Promise<SumsRow[]> {
    const kept = asked.onlyFaults ? await this.kept.of(ctx, asked.month) : await this.kept.held(ctx, asked.month);
    if (kept !== null) return this.db.many<SumsRow>(ctx, keptRows(asked, page, kept));
    return this.db.read(ctx, async (tx) => {
      await planEachTime(tx);
      return tx.sql<SumsRow>(tieRows(asked, page));
    });
  }
}

/** Sums that nobody reads before they are answered, with what else a frame says. */
const provedFrame = (sums: string, rest: Partial<ReturnType<typeof standing>> & { next: string; proved?: boolean; faultCount?: number }): JsonText => new JsonText(`{"sums":[${sums}],${JSON.stringify(rest).slice(1)}`);

const standing = ({ rebuilding }: State): { model: string } => ({ model: rebuilding ? 'rebuilding' : 'ready' });

/** Identities hold for every dealer and part exactly where no line is at fault. */
const tiedBy = ({ faultCount, rebuilding }: State): boolean => faultCount === 0 && !rebuilding;

/** The other half of a proof: no event lost without a counterpart is at fault here, only the services' own lists know of it. */
const comparisonOf = ({ agreed }: State): string => (agreed === null ? 'not_compared' : agreed ? 'agreed' : 'differing');

function requireMonth(month: string): void {
  if (!isRealMonth(month)) throw invalidField('month', 'A month is written as 2026-03.', 'MONTH_INVALID');
}

function askedOf({ month, dealerId, partId }: { month: string; dealerId: string; partId: string }): TieAsked {
  requireMonth(month);
  for (const [field, id] of Object.entries({ dealerId, partId })) {
    if (id !== '' && !isId(id)) throw invalidField(field, 'This is not an id.', 'ID_INVALID');
  }
  return { month, dealerId: dealerId || null, partId: partId || null };
}

const positionAt = (...parts: string[]): string => Buffer.from(JSON.stringify(parts)).toString('base64url');

/** PostgreSQL holds no NUL in a text. */
const isText = (part: string): boolean => !part.includes('\0');

/** Where the last frame ended, part by part. Errors: CURSOR_INVALID. */
function positionOf(after: string, checks: readonly ((part: string) => boolean)[]): string[] {
  try {
    const parts: unknown = JSON.parse(Buffer.from(after, 'base64url').toString('utf8'));
    if (Array.isArray(parts) && parts.length === checks.length && parts.every((part, index) => typeof part === 'string' && checks[index](part))) return parts as string[];
  } catch {
    // Answered below: no position of this list.
  }
  throw new ServiceError('invalid_argument', 'CURSOR_INVALID', 'The cursor was not made by this list.', { field: 'after' });
}
