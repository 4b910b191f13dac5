import { Controller } from '@nestjs/common';
import {
  StockAdjustmentService, type ApproveAdjustmentRequest, type CancelAdjustmentRequest, type GetAdjustmentRequest, type ListAdjustmentsRequest, type RejectAdjustmentRequest,
  type RequestAdjustmentRequest,
} from '@aftercare/contracts';
import { allowedActions, newId, refusalReason } from '@aftercare/domain';
import { JsonText, Rpc, invalidField, notFound, type CallContext, type Handlers } from '@aftercare/messaging';
import { Conditions, Database, expectVersion, jsonPage, listStatement, pageOf, type JsonRow, type ListOrder, type Tx } from '@aftercare/service';
import { actionEntry, requireManufacturer, requireRole, requireSite, worksAt } from '../actions.js';
import { partsById } from '../catalogue/part-lookup.js';
import { filterId, idOr404, refOf } from '../documents.js';
import { notify } from '../notices.js';
import { correctStock } from './adjust.js';
import { AdjustmentLineRow, AdjustmentRow } from './adjustment.entity.js';
import { ADJUSTMENT_KINDS, adjustmentSteps, fitsKind, otherSide, type AdjustmentKind, type AdjustmentState } from './adjustment.rules.js';
import { requireOther } from './stock-count.rules.js';
import { checkLines, requireReceiving, requireWarehouse } from './stock-lines.js';

const NEWEST: ListOrder = { by: 'r.requested_at', direction: 'desc', type: 'timestamptz' };

const SUMMARY = `r.id, iso(r.requested_at) as key,
  json_build_object('id', r.id, 'number', r.number, 'warehouseId', r.warehouse_id, 'kind', r.kind, 'state', r.state, 'reason', r.reason, 'requestedAt', iso(r.requested_at),
    'version', r.version)::text as item`;

const ONE = `
  select a.state, a.requested_by as "requestedBy", a.warehouse_id as "warehouseId",
    json_build_object('id', a.id, 'number', a.number, 'warehouseId', a.warehouse_id, 'kind', a.kind, 'state', a.state, 'reason', a.reason, 'decisionReason', a.decision_reason,
      'requestedAt', iso(a.requested_at), 'decidedAt', coalesce(iso(a.decided_at), ''), 'version', a.version,
      'lines', (select json_agg(json_build_object('partId', l.part_id, 'partNumber', p.number, 'partName', p.name, 'quantity', l.quantity) order by p.number)
         from stock_adjustment_line l join part p on p.id = l.part_id where l.adjustment_id = a.id))::text as item
    from stock_adjustment a where a.id = $1`;

/** Corrections of stock that no count found (P-2). */
@Controller()
export class AdjustmentHandlers implements Handlers<typeof StockAdjustmentService> {
  constructor(private readonly database: Database) {}

  @Rpc(StockAdjustmentService.method.requestAdjustment)
  async requestAdjustment(request: RequestAdjustmentRequest, ctx: CallContext) {
    requireRole(ctx, 'adjustment.request');
    const { warehouseId, reason, lines } = request;
    const kind = ADJUSTMENT_KINDS.find((each) => each === request.kind);
    if (!kind) throw invalidField('kind', 'Correction, scrap or write_off.');
    if (reason.trim() === '') throw invalidField('reason', 'An adjustment has its reason.', 'REASON_MISSING');
    checkLines(lines, (quantity) => fitsKind(kind, quantity));
    requireSite(ctx, warehouseId);
    return this.database.command(ctx, async (tx) => {
      // What came to a site of transit by mistake may leave it; nothing is put there.
      await (lines.some(({ quantity }) => quantity > 0) ? requireReceiving(tx, warehouseId) : requireWarehouse(tx, warehouseId));
      await partsById(tx, lines.map(({ partId }) => partId));
      const adjustment = await insertAdjustment(tx, { warehouseId, kind, reason });
      await tx.em.insert(AdjustmentLineRow, lines.map(({ partId, quantity }) => ({ adjustmentId: adjustment.id, partId, quantity })));
      await tx.audit({ action: 'request', kind: 'stock_adjustment', id: adjustment.id, changed: { kind: { after: kind }, reason: { after: reason }, lines: { after: lines.length } } });
      await notify(tx, { kind: 'stock.adjustment_requested', role: 'service_supervisor', document: { kind: 'stock_adjustment', id: adjustment.id, number: adjustment.number } });
      return refOf(adjustment);
    }, { request });
  }

  @Rpc(StockAdjustmentService.method.approveAdjustment)
  async approveAdjustment(request: ApproveAdjustmentRequest, ctx: CallContext) {
    requireRole(ctx, 'adjustment.approve');
    return this.database.command(ctx, async (tx) => {
      const adjustment = await lockAdjustment(tx, request);
      adjustmentSteps.next('approve', adjustment.state);
      requireOther(ctx.userId, [adjustment.requestedBy]);
      const changes = await tx.em.findBy(AdjustmentLineRow, { adjustmentId: adjustment.id });
      await correctStock(tx, {
        warehouseId: adjustment.warehouseId, other: otherSide(adjustment.kind), kind: 'adjustment', documentKind: 'stock_adjustment', documentId: adjustment.id, changes,
      });
      return decide(tx, adjustment, 'approve', '');
    }, { request });
  }

