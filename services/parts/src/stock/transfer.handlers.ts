import { Controller } from '@nestjs/common';
import {
  StockTransferService, type CancelTransferRequest, type GetTransferRequest, type ListTransfersRequest, type ReceiveTransferRequest, type SendTransferRequest, type WriteOffTransferRequest,
} from '@aftercare/contracts';
import { allowedActions, newId, refusalReason } from '@aftercare/domain';
import { JsonText, Rpc, ServiceError, invalidField, notFound, type CallContext, type Handlers } from '@aftercare/messaging';
import { Conditions, Database, expectVersion, jsonPage, listStatement, pageOf, type JsonRow, type ListOrder, type Tx } from '@aftercare/service';
import { actionEntry, requireManufacturer, requireRole, requireSite, worksAt } from '../actions.js';
import { partsById } from '../catalogue/part-lookup.js';
import { filterId, idOr404, refOf } from '../documents.js';
import { warehouseAccount, type Account } from '../ledger/accounts.js';
import { lockParts } from '../ledger/allocate.js';
import { moveStock } from '../ledger/move.js';
import { notify } from '../notices.js';
import { offerToWaiting } from '../picking/make-picking.js';
import { requireOther } from './stock-count.rules.js';
import { checkLines, requireWarehouse, type PartLine } from './stock-lines.js';
import { TransferLineRow, TransferRow } from './transfer.entity.js';
import { arrivedOf, missingOf, transferSteps, type TransferState } from './transfer.rules.js';

const NEWEST: ListOrder = { by: 'r.sent_at', direction: 'desc', type: 'timestamptz' };

const SUMMARY = `r.id, iso(r.sent_at) as key,
  json_build_object('id', r.id, 'number', r.number, 'fromWarehouseId', r.from_warehouse_id, 'toWarehouseId', r.to_warehouse_id, 'state', r.state, 'sentAt', iso(r.sent_at),
    'version', r.version)::text as item`;

const ONE = `
  select t.state, t.from_warehouse_id as "fromWarehouseId", t.to_warehouse_id as "toWarehouseId", t.sent_by as "sentBy", t.received_by as "receivedBy",
    json_build_object('id', t.id, 'number', t.number, 'fromWarehouseId', t.from_warehouse_id, 'toWarehouseId', t.to_warehouse_id, 'state', t.state, 'sentAt', iso(t.sent_at),
      'receivedAt', coalesce(iso(t.received_at), ''), 'decisionReason', t.decision_reason, 'version', t.version,
      'lines', (select json_agg(json_build_object('partId', l.part_id, 'partNumber', p.number, 'partName', p.name, 'quantity', l.quantity,
          'receivedQuantity', l.received_quantity) order by p.number) from stock_transfer_line l join part p on p.id = l.part_id where l.transfer_id = t.id))::text as item
    from stock_transfer t where t.id = $1`;

/** Goods between two warehouses (P-2). */
@Controller()
export class TransferHandlers implements Handlers<typeof StockTransferService> {
  constructor(private readonly database: Database) {}

  @Rpc(StockTransferService.method.sendTransfer)
  async sendTransfer(request: SendTransferRequest, ctx: CallContext) {
    requireRole(ctx, 'transfer.handle');
    const { fromWarehouseId, toWarehouseId, lines } = request;
    checkLines(lines, (quantity) => quantity > 0);
    if (fromWarehouseId === toWarehouseId) throw invalidField('toWarehouseId', 'Goods go to another warehouse.', 'SAME_WAREHOUSE');
    requireSite(ctx, fromWarehouseId);
    return this.database.command(ctx, async (tx) => {
      await requireWarehouse(tx, fromWarehouseId, 'fromWarehouseId');
      const to = await requireWarehouse(tx, toWarehouseId, 'toWarehouseId');
      if (to.kind !== 'receiving') throw new ServiceError('failed_precondition', 'SITE_NOT_RECEIVING', 'Only a receiving site keeps stock.', { field: 'toWarehouseId' });
      await partsById(tx, lines.map(({ partId }) => partId));
      const transfer = await insertTransfer(tx, fromWarehouseId, toWarehouseId);
      await tx.em.insert(TransferLineRow, lines.map(({ partId, quantity }) => ({ transferId: transfer.id, partId, quantity, receivedQuantity: 0 })));
      await move(tx, transfer, { lines, from: warehouseAccount(fromWarehouseId), to: 'in_transit' });
      await tx.audit({ action: 'send', kind: 'stock_transfer', id: transfer.id, changed: { to: { after: toWarehouseId }, lines: { after: lines.length } } });
      return refOf(transfer);
    }, { request });
  }

