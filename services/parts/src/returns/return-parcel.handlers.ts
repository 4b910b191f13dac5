import { Controller } from '@nestjs/common';
import {
  NoticeRequestedSchema, ReturnCountedSchema, ReturnService, type AnnounceReturnRequest, type CancelReturnRequest, type CountedLine, type CountReturnRequest,
  type GetReturnRequest, type ListReturnsRequest, type NewReturnLine, type PassOnReturnRequest, type ReceiveReturnRequest, type SendReturnRequest, type TransitReturnRequest,
} from '@aftercare/contracts';
import { monthOf, newId, RETURN_CONDITIONS, RETURN_PIECES, serialText, type ParcelState, type ReturnCondition, type ReturnPiece, type SiteKind } from '@aftercare/domain';
import { invalidField, notFound, Rpc, ServiceError, type CallContext, type Handlers } from '@aftercare/messaging';
import { Database, expectVersion, pageAnswer, pageOf, seesDealer, type Tx } from '@aftercare/service';
import { partsById } from '../catalogue/part-lookup.js';
import { LateReturnReversals } from '../late-returns/reverse-late.js';
import type { Evidence } from '../requests/review.rules.js';
import { bookCount, type ParcelAtSite } from './count.js';
import { AnnouncedLine, Parcel } from './return-parcel.entity.js';
import { findParcel, listParcels, parcelAnswer } from './return-parcel.reads.js';
import { awaitPassingOn, STAYS_DEADLINE } from './transit.job.js';
import { assertParcelRole, assertSite, differs, parcelSteps, type CountedPart, type CountedResult, type ParcelAction } from './return-parcel.rules.js';

const QUANTITY_MAX = 100_000;

/** Return parcels: announced by the dealer, counted blind at Taizhou (H-4, H-5). */
@Controller()
export class ReturnHandlers implements Handlers<typeof ReturnService> {
  constructor(
    private readonly db: Database,
    private readonly reversals: LateReturnReversals,
  ) {}

  @Rpc(ReturnService.method.announceReturn)
  async announceReturn(request: AnnounceReturnRequest, ctx: CallContext) {
    assertParcelRole('announce', ctx);
    const dealerId = request.dealerId || (ctx.dealerId ?? '');
    if (!seesDealer(ctx, dealerId)) throw notFound('dealer');
    if (request.lines.length === 0) throw invalidField('lines', 'A parcel announces at least one line.', 'LINES_MISSING');
    const lines = request.lines.map(announcedLine);
    return this.db.command(ctx, async (tx) => {
      await partsById(tx, lines.map((line) => line.partId));
      if (request.viaTransitId) await siteOf(tx, request.viaTransitId, 'transit');
      const number = await tx.nextNumber('return_parcel', { prefix: 'RT', gapFree: false });
      const parcel = tx.em.create(Parcel, {
        id: newId(), number, dealerId, state: parcelSteps.initial, viaTransitId: request.viaTransitId || null, warehouseId: null,
        carrier: '', waybillNumber: '', onwardCarrier: '', onwardWaybillNumber: '', unannounced: false, difference: false, createdAt: await tx.now(), receivedAt: null, countedAt: null,
        announcedPhotos: plainFiles(request.photos), countedPhotos: [], createdBy: ctx.userId, version: 1,
      });
      await tx.em.insert(Parcel, parcel);
      await tx.em.insert(AnnouncedLine, lines.map((line, index) => ({ id: newId(), dealerId, parcelId: parcel.id, position: index + 1, ...line })));
      await tx.audit({ action: 'announce', kind: 'return_parcel', id: parcel.id, dealerId, changed: { state: { after: parcel.state } } });
      return refOf(parcel);
    }, { request });
  }

  @Rpc(ReturnService.method.sendReturn)
  async sendReturn(request: SendReturnRequest, ctx: CallContext) {
    return this.step({ action: 'send', ...request, request }, ctx, (_tx, parcel) => {
      parcel.carrier = request.carrier;
      parcel.waybillNumber = request.waybillNumber;
    });
  }

  @Rpc(ReturnService.method.cancelReturn)
  async cancelReturn(request: CancelReturnRequest, ctx: CallContext) {
    return this.step({ action: 'cancel', ...request, request }, ctx, () => undefined);
  }

