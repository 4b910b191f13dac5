import { Controller } from '@nestjs/common';
import {
  ProductUnitService,
  type GetUnitBySerialRequest, type ListUnitsRequest, type ListUnitsResponseJson, type SellUnitRequest,
} from '@aftercare/contracts';
import { askerOf, businessDate, isDealerRole, isId, newId } from '@aftercare/domain';
import { JsonText, notFound, Rpc, ServiceError, type CallContext, type Handlers } from '@aftercare/messaging';
import { Database, expectVersion, pageAnswer, scopeValues, type Statement } from '@aftercare/service';
import { holdCustomer } from '../customers/customer-change.js';
import { CustomerEntity } from '../customers/customer.entity.js';
import { requireActiveDealer } from '../customers/customer.rules.js';
import { KnownDealerEntity } from '../dealers/known-dealer.entity.js';
import { Standing } from '../dealers/standing.js';
import { termsOfSeen } from '../models/model.queries.js';
import { isOwnWork, ownWorker } from '../own-work/own-work.js';
import { stageOn, warrantyUntil } from '../warranty/stage.rules.js';
import { keepSale } from './unit-sale.js';
import { lockedUnit, unitRef } from './unit.flow.js';
import { listUnits, unitBySerial, type LookupRow, type UnitListRow } from './unit.queries.js';
import { checkSale, mayLookUp, normaliseSerial, requireUnitRole } from './unit.rules.js';

const HOUR_S = 3_600;

/** C-2, C-3, D-9: the shared registry of units, who holds and owns them, and where they have been. */
@Controller()
export class UnitHandlers implements Pick<Handlers<typeof ProductUnitService>, 'sellUnit' | 'getUnitBySerial' | 'listUnits'> {
  constructor(
    private readonly database: Database,
    private readonly standing: Standing,
  ) {}

  /** Registers the sale by the customer's dealer. Errors as documented at the rpc. */
  @Rpc(ProductUnitService.method.sellUnit)
  async sellUnit(request: SellUnitRequest, ctx: CallContext) {
    const customer = await this.customer(request.customerId, ctx);
    requireUnitRole('sell', ctx.role);
    const askedBy = askerOf(ctx.role, request.askedBy);
    requireActiveDealer(await this.standing.of(customer.dealerId, ctx));
    return this.database.command(ctx, async (tx) => {
      await holdCustomer(tx, customer.id);
      // Its dealer may have been followed by another since (D-1); now it stays.
      const [buyer] = await tx.sql<Buyer>(buyerOf(customer.id, ctx));
      if (!buyer) throw notFound('customer');
      const dealer = await tx.em.findOneBy(KnownDealerEntity, { id: buyer.dealerId });
      if (buyer.dealerId !== customer.dealerId) requireActiveDealer(dealer?.status ?? 'terminated');
      const { unit, dispatchedTo } = await lockedUnit(tx, request.id, request.serial);
      expectVersion(unit, request.version, unitRef(unit));
      checkSale(unit, request, businessDate(await tx.now()));
      await keepSale(tx, {
        unit, dispatchedTo, customer: buyer, territory: dealer?.territory ?? [], purchaseDate: request.purchaseDate, salePrice: request.salePrice,
        proof: request.proof?.id ? { id: request.proof.id, sha256: request.proof.sha256 } : null, askedBy,
      });
      return unitRef(unit);
    }, { request });
  }

  /** D-9: every look-up is logged, also one that finds nothing, and counted per caller, one after the other; for one document that names a serial, once. */
  @Rpc(ProductUnitService.method.getUnitBySerial)
  async getUnitBySerial(request: GetUnitBySerialRequest, ctx: CallContext) {
    const serial = normaliseSerial(request.serial);
    const row = serial === '' ? null : await this.database.one<LookupRow>(ctx, unitBySerial(serial, ctx));
    await this.database.command({ ...ctx, idempotencyKey: undefined }, async (tx) => {
      const documentId = isId(request.documentId) ? request.documentId : null;
      if (isDealerRole(ctx.role)) await tx.sql({ name: 'lookup_turn', text: TURN, values: [ctx.userId] });
      const [{ count, repeated }] = await tx.sql<{ count: number; repeated: boolean }>({ name: 'lookup_count', text: LOOKUPS_LAST_HOUR, values: [ctx.userId, documentId, serial] });
      if (repeated) return {};
      if (!mayLookUp(ctx.role, count)) {
        throw new ServiceError('resource_exhausted', 'LOOKUPS_EXHAUSTED', 'Too many look-ups by serial in an hour.', { retryAfterSeconds: HOUR_S });
      }
      await tx.sql({ name: 'lookup_log', text: LOG_LOOKUP, values: [newId(), ctx.userId, ctx.dealerId, serial, row !== null, documentId] });
      return {};
    });
    if (row === null) throw notFound('product unit');
    const terms = (await termsOfSeen(this.database, ctx, [row])).of(row.modelId, row.purchaseDate ?? row.today);
    return { ...row, purchaseDate: row.purchaseDate ?? '', stage: stageOn(row.today, row, terms), warrantyUntil: warrantyUntil(row, terms) ?? '' };
  }

  @Rpc(ProductUnitService.method.listUnits)
  async listUnits(request: ListUnitsRequest, ctx: CallContext) {
    for (const id of [request.modelId, request.dealerId, request.customerId]) if (id !== '' && !isId(id)) throw notFound('filter');
    const { page, ...statement } = listUnits(request, ctx, request.q.trim().toUpperCase());
    const rows = await this.database.many<UnitListRow>(ctx, statement);
    const { items, nextCursor } = pageAnswer(rows, page, ({ serial }) => serial);
    const terms = await termsOfSeen(this.database, ctx, items);
    const answer: ListUnitsResponseJson = {
      nextCursor,
      items: items.map((row) => ({
        id: row.id, serial: row.serial, modelCode: row.modelCode, dealerId: row.dealerId ?? '', customerId: row.customerId ?? '',
        purchaseDate: row.purchaseDate ?? '', version: row.version, stage: stageOn(row.today, row, terms.of(row.modelId, row.purchaseDate ?? row.today)),
      })),
    };
    return new JsonText(JSON.stringify(answer));
  }

  /** The buyer, as far as the caller may see it: its dealer is the seller. */
  private async customer(id: string, ctx: CallContext): Promise<Buyer> {
    const row = isId(id) ? await this.database.one<Buyer>(ctx, buyerOf(id, ctx)) : null;
    if (row === null) throw notFound('customer');
    return row;
  }
}

type Buyer = Pick<CustomerEntity, 'id' | 'dealerId' | 'regionCode'>;

const buyerOf = (id: string, ctx: CallContext): Statement => ({ name: 'unit_buyer', text: BUYER, values: [...scopeValues(ctx), id, ownWorker(ctx)] });

const BUYER = `select id, dealer_id as "dealerId", region_code as "regionCode" from customer c where id = $3 and ($1::boolean or dealer_id = any($2::uuid[])) and ${isOwnWork('c', '$4')}`;
/** Held to the commit, so that who asks at once is counted whole. */
const TURN = `select pg_advisory_xact_lock(hashtextextended('serial look-ups ' || $1::text, 0))`;
const LOOKUPS_LAST_HOUR = `
  select (select count(*)::int from serial_lookup where user_id = $1 and looked_at > now() - interval '1 hour') as count,
    exists (select from serial_lookup where document_id = $2::uuid and serial = $3) as repeated`;
const LOG_LOOKUP = 'insert into serial_lookup (id, user_id, dealer_id, serial, found, document_id) values ($1, $2, $3, $4, $5, $6)';