  /** P-2, P-7: what arrived is offered to who waits; the rest stays in transit. */
  @Rpc(StockTransferService.method.receiveTransfer)
  async receiveTransfer(request: ReceiveTransferRequest, ctx: CallContext) {
    requireRole(ctx, 'transfer.handle');
    if (request.lines.length > 0) checkLines(request.lines, (quantity) => quantity >= 0);
    return this.database.command(ctx, async (tx) => {
      const transfer = await lockTransfer(tx, request);
      requireSite(ctx, transfer.toWarehouseId);
      const after = arrivedOf(await linesOf(tx, transfer), request.lines);
      const missing = missingOf(after);
      const ref = await take(tx, transfer, missing.length > 0 ? 'receivePart' : 'receive', { receivedBy: ctx.userId, receivedAt: await tx.now() });
      const lines = request.lines.filter(({ quantity }) => quantity > 0);
      for (const { partId, receivedQuantity } of after) await tx.em.update(TransferLineRow, { transferId: transfer.id, partId }, { receivedQuantity });
      await move(tx, transfer, { lines, from: 'in_transit', to: warehouseAccount(transfer.toWarehouseId) });
      if (missing.length > 0) await notify(tx, { kind: 'stock.transfer_short', role: 'service_supervisor', document: { kind: 'stock_transfer', id: transfer.id, number: transfer.number }, severity: 'warning' });
      return ref;
    }, { request });
  }

  @Rpc(StockTransferService.method.writeOffTransfer)
  async writeOffTransfer(request: WriteOffTransferRequest, ctx: CallContext) {
    requireRole(ctx, 'transfer.writeOff');
    if (request.reason.trim() === '') throw invalidField('reason', 'Why is it written off?', 'REASON_MISSING');
    return this.database.command(ctx, async (tx) => {
      const transfer = await lockTransfer(tx, request);
      const ref = await take(tx, transfer, 'writeOff', { decidedBy: ctx.userId, decisionReason: request.reason });
      requireOther(ctx.userId, [transfer.sentBy, transfer.receivedBy]);
      await move(tx, transfer, { lines: missingOf(await linesOf(tx, transfer)), from: 'in_transit', to: 'written_off' });
      return ref;
    }, { request });
  }

  @Rpc(StockTransferService.method.cancelTransfer)
  async cancelTransfer(request: CancelTransferRequest, ctx: CallContext) {
    requireRole(ctx, 'transfer.handle');
    return this.database.command(ctx, async (tx) => {
      const transfer = await lockTransfer(tx, request);
      requireSite(ctx, transfer.fromWarehouseId);
      const ref = await take(tx, transfer, 'cancel', { decidedBy: ctx.userId });
      await move(tx, transfer, { lines: await linesOf(tx, transfer), from: 'in_transit', to: warehouseAccount(transfer.fromWarehouseId) });
      return ref;
    }, { request });
  }

  @Rpc(StockTransferService.method.getTransfer)
  async getTransfer(request: GetTransferRequest, ctx: CallContext) {
    requireManufacturer(ctx);
    const row = await this.database.one<Head>(ctx, { name: 'transfer_one', text: ONE, values: [idOr404(request.id, 'stock transfer')] });
    if (!row) throw notFound('stock transfer');
    return new JsonText(`${row.item.slice(0, -1)},"allowedActions":${JSON.stringify(actionsOf(ctx, row))}}`);
  }