  @Rpc(ReturnService.method.transitReturn)
  async transitReturn(request: TransitReturnRequest, ctx: CallContext) {
    return this.step({ action: 'transit', ...request, request }, ctx, async (tx, parcel) => {
      const site = await siteOf(tx, request.warehouseId);
      assertSite('transit', site, ctx);
      parcel.viaTransitId = site.id;
      await awaitPassingOn(tx, parcel.id);
      await tx.announce(NoticeRequestedSchema, { ...notice('return.at_transit_site', parcel), recipientRole: 'warehouse_keeper', severity: 'info' });
    });
  }

  @Rpc(ReturnService.method.passOnReturn)
  async passOnReturn(request: PassOnReturnRequest, ctx: CallContext) {
    return this.step({ action: 'pass-on', ...request, request }, ctx, async (tx, parcel) => {
      assertSite('pass-on', await siteOf(tx, parcel.viaTransitId ?? ''), ctx);
      parcel.onwardCarrier = request.carrier;
      parcel.onwardWaybillNumber = request.waybillNumber;
      await tx.cancelDeadline(STAYS_DEADLINE, parcel.id);
      await tx.announce(NoticeRequestedSchema, { ...notice('return.passed_on', parcel), recipientRole: 'warehouse_keeper', severity: 'info' });
    });
  }

  @Rpc(ReturnService.method.receiveReturn)
  async receiveReturn(request: ReceiveReturnRequest, ctx: CallContext) {
    return this.step({ action: 'receive', ...request, request }, ctx, async (tx, parcel) => {
      const site = await siteOf(tx, request.warehouseId);
      assertSite('receive', site, ctx);
      parcel.warehouseId = site.id;
      parcel.receivedAt = await tx.now();
      await tx.cancelDeadline(STAYS_DEADLINE, parcel.id);
    });
  }

  @Rpc(ReturnService.method.countReturn)
  async countReturn(request: CountReturnRequest, ctx: CallContext) {
    assertParcelRole('count', ctx);
    const counted = request.lines.map(countedLine);
    const answer = await this.db.command(ctx, async (tx) => {
      const parcel = await lockParcel(tx, request.id, request.version);
      const before = parcel.state;
      parcel.state = parcelSteps.next('count', parcel.state);
      const site = await siteOf(tx, parcel.warehouseId ?? '');
      assertSite('count', site, ctx);
      await partsById(tx, counted.map((line) => line.partId));
      const announced = await tx.em.findBy(AnnouncedLine, { parcelId: parcel.id });
      parcel.difference = differs(announced, counted);
      parcel.countedAt = await tx.now();
      parcel.countedPhotos = plainFiles(request.photos);
      const results = await bookCount(tx, parcel as ParcelAtSite, counted);
      await save(tx, parcel, { action: 'count', before });
      await tellCount(tx, parcel, results);
      return parcelAnswer(tx, parcel);
    }, { request });
    // H-7: the count stands whatever becomes of the reversal, which is tried again by itself.
    if (answer.lines.some((line) => line.lateQuantity > 0)) await this.reversals.tryDue(request.id).catch(() => undefined);
    return answer;
  }

  @Rpc(ReturnService.method.getReturn)
  async getReturn(request: GetReturnRequest, ctx: CallContext) {
    return this.db.read(ctx, async (tx) => {
      const parcel = await findParcel(tx, request.id);
      if (!parcel) throw notFound('return parcel');
      return parcelAnswer(tx, parcel);
    });
  }

  @Rpc(ReturnService.method.listReturns)
  async listReturns(request: ListReturnsRequest, ctx: CallContext) {
    const page = pageOf(request.page, { list: 'returns' });
    const rows = await this.db.many<{ id: string; number: string; dealerId: string; state: string; createdAt: string; version: number; sortAt: string }>(
      ctx, listParcels(request, ctx, page));
    const { items, nextCursor } = pageAnswer(rows, page, (row) => row.sortAt);
    return { items: items.map(({ sortAt: _sort, ...row }) => row), nextCursor };
  }

  /** One step of the parcel's life: role, version, step table, what the action adds, then save and audit. */
  private step(
    asked: { action: ParcelAction; id: string; version: number; request: unknown },
    ctx: CallContext,
    change: (tx: Tx, parcel: Parcel) => Promise<void> | void,
  ) {
    assertParcelRole(asked.action, ctx);
    return this.db.command(ctx, async (tx) => {
      const parcel = await lockParcel(tx, asked.id, asked.version);
      const before = parcel.state;
      parcel.state = parcelSteps.next(asked.action, parcel.state);
      await change(tx, parcel);
      await save(tx, parcel, { action: asked.action, before });
      return refOf(parcel);
    }, { request: asked.request });
  }
}

