import { Controller } from '@nestjs/common';
import { WrongPartService, type CarryOutWrongPartRequest, type InstructWrongPartRequest, type ListWrongPartsRequest } from '@aftercare/contracts';
import { allowedActions, type WrongPartInstruction, type WrongPartState } from '@aftercare/domain';
import { notFound, Rpc, type CallContext, type Handlers } from '@aftercare/messaging';
import { Conditions, Database, dealerScope, expectVersion, listStatement, pageAnswer, pageOf, seen, type ListOrder, type Page, type Statement, type Tx } from '@aftercare/service';
import { filterId, idOr404 } from '../documents.js';
import { LateReturnReversals } from '../late-returns/reverse-late.js';
import { notify } from '../notices.js';
import { correctCount } from '../objections/correct-count.js';
import { awaitAnswer, WRONG_PART_WAITS } from '../returns/answers.job.js';
import type { ParcelAtSite } from '../returns/count.js';
import { CountedLineRow } from '../returns/return-parcel.entity.js';
import { findParcel } from '../returns/return-parcel.reads.js';
import { assertSite } from '../returns/return-parcel.rules.js';
import { WrongPartRow } from './wrong-part.entity.js';
import { assertWrongPartRole, checkCarryingOut, checkInstruction, WRONG_PART_ACTIONS, wrongPartRefusal, wrongPartSteps, type WrongPartAction } from './wrong-part.rules.js';

const WHAT = 'wrong part';
const NEWEST: ListOrder = { by: 'r.created_at', direction: 'desc', type: 'timestamptz' };

const COLUMNS = `r.id, r.dealer_id as "dealerId", r.state, r.parcel_id as "parcelId", (select number from return_parcel where id = r.parcel_id) as "parcelNumber",
  r.part_id as "partId", p.number as "partNumber", p.name as "partName", r.quantity, r.instruction, r.note, r.carrier, r.waybill_number as "waybillNumber",
  iso(r.created_at) as "createdAt", r.version, r.created_at::text as "sortAt"`;

/** Wrong parts, newest first. */
export function listWrongParts(request: ListWrongPartsRequest, ctx: CallContext, page: Page): Statement {
  const where = new Conditions()
    .when(filterId(request.dealerId, 'dealerId'), 'd', (id) => `r.dealer_id = ${id}::uuid`)
    .when(request.state, 's', (state) => `r.state = ${state}`);
  return listStatement({
    name: 'wrong_parts', table: 'wrong_part', order: NEWEST, scope: { dealers: dealerScope(ctx) }, where, page, columns: COLUMNS, joins: 'join part p on p.id = r.part_id',
  });
}

/** Wrong parts that wait for their dealer's instruction (H-5). */
@Controller()
export class WrongPartHandlers implements Handlers<typeof WrongPartService> {
  constructor(
    private readonly db: Database,
    private readonly reversals: LateReturnReversals,
  ) {}

  @Rpc(WrongPartService.method.listWrongParts)
  async listWrongParts(request: ListWrongPartsRequest, ctx: CallContext) {
    const page = pageOf(request.page, { list: 'wrong-parts' });
    const rows = await this.db.many<Row>(ctx, listWrongParts(request, ctx, page));
    const { items, nextCursor } = pageAnswer(rows, page, (row) => row.sortAt);
    return {
      items: items.map(({ sortAt: _sort, ...row }) => ({
        ...row, allowedActions: allowedActions(ctx, WRONG_PART_ACTIONS.map((action) => ({ action, reason: wrongPartRefusal(action, row.state, ctx.role) })), { afterTermination: true }),
      })),
      nextCursor,
    };
  }

  @Rpc(WrongPartService.method.instructWrongPart)
  async instructWrongPart(request: InstructWrongPartRequest, ctx: CallContext) {
    assertWrongPartRole('instruct', ctx.role);
    const instruction = checkInstruction(request.instruction);
    return this.db.command(ctx, async (tx) => {
      const { wrong, parcel } = await locked(tx, request);
      const saved = await save(tx, wrong, 'instruct', { instruction, note: request.note.trim() });
      const document = { kind: 'wrong-part', id: wrong.id, number: parcel.number };
      await notify(tx, { kind: 'return.wrong_part_instructed', role: 'warehouse_keeper', document, params: { pieces: wrong.quantity } });
      return saved;
    }, { request });
  }

  @Rpc(WrongPartService.method.carryOutWrongPart)
  async carryOutWrongPart(request: CarryOutWrongPartRequest, ctx: CallContext) {
    assertWrongPartRole('carry-out', ctx.role);
    let lateOf = '';
    const answer = await this.db.command(ctx, async (tx) => {
      const { wrong, parcel } = await locked(tx, request);
      assertSite('count', { id: parcel.warehouseId, kind: 'receiving' }, ctx);
      wrongPartSteps.next('carry-out', wrong.state);
      const condition = checkCarryingOut(wrong.instruction as WrongPartInstruction, request);
      const { lineId, partId, quantity } = wrong;
      const { unitSerial } = await tx.em.findOneByOrFail(CountedLineRow, { id: lineId });
      if (condition !== null) {
        const { late } = await correctCount(tx, parcel, { lineId, partId, objection: null }, [{ partId, quantity, condition, unitSerial }]);
        if (late > 0) lateOf = parcel.id;
      }
      const sent = wrong.instruction === 'send_back' ? { carrier: request.carrier.trim(), waybillNumber: request.waybillNumber.trim() } : {};
      return save(tx, wrong, 'carry-out', sent);
    }, { request });
    // H-7: what was done stands whatever becomes of the reversal, which is tried again by itself.
    if (lateOf !== '') await this.reversals.tryDue(lateOf).catch(() => undefined);
    return answer;
  }
}

/** The parcel first, as a correction of its count takes it; a foreign wrong part is a missing one. */
async function locked(tx: Tx, { id, version }: { id: string; version: number }): Promise<{ wrong: WrongPartRow; parcel: ParcelAtSite }> {
  const { parcelId } = seen(tx.ctx, await tx.em.findOneBy(WrongPartRow, { id: idOr404(id, WHAT) }), WHAT);
  const parcel = await findParcel(tx, parcelId, { lock: true });
  const wrong = await tx.em.findOne(WrongPartRow, { where: { id }, lock: { mode: 'pessimistic_write' } });
  if (!parcel || !wrong) throw notFound(WHAT);
  expectVersion(wrong, version, { state: wrong.state });
  return { wrong, parcel: parcel as ParcelAtSite };
}

async function save(tx: Tx, wrong: WrongPartRow, action: WrongPartAction, values: Partial<WrongPartRow>) {
  const { id, dealerId, state: before } = wrong;
  const state = wrongPartSteps.next(action, before);
  const version = wrong.version + 1;
  await tx.em.update(WrongPartRow, { id }, { ...values, state, version });
  if (action === 'instruct') await awaitAnswer(tx, WRONG_PART_WAITS, id);
  else await tx.cancelDeadline(WRONG_PART_WAITS, id);
  await tx.audit({ action, kind: 'wrong_part', id, dealerId, changed: { state: { before, after: state }, ...(values.instruction ? { instruction: { after: values.instruction } } : {}) } });
  return { id, number: '', state, version };
}

interface Row {
  id: string;
  dealerId: string;
  state: WrongPartState;
  parcelId: string;
  parcelNumber: string;
  partId: string;
  partNumber: string;
  partName: string;
  quantity: number;
  instruction: string;
  note: string;
  carrier: string;
  waybillNumber: string;
  createdAt: string;
  version: number;
  sortAt: string;
}