  @Rpc(StockTransferService.method.listTransfers)
  async listTransfers(request: ListTransfersRequest, ctx: CallContext) {
    requireManufacturer(ctx);
    if (request.state !== '' && !(transferSteps.states as readonly string[]).includes(request.state)) throw invalidField('state', 'This is no state of a transfer.');
    const page = pageOf(request.page, { list: 'transfers', key: 'instant' });
    const where = new Conditions().when(request.state, 's', (state) => `r.state = ${state}`);
    const site = filterId(request.warehouseId, 'warehouseId');
    if (site !== null) where.either('w', (id) => [`r.from_warehouse_id = ${id}::uuid`, `r.to_warehouse_id = ${id}::uuid`], site);
    const statement = listStatement({ name: 'transfers', table: 'stock_transfer', order: NEWEST, where, page, columns: SUMMARY });
    return jsonPage(await this.database.many<JsonRow>(ctx, statement), page);
  }
}

interface Head {
  state: TransferState;
  fromWarehouseId: string;
  toWarehouseId: string;
  sentBy: string;
  receivedBy: string | null;
  item: string;
}

function actionsOf(ctx: CallContext, { state, fromWarehouseId, toWarehouseId, sentBy, receivedBy }: Head) {
  const refusal = (step: 'receive' | 'writeOff' | 'cancel'): string | undefined => refusalReason(() => transferSteps.next(step, state));
  const site = (id: string): string | undefined => (worksAt(ctx, id) ? undefined : 'OTHER_SITE');
  const own = refusalReason(() => requireOther(ctx.userId, [sentBy, receivedBy]));
  return allowedActions(ctx, [
    actionEntry(ctx, { action: 'receive', key: 'transfer.handle', refusal: refusal('receive') ?? site(toWarehouseId) }),
    actionEntry(ctx, { action: 'write-off', key: 'transfer.writeOff', refusal: refusal('writeOff') ?? own }),
    actionEntry(ctx, { action: 'cancel', key: 'transfer.handle', refusal: refusal('cancel') ?? site(fromWarehouseId) }),
  ]);
}

async function insertTransfer(tx: Tx, fromWarehouseId: string, toWarehouseId: string): Promise<TransferRow> {
  const number = await tx.nextNumber('stock_transfer', { prefix: 'WT', gapFree: false });
  const row: TransferRow = {
    id: newId(), number, fromWarehouseId, toWarehouseId, state: transferSteps.initial, sentBy: tx.ctx.userId, sentAt: await tx.now(), receivedBy: null, receivedAt: null,
    decidedBy: null, decisionReason: '', version: 1,
  };
  await tx.em.insert(TransferRow, row);
  return row;
}

async function lockTransfer(tx: Tx, { id, version }: { id: string; version: number }): Promise<TransferRow> {
  const row = await tx.em.findOne(TransferRow, { where: { id: idOr404(id, 'stock transfer') }, lock: { mode: 'pessimistic_write' } });
  if (!row) throw notFound('stock transfer');
  expectVersion(row, version, { state: row.state });
  return row;
}

const linesOf = (tx: Tx, { id }: TransferRow): Promise<TransferLineRow[]> => tx.em.find(TransferLineRow, { where: { transferId: id }, order: { partId: 'ASC' } });

async function move(tx: Tx, { id }: TransferRow, { lines, from, to }: { lines: readonly PartLine[]; from: Account; to: Account }): Promise<void> {
  if (lines.length === 0) return;
  const partIds = lines.map(({ partId }) => partId);
  await lockParts(tx, partIds);
  await moveStock(tx, lines.map(({ partId, quantity }) => ({ partId, quantity, from, to, kind: 'transfer' as const, documentKind: 'stock_transfer', documentId: id })));
  if (to.startsWith('warehouse:')) await offerToWaiting(tx, partIds);
}

async function take(tx: Tx, row: TransferRow, step: (typeof transferSteps.actions)[number], values: Partial<TransferRow>) {
  const before = row.state;
  Object.assign(row, values, { state: transferSteps.next(step, row.state), version: row.version + 1 });
  await tx.em.update(TransferRow, { id: row.id }, { ...values, state: row.state, version: row.version });
  await tx.audit({ action: step, kind: 'stock_transfer', id: row.id, changed: { state: { before, after: row.state }, ...(values.decisionReason ? { reason: { after: values.decisionReason } } : {}) } });
  return refOf(row);
}
