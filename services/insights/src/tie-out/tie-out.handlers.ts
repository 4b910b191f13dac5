import { Controller } from '@nestjs/common';
import {
  TieOutService, type GetTieOutRequest, type ListTieOutFaultsRequest, type ListTieOutLinesRequest, type ListTieOutRequest, type ProveMonthRequest,
} from '@aftercare/contracts';
import { isId, isRealMonth, requireRole } from '@aftercare/domain';
import { invalidField, Rpc, ServiceError, type CallContext, type Handlers } from '@aftercare/messaging';
import { Database, pageAnswer, pageOf } from '@aftercare/service';
import { SharedReads } from '../files/shared-reads.js';
import { worded } from './tie-faults.texts.js';
import { tieFaults, tieLines, tieRows, tieState, tieSums, tieTotals, type FaultRow, type SumsRow, type TieAsked } from './tie-out.queries.js';
import { tieRow } from './tie-out.rules.js';

/** Section 1: month close is finance's; who decides and who audits read it. */
const READERS = ['finance_clerk', 'service_supervisor', 'auditor', 'system'] as const;

/** Terms of a frame: well within a message of the broker. */
const FRAME = 1_000;
const LINES_MAX = 1_000;

interface State {
  faultCount: number;
  rebuilding: boolean;
  closed: boolean;
  /** Null where the services' lists were not compared yet. */
  agreed: boolean | null;
  comparedAt: string;
}

type Totals = Pick<SumsRow, 'pieces' | 'amounts' | 'nets' | 'onSlips' | 'onSlipsNet'> & { rowCount: number; dealerCount: number; partCount: number };

/** The tie-out of the three monthly lists (H-8). */
@Controller()
export class TieOutHandlers implements Handlers<typeof TieOutService> {
  /** A month costs the same whoever asks, and many ask for the same. */
  private readonly shared = new SharedReads(this.db);

  constructor(private readonly db: Database) {}

  @Rpc(TieOutService.method.getTieOut)
  async getTieOut({ month }: GetTieOutRequest, ctx: CallContext) {
    requireRole(ctx.role, READERS, 'tie-out.read');
    requireMonth(month);
    const [[{ rowCount, dealerCount, partCount, ...sums }], state] = await Promise.all([this.shared.rows<Totals>(ctx, tieTotals(month)), this.state(ctx, month)]);
    const totals = tieRow(sums);
    const tied = tiedBy(state) && totals.proved;
    const comparison = comparisonOf(state);
    return {
      month, ...standing(state), proved: tied && (state.closed || comparison === 'agreed'), tied, comparison, comparedAt: state.comparedAt, faultCount: state.faultCount, closed: state.closed, rowCount, dealerCount, partCount, totals,
    };
  }

  @Rpc(TieOutService.method.listTieOut)
  async listTieOut(request: ListTieOutRequest, ctx: CallContext) {
    requireRole(ctx.role, READERS, 'tie-out.read');
    const asked = askedOf(request);
    const page = pageOf(request.page, { list: 'tie-out' });
    const rows = await this.db.many<SumsRow>(ctx, tieRows(asked, { after: page.after, limit: page.limit, faulty: request.onlyFaults }));
    const { items, nextCursor } = pageAnswer(rows, page, ({ key }) => key);
    return {
      items: items.map(({ id, dealerId, dealerCode, dealerName, partId, partNumber, partName, ...sums }) => ({ id, dealerId, dealerCode, dealerName, partId, partNumber, partName, ...tieRow(sums) })),
      nextCursor,
    };
  }

  @Rpc(TieOutService.method.listTieOutFaults)
  async listTieOutFaults(request: ListTieOutFaultsRequest, ctx: CallContext) {
    requireRole(ctx.role, READERS, 'tie-out.read');
    const page = pageOf(request.page, { list: 'tie-out-faults' });
    const { items, nextCursor } = pageAnswer(await this.db.many<FaultRow>(ctx, tieFaults(askedOf(request), page)), page, ({ key }) => key);
    return { items: items.map((fault) => worded(fault, ctx.locale)).map(({ key: _key, ...fault }) => fault), nextCursor };
  }

  @Rpc(TieOutService.method.proveMonth)
  async proveMonth({ month, after }: ProveMonthRequest, ctx: CallContext) {
    requireRole(ctx.role, READERS, 'tie-out.read');
    requireMonth(month);
    const sums = await this.db.many<{ dealerId: string; partId: string; term: string; pieces: number; amount: string }>(ctx, tieSums(month, positionOf(after), FRAME + 1));
    const last = sums.length > FRAME ? sums[FRAME - 1] : undefined;
    if (last) return { sums: sums.slice(0, FRAME), next: Buffer.from(JSON.stringify([last.dealerId, last.partId, last.term])).toString('base64url') };
    const state = await this.stateNow(ctx, month);
    return { sums, ...standing(state), proved: tiedBy(state), faultCount: state.faultCount, next: '' };
  }

  @Rpc(TieOutService.method.listTieOutLines)
  async listTieOutLines(request: ListTieOutLinesRequest, ctx: CallContext) {
    requireRole(ctx.role, READERS, 'tie-out.read');
    const asked = askedOf(request);
    return { lines: await this.db.many<{ term: string }>(ctx, tieLines(asked, LINES_MAX)) };
  }

  private async state(ctx: CallContext, month: string): Promise<State> {
    const [state] = await this.shared.rows<State>(ctx, tieState(month));
    return state;
  }

  /** A proof is not shared with what began before it. */
  private async stateNow(ctx: CallContext, month: string): Promise<State> {
    const [state] = await this.db.many<State>(ctx, tieState(month));
    return state;
  }
}

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

/** Where the last frame ended. Errors: CURSOR_INVALID. */
function positionOf(after: string): string[] | null {
  if (after === '') return null;
  try {
    const parts: unknown = JSON.parse(Buffer.from(after, 'base64url').toString('utf8'));
    if (Array.isArray(parts) && parts.length === 3 && parts.every((part) => typeof part === 'string') && parts.slice(0, 2).every(isId)) return parts as string[];
  } catch {
    // Answered below: no position of this list.
  }
  throw new ServiceError('invalid_argument', 'CURSOR_INVALID', 'The cursor was not made by this list.', { field: 'after' });
}
