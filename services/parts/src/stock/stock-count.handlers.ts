import { Controller } from '@nestjs/common';
import {
  StockCountService, type ApproveStockCountRequest, type CancelStockCountRequest, type EnterStockCountRequest, type OpenStockCountRequest,
  type RejectStockCountRequest, type SubmitStockCountRequest,
} from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import { Rpc, ServiceError, invalidField, notFound, type CallContext, type Handlers } from '@aftercare/messaging';
import { Database, expectVersion, postgresError, type Tx } from '@aftercare/service';
import { requireRole, requireSite } from '../actions.js';
import { partsById } from '../catalogue/part-lookup.js';
import { idOr404, refOf } from '../documents.js';
import { lockParts } from '../ledger/allocate.js';
import { notify } from '../notices.js';
import { correctStock } from './adjust.js';
import { StockCountLineRow, StockCountRow } from './stock-count.entity.js';
import { differencesOf, requireOther, requireUncorrected, stockCountSteps } from './stock-count.rules.js';
import { checkLines, requireWarehouse } from './stock-lines.js';

/** What should be there: every part that the warehouse has a balance of, or those that are named. */
const OPEN_LINES = `
  insert into stock_count_line (stock_count_id, part_id, part_number, opened_quantity)
  select $1, part.id, part.number, coalesce(balance.on_hand, 0)
    from part left join stock_balance balance on balance.part_id = part.id and balance.warehouse_id = $2
   where case when $3::uuid[] is null then balance.part_id is not null else part.id = any($3) end
  returning part_id`;

const LOCK_BALANCES = `select part_id, on_hand from stock_balance where warehouse_id = $1 and part_id = any($2::uuid[]) order by part_id for update`;

/**
 * Corrections of a part in the warehouse since the count was opened, or was about to be: adjustments, and shortages that are agreed with
 * a dealer. Asked under the part's lock; no transaction lives for ten minutes.
 */
const CORRECTIONS = `(
  select count(*)::int from stock_movement m, stock_count c
   where c.id = $1 and m.part_id = part.id and m.at > c.opened_at - interval '10 minutes' and m.kind in ('adjustment', 'shortage')
     and 'warehouse:' || $2::uuid::text in (m.from_account, m.to_account))`;

const OUTDATED = `
  select part.number from stock_count_line line join part on part.id = line.part_id
   where line.stock_count_id = $1 and line.part_id = any($3::uuid[]) and line.correction_count <> ${CORRECTIONS} order by part.number`;

/** The books of this moment stand beside each figure: until the commit nothing of these parts moves. */
const ENTER = `
  insert into stock_count_line as line (stock_count_id, part_id, part_number, opened_quantity, book_quantity, counted_quantity, counted_by, correction_count)
  select $1, part.id, part.number, 0, coalesce(balance.on_hand, 0), counted.quantity, $3, ${CORRECTIONS}
    from jsonb_to_recordset($4::jsonb) as counted ("partId" uuid, quantity int) join part on part.id = counted."partId"
    left join stock_balance balance on balance.part_id = part.id and balance.warehouse_id = $2
   order by part.id
  on conflict (stock_count_id, part_id) do update
    set book_quantity = excluded.book_quantity, counted_quantity = excluded.counted_quantity, counted_by = excluded.counted_by,
        correction_count = excluded.correction_count`;

const MISSING = `select count(*)::int as missing from stock_count_line where stock_count_id = $1 and counted_quantity is null`;

type Commands = Omit<Handlers<typeof StockCountService>, 'getStockCount' | 'listStockCountLines' | 'listStockCounts'>;

/** Counts of a warehouse (P-2). */
@Controller()
export class StockCountHandlers implements Commands {
  constructor(private readonly database: Database) {}