  @Rpc(StockAdjustmentService.method.rejectAdjustment)
  async rejectAdjustment(request: RejectAdjustmentRequest, ctx: CallContext) {
    requireRole(ctx, 'adjustment.approve');
    if (request.reason.trim() === '') throw invalidField('reason', 'Why is it refused?', 'REASON_MISSING');
    return this.database.command(ctx, async (tx) => decide(tx, await lockAdjustment(tx, request), 'reject', request.reason), { request });
  }

  @Rpc(StockAdjustmentService.method.cancelAdjustment)
  async cancelAdjustment(request: CancelAdjustmentRequest, ctx: CallContext) {
    requireRole(ctx, 'adjustment.request');
    return this.database.command(ctx, async (tx) => {
      const adjustment = await lockAdjustment(tx, request);
      requireSite(ctx, adjustment.warehouseId);
      return decide(tx, adjustment, 'cancel', '');
    }, { request });
  }

  @Rpc(StockAdjustmentService.method.getAdjustment)
  async getAdjustment(request: GetAdjustmentRequest, ctx: CallContext) {
    requireManufacturer(ctx);
    const id = idOr404(request.id, 'stock adjustment');
    const row = await this.database.one<Head>(ctx, { name: 'adjustment_one', text: ONE, values: [id] });
    if (!row) throw notFound('stock adjustment');
    return new JsonText(`${row.item.slice(0, -1)},"allowedActions":${JSON.stringify(actionsOf(ctx, row))}}`);
  }

  @Rpc(StockAdjustmentService.method.listAdjustments)
  async listAdjustments(request: ListAdjustmentsRequest, ctx: CallContext) {
    requireManufacturer(ctx);
    if (request.state !== '' && !(adjustmentSteps.states as readonly string[]).includes(request.state)) throw invalidField('state', 'This is no state of an adjustment.');
    const page = pageOf(request.page, { list: 'adjustments', key: 'instant' });
    const where = new Conditions()
      .when(request.state, 's', (state) => `r.state = ${state}`)
      .when(filterId(request.warehouseId, 'warehouseId'), 'w', (id) => `r.warehouse_id = ${id}::uuid`);
    const statement = listStatement({ name: 'adjustments', table: 'stock_adjustment', order: NEWEST, where, page, columns: SUMMARY });
    return jsonPage(await this.database.many<JsonRow>(ctx, statement), page);
  }
}

interface Head {
  state: AdjustmentState;
  requestedBy: string;
  warehouseId: string;
  item: string;
}

function actionsOf(ctx: CallContext, { state, requestedBy, warehouseId }: Head) {
  const refusal = (action: 'approve' | 'reject' | 'cancel'): string | undefined => refusalReason(() => adjustmentSteps.next(action, state));
  const own = refusalReason(() => requireOther(ctx.userId, [requestedBy]));
  const elsewhere = worksAt(ctx, warehouseId) ? undefined : 'OTHER_SITE';
  return allowedActions(ctx, [
    actionEntry(ctx, { action: 'approve', key: 'adjustment.approve', refusal: refusal('approve') ?? own }),
    actionEntry(ctx, { action: 'reject', key: 'adjustment.approve', refusal: refusal('reject') }),
    actionEntry(ctx, { action: 'cancel', key: 'adjustment.request', refusal: refusal('cancel') ?? elsewhere }),
  ]);
}

async function insertAdjustment(tx: Tx, given: { warehouseId: string; kind: AdjustmentKind; reason: string }): Promise<AdjustmentRow> {
  const number = await tx.nextNumber('stock_adjustment', { prefix: 'SA', gapFree: false });
  const row: AdjustmentRow = {
    ...given, id: newId(), number, state: adjustmentSteps.initial, requestedBy: tx.ctx.userId, requestedAt: await tx.now(), decidedBy: null, decidedAt: null, decisionReason: '', version: 1,
  };
  await tx.em.insert(AdjustmentRow, row);
  return row;
}

async function lockAdjustment(tx: Tx, { id, version }: { id: string; version: number }): Promise<AdjustmentRow> {
  const row = await tx.em.findOne(AdjustmentRow, { where: { id: idOr404(id, 'stock adjustment') }, lock: { mode: 'pessimistic_write' } });
  if (!row) throw notFound('stock adjustment');
  expectVersion(row, version, { state: row.state });
  return row;
}

async function decide(tx: Tx, row: AdjustmentRow, step: 'approve' | 'reject' | 'cancel', decisionReason: string) {
  const before = row.state;
  const values = { state: adjustmentSteps.next(step, row.state), decidedBy: tx.ctx.userId, decidedAt: await tx.now(), decisionReason, version: row.version + 1 };
  Object.assign(row, values);
  await tx.em.update(AdjustmentRow, { id: row.id }, values);
  await tx.audit({ action: step, kind: 'stock_adjustment', id: row.id, changed: { state: { before, after: row.state }, ...(decisionReason === '' ? {} : { reason: { after: decisionReason } }) } });
  return refOf(row);
}