async function lockParcel(tx: Tx, id: string, version: number): Promise<Parcel> {
  const parcel = await findParcel(tx, id, { lock: true });
  if (!parcel) throw notFound('return parcel');
  expectVersion(parcel, version, { state: parcel.state });
  return parcel;
}

async function save(tx: Tx, parcel: Parcel, done: { action: string; before: ParcelState }): Promise<void> {
  parcel.version += 1;
  await tx.em.update(Parcel, { id: parcel.id }, parcel);
  await tx.audit({
    action: done.action, kind: 'return_parcel', id: parcel.id, dealerId: parcel.dealerId, changed: { state: { before: done.before, after: parcel.state } },
  });
}

/** The site by id; refuses SITE_UNKNOWN when there is none, or none of the kind. */
export async function siteOf(tx: Tx, id: string, kind?: SiteKind): Promise<{ id: string; kind: SiteKind }> {
  const [site] = await tx.sql<{ id: string; kind: SiteKind }>({
    name: 'site_by_id', text: `select id, kind from warehouse where id = nullif($1, '')::uuid`, values: [id],
  });
  if (!site || (kind && site.kind !== kind)) throw new ServiceError('not_found', 'SITE_UNKNOWN', 'There is no such site.');
  return site;
}

/** H-5: counting tells the clerk; a difference is shown to the dealer, too. */
async function tellCount(tx: Tx, parcel: Parcel, results: readonly CountedResult[]): Promise<void> {
  await tx.announce(ReturnCountedSchema, {
    parcelId: parcel.id, number: parcel.number, dealerId: parcel.dealerId, difference: parcel.difference, month: monthOf(parcel.countedAt ?? ''),
    lines: results.map(({ partId, quantity, condition, metQuantity, surplusQuantity, lateQuantity, refusedQuantity }) => ({
      partId, quantity, condition, metQuantity, surplusQuantity, lateQuantity, refusedQuantity,
    })),
  });
  const severity = parcel.difference ? 'warning' : 'info';
  const about = { ...notice(parcel.difference ? 'return.difference' : 'return.counted', parcel), severity };
  await tx.announce(NoticeRequestedSchema, { ...about, recipientRole: 'service_clerk' });
  if (parcel.difference) await tx.announce(NoticeRequestedSchema, { ...about, recipientRole: 'dealer_manager', recipientDealerId: parcel.dealerId });
}

function notice(kind: string, parcel: Parcel) {
  return { kind, documentKind: 'return-parcel', documentId: parcel.id, documentNumber: parcel.number, params: JSON.stringify({ dealerId: parcel.dealerId }) };
}

/** Files as they are kept. */
function plainFiles(files: readonly Evidence[]): Evidence[] {
  return files.map(({ id, sha256 }) => ({ id, sha256 }));
}

function refOf(parcel: Parcel) {
  return { id: parcel.id, number: parcel.number, state: parcel.state, version: parcel.version };
}

function announcedLine(line: NewReturnLine, index: number): { partId: string; quantity: number; piece: ReturnPiece; unitSerial: string } {
  const piece = RETURN_PIECES.find((each) => each === line.condition);
  if (!piece) throw invalidField(`lines[${index}].condition`, 'A piece is old or unused.');
  return { partId: line.partId, quantity: pieces(line.quantity, index), piece, unitSerial: serialText(line.unitSerial) };
}

/** A line as the keeper or the clerk enters it. */
export function countedLine(line: CountedLine, index: number): CountedPart {
  const condition: ReturnCondition | undefined = RETURN_CONDITIONS.find((each) => each === line.condition);
  if (!condition) throw invalidField(`lines[${index}].condition`, 'A condition is reusable, scrap, supplier_claim or wrong_part.');
  return { partId: line.partId, quantity: pieces(line.quantity, index), condition, unitSerial: serialText(line.unitSerial) };
}

function pieces(quantity: number, index: number): number {
  if (Number.isInteger(quantity) && quantity >= 1 && quantity <= QUANTITY_MAX) return quantity;
  throw invalidField(`lines[${index}].quantity`, `Pieces are 1 to ${QUANTITY_MAX}.`, 'QUANTITY_INVALID');
}