  @Rpc(StockCountService.method.openStockCount)
  async openStockCount(request: OpenStockCountRequest, ctx: CallContext) {
    requireRole(ctx, 'stockCount.count');
    if (request.reason.trim() === '') throw invalidField('reason', 'Why is it counted?', 'REASON_MISSING');
    request.partIds.forEach((id) => idOr404(id, 'part'));
    requireSite(ctx, request.warehouseId);
    return this.database.command(ctx, async (tx) => {
      const { id: warehouseId } = await requireWarehouse(tx, request.warehouseId);
      if (request.partIds.length > 0) await partsById(tx, request.partIds, (at) => `partIds[${at}]`);
      const number = await tx.nextNumber('stock_count', { prefix: 'WC', gapFree: false });
      const count = await insertCount(tx, { number, warehouseId, reason: request.reason });
      const parts = request.partIds.length > 0 ? request.partIds : null;
      const lines = await tx.sql({ name: 'stock_count_open', text: OPEN_LINES, values: [count.id, warehouseId, parts] });
      await tx.audit({ action: 'open', kind: 'stock_count', id: count.id, changed: { warehouse: { after: warehouseId }, parts: { after: lines.length } } });
      return refOf(count);
    }, { request });
  }

  @Rpc(StockCountService.method.enterStockCount)
  async enterStockCount(request: EnterStockCountRequest, ctx: CallContext) {
    requireRole(ctx, 'stockCount.count');
    checkLines(request.lines, (quantity) => quantity >= 0);
    return this.database.command(ctx, async (tx) => {
      const count = await lockCount(tx, request);
      requireSite(ctx, count.warehouseId);
      const partIds = request.lines.map(({ partId }) => partId);
      await partsById(tx, partIds);
      const ref = await take(tx, count, 'enter', { changed: { parts: { after: request.lines.length } } });
      await lockParts(tx, partIds);
      await tx.sql({ name: 'stock_count_lock', text: LOCK_BALANCES, values: [count.warehouseId, partIds] });
      await tx.sql({ name: 'stock_count_enter', text: ENTER, values: [count.id, count.warehouseId, ctx.userId, JSON.stringify(request.lines)] });
      return ref;
    }, { request });
  }

  @Rpc(StockCountService.method.submitStockCount)
  async submitStockCount(request: SubmitStockCountRequest, ctx: CallContext) {
    requireRole(ctx, 'stockCount.count');
    return this.database.command(ctx, async (tx) => {
      const count = await lockCount(tx, request);
      requireSite(ctx, count.warehouseId);
      const [{ missing }] = await tx.sql<{ missing: number }>({ name: 'stock_count_missing', text: MISSING, values: [count.id] });
      if (missing > 0) throw new ServiceError('failed_precondition', 'NOT_ALL_COUNTED', 'Parts are not counted yet.', { missing });
      const ref = await take(tx, count, 'submit', { submittedBy: ctx.userId });
      await notify(tx, { kind: 'stock.count_submitted', role: 'service_supervisor', document: { kind: 'stock_count', id: count.id, number: count.number } });
      return ref;
    }, { request });
  }

  /** P-2: each difference becomes a movement; what moved while it was counted is none, and what was corrected since is counted again. */
  @Rpc(StockCountService.method.approveStockCount)
  async approveStockCount(request: ApproveStockCountRequest, ctx: CallContext) {
    requireRole(ctx, 'stockCount.approve');
    return this.database.command(ctx, async (tx) => {
      const count = await lockCount(tx, request);
      stockCountSteps.next('approve', count.state);
      const lines = await tx.em.find(StockCountLineRow, { where: { stockCountId: count.id } });
      requireOther(ctx.userId, [count.openedBy, count.submittedBy, ...lines.map(({ countedBy }) => countedBy)]);
      const changes = differencesOf(lines);
      await assertUncorrected(tx, count, changes.map(({ partId }) => partId));
      await correctStock(tx, { warehouseId: count.warehouseId, other: 'adjustment', kind: 'adjustment', documentKind: 'stock_count', documentId: count.id, changes });
      return take(tx, count, 'approve', { ...(await decision(tx)), changed: { differences: { after: changes.length } } });
    }, { request });
  }

