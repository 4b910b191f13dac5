import { Controller } from '@nestjs/common';
import {
  StockService,
  type CreateWarehouseRequest,
  type ListMovementsRequest,
  type ListStockRequest,
  type ListWarehousesRequest,
  type ReceivePurchaseRequest,
} from '@aftercare/contracts';
import { SITE_KINDS, newId, type SiteKind } from '@aftercare/domain';
import { Rpc, ServiceError, invalidField, type CallContext, type Handlers } from '@aftercare/messaging';
import { Database, jsonPage, pageOf, postgresError, type JsonRow, type Tx } from '@aftercare/service';
import { requireManufacturer, requireRole, requireSite } from '../actions.js';
import { keepExpectedOf } from '../back-orders/keep-expected.js';
import { partsById } from '../catalogue/part-lookup.js';
import { filterId, idOr404 } from '../documents.js';
import { offerToWaiting } from '../picking/make-picking.js';
import { receiveOnOrder } from '../stock/purchase-order.handlers.js';
import { requireReceiving } from '../stock/stock-lines.js';
import { keepCosts } from '../stock/unit-cost.js';
import { checkUnitCost } from '../stock/unit-cost.rules.js';
import { warehouseAccount } from './accounts.js';
import { lockParts } from './allocate.js';
import { PurchaseLine, PurchaseReceipt, Warehouse } from './ledger.entity.js';
import { moveStock } from './move.js';
import { movements } from './movement-list.js';

const WAREHOUSES = `
  select id, code as key,
         json_build_object('id', id, 'code', code, 'name', name, 'nameEn', name_en, 'kind', kind)::text as item
    from warehouse where ($1::text is null or (code, id) > ($1, $2::uuid)) order by code, id limit $3`;

const STOCK = `
  select balance.part_id as id, part.number || ' ' || warehouse.code as key,
         json_build_object('warehouseId', balance.warehouse_id, 'partId', balance.part_id, 'partNumber', part.number,
           'partName', part.name, 'onHand', on_hand, 'reserved', reserved, 'available', on_hand - reserved)::text as item
    from stock_balance balance join part on part.id = balance.part_id join warehouse on warehouse.id = balance.warehouse_id
   where ($1::uuid is null or balance.warehouse_id = $1) and ($2::uuid is null or balance.part_id = $2)
     and ($3 = '' or position(lower($3) in lower(part.number || ' ' || part.name)) > 0)
     and ($4::text is null or (part.number || ' ' || warehouse.code, balance.part_id) > ($4, $5::uuid))
   order by part.number || ' ' || warehouse.code, balance.part_id limit $6`;

/** The stock ledger (P-2); balances and movements are the manufacturer's knowledge. */
@Controller()
export class StockHandlers implements Handlers<typeof StockService> {
  constructor(private readonly database: Database) {}

  /** Adds a site. Errors: WAREHOUSE_CODE_TAKEN. */
  @Rpc(StockService.method.createWarehouse)
  async createWarehouse(request: CreateWarehouseRequest, ctx: CallContext) {
    requireRole(ctx, 'warehouse.create');
    const { code, name, nameEn } = request;
    if (code.trim() === '') throw invalidField('code', 'A site has a code.');
    if (name.trim() === '') throw invalidField('name', 'A site has a name.');
    if (!(SITE_KINDS as readonly string[]).includes(request.kind)) throw invalidField('kind', 'Receiving or transit.');
    const kind = request.kind as SiteKind;
    return this.database.command(ctx, async (tx) => {
      const warehouse: Warehouse = { id: newId(), code, name, nameEn, kind, createdAt: await tx.now(), version: 1 };
      await tx.em.insert(Warehouse, warehouse).catch((error: unknown) => {
        if (postgresError(error)?.code !== '23505') throw error;
        throw new ServiceError('already_exists', 'WAREHOUSE_CODE_TAKEN', 'A site with this code exists.', { field: 'code' });
      });
      await tx.audit({ action: 'create', kind: 'warehouse', id: warehouse.id, changed: { code: { after: code }, kind: { after: kind } } });
      return { id: warehouse.id, number: code, state: kind, version: 1 };
    }, { request });
  }