  @Rpc(StockCountService.method.rejectStockCount)
  async rejectStockCount(request: RejectStockCountRequest, ctx: CallContext) {
    requireRole(ctx, 'stockCount.approve');
    if (request.reason.trim() === '') throw invalidField('reason', 'Why is it to be counted again?', 'REASON_MISSING');
    return this.database.command(ctx, async (tx) => {
      const count = await lockCount(tx, request);
      const ref = await take(tx, count, 'reject', { submittedBy: null, decisionReason: request.reason });
      await notify(tx, { kind: 'stock.count_rejected', role: 'warehouse_keeper', document: { kind: 'stock_count', id: count.id, number: count.number }, severity: 'warning' });
      return ref;
    }, { request });
  }

  @Rpc(StockCountService.method.cancelStockCount)
  async cancelStockCount(request: CancelStockCountRequest, ctx: CallContext) {
    requireRole(ctx, 'stockCount.cancel');
    if (request.reason.trim() === '') throw invalidField('reason', 'Why does it end?', 'REASON_MISSING');
    return this.database.command(ctx, async (tx) => {
      const count = await lockCount(tx, request);
      requireSite(ctx, count.warehouseId);
      return take(tx, count, 'cancel', { ...(await decision(tx)), decisionReason: request.reason });
    }, { request });
  }
}

/** P-2: a gap that was corrected after it was counted is not booked again. Refuses COUNT_OUTDATED. */
async function assertUncorrected(tx: Tx, { id, warehouseId }: StockCountRow, partIds: readonly string[]): Promise<void> {
  await lockParts(tx, partIds);
  const outdated = await tx.sql<{ number: string }>({ name: 'stock_count_outdated', text: OUTDATED, values: [id, warehouseId, partIds] });
  requireUncorrected(outdated.map(({ number }) => number));
}

async function insertCount(tx: Tx, given: { number: string; warehouseId: string; reason: string }): Promise<StockCountRow> {
  const count: StockCountRow = {
    ...given, id: newId(), state: stockCountSteps.initial, openedBy: tx.ctx.userId, openedAt: await tx.now(), submittedBy: null, decidedBy: null, decidedAt: null, decisionReason: '', version: 1,
  };
  await tx.em.insert(StockCountRow, count).catch((error: unknown) => {
    if (postgresError(error)?.code !== '23505') throw error;
    throw new ServiceError('failed_precondition', 'COUNT_RUNNING', 'This warehouse is being counted already.', { field: 'warehouseId' });
  });
  return count;
}

async function lockCount(tx: Tx, { id, version }: { id: string; version: number }): Promise<StockCountRow> {
  const count = await tx.em.findOne(StockCountRow, { where: { id: idOr404(id, 'stock count') }, lock: { mode: 'pessimistic_write' } });
  if (!count) throw notFound('stock count');
  expectVersion(count, version, { state: count.state });
  return count;
}

async function decision(tx: Tx): Promise<Pick<StockCountRow, 'decidedBy' | 'decidedAt'>> {
  return { decidedBy: tx.ctx.userId, decidedAt: await tx.now() };
}

type Change = Partial<StockCountRow> & { changed?: Record<string, { after: unknown }> };

async function take(tx: Tx, count: StockCountRow, step: (typeof stockCountSteps.actions)[number], { changed = {}, ...values }: Change) {
  const before = count.state;
  Object.assign(count, values, { state: stockCountSteps.next(step, count.state), version: count.version + 1 });
  await tx.em.update(StockCountRow, { id: count.id }, { ...values, state: count.state, version: count.version });
  const reason: Record<string, { after: unknown }> = values.decisionReason === undefined ? {} : { reason: { after: values.decisionReason } };
  await tx.audit({ action: step, kind: 'stock_count', id: count.id, changed: { ...changed, ...reason, state: { before, after: count.state } } });
  return refOf(count);
}