  @Rpc(StockService.method.listWarehouses)
  async listWarehouses(request: ListWarehousesRequest, ctx: CallContext) {
    const page = pageOf(request.page, { list: 'warehouses' });
    const values = [page.after?.key ?? null, page.after?.id ?? null, page.limit + 1];
    return jsonPage(await this.database.many<JsonRow>(ctx, { name: 'warehouse_list', text: WAREHOUSES, values }), page);
  }

  /** P-2, P-7: goods enter a warehouse and are offered to waiting lines at once. Errors: PART_UNKNOWN, WAREHOUSE_UNKNOWN, QUANTITY_INVALID. */
  @Rpc(StockService.method.receivePurchase)
  async receivePurchase(request: ReceivePurchaseRequest, ctx: CallContext) {
    requireRole(ctx, 'purchase.receive');
    checkPurchase(request);
    requireSite(ctx, request.warehouseId);
    return this.database.command(ctx, (tx) => bookPurchase(tx, request), { request });
  }

  @Rpc(StockService.method.listStock)
  async listStock(request: ListStockRequest, ctx: CallContext) {
    requireManufacturer(ctx);
    const page = pageOf(request.page, { list: 'stock' });
    const filters = [filterId(request.warehouseId, 'warehouseId'), filterId(request.partId, 'partId'), request.q];
    const values = [...filters, page.after?.key ?? null, page.after?.id ?? null, page.limit + 1];
    return jsonPage(await this.database.many<JsonRow>(ctx, { name: 'stock_list', text: STOCK, values }), page);
  }

  @Rpc(StockService.method.listMovements)
  async listMovements(request: ListMovementsRequest, ctx: CallContext) {
    requireManufacturer(ctx);
    const page = pageOf(request.page, { list: 'movements' });
    return jsonPage(await this.database.many<JsonRow>(ctx, movements(request, page)), page);
  }
}

function checkPurchase(request: ReceivePurchaseRequest): void {
  idOr404(request.warehouseId, 'warehouse');
  if (request.lines.length === 0) throw invalidField('lines', 'A receipt has at least one line.', 'LINES_MISSING');
  request.lines.forEach((line, index) => {
    idOr404(line.partId, 'part');
    if (line.quantity < 1) throw invalidField(`lines[${index}].quantity`, 'At least one piece.', 'QUANTITY_INVALID');
    checkUnitCost(line.unitCost, `lines[${index}].unitCost`);
  });
}

async function bookPurchase(tx: Tx, request: ReceivePurchaseRequest) {
  const { warehouseId, reference, purchaseOrderId, lines } = request;
  await requireReceiving(tx, warehouseId);
  const partIds = lines.map((line) => line.partId);
  await partsById(tx, partIds);
  if (purchaseOrderId !== '') await receiveOnOrder(tx, purchaseOrderId, request);
  await lockParts(tx, partIds);
  const number = await tx.nextNumber('purchase_receipt', { prefix: 'GR', gapFree: false });
  const id = newId();
  await tx.em.insert(PurchaseReceipt, { id, number, warehouseId, reference, purchaseOrderId: purchaseOrderId || null, receivedBy: tx.ctx.userId, receivedAt: await tx.now(), version: 1 });
  await tx.em.insert(PurchaseLine, lines.map(({ partId, quantity, unitCost }, index) => (
    { purchaseReceiptId: id, position: index + 1, partId, quantity, unitCost })));
  await moveStock(tx, lines.map(({ partId, quantity }) => (
    { partId, quantity, from: 'supplier', to: warehouseAccount(warehouseId), kind: 'purchase', documentKind: 'purchase_receipt', documentId: id })));
  await keepCosts(tx, lines, { documentKind: 'purchase_receipt', documentId: id });
  const offered = await offerToWaiting(tx, partIds);
  await keepExpectedOf(tx, partIds, { cause: 'received', reason: '' });
  await tx.audit({ action: 'receive', kind: 'purchase_receipt', id, changed: { lines: { after: lines.length }, offeredToRequests: { after: offered } } });
  return { id, number, state: 'received', version: 1 };
}
