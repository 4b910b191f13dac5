import { Controller } from '@nestjs/common';
import {
  OpeningService, type ApproveOpeningRequest, type DiscardOpeningRequest, type GetOpeningRequest, type ListOpeningLinesRequest, type ListOpeningsRequest, type ReverseOpeningRequest,
} from '@aftercare/contracts';
import { allowedActions, newId, refusalReason } from '@aftercare/domain';
import { JsonText, Rpc, ServiceError, invalidField, notFound, type CallContext, type Handlers } from '@aftercare/messaging';
import { Conditions, Database, expectVersion, jsonPage, listStatement, pageOf, postgresError, type JsonRow, type ListOrder, type Tx } from '@aftercare/service';
import { actionEntry, mayAct, requireManufacturer, requireRole, requireSite } from '../actions.js';
import { filterId, idOr404, refOf } from '../documents.js';
import { bookOpening } from './book-opening.js';
import { OpeningRow } from './opening.entity.js';
import { OPENING_KINDS, openingSteps, requireReversible, requireSecondPerson, type OpeningState } from './opening.rules.js';

const NEWEST: ListOrder = { by: 'r.created_at', direction: 'desc', type: 'timestamptz' };
const BY_NUMBER: ListOrder = { by: 'r.part_number', direction: 'asc', type: 'text' };

const HEAD = (d: string): string => `'id', ${d}.id, 'number', ${d}.number, 'kind', ${d}.kind, 'warehouseId', coalesce(${d}.warehouse_id::text, ''),
  'dealerId', coalesce(${d}.dealer_id::text, ''), 'cutOverOn', ${d}.cut_over_on::text, 'state', ${d}.state, 'reversesId', coalesce(${d}.reverses_id::text, ''),
  'createdAt', iso(${d}.created_at), 'version', ${d}.version`;

const SUMMARY = `r.id, iso(r.created_at) as key, json_build_object(${HEAD('r')})::text as item`;

const ONE = `
  select d.state, d.created_by as "createdBy", d.reverses_id as "reversesId",
         exists (select from opening_document v where v.reverses_id = d.id and v.state <> 'discarded') as "hasReversal",
         json_build_object(${HEAD('d')}, 'reason', d.reason, 'approvedAt', coalesce(iso(d.approved_at), ''), 'lineCount', lines.count, 'quantity', lines.pieces)::text as item
    from opening_document d cross join lateral (
      select count(*)::int as count, coalesce(sum(l.quantity), 0)::int as pieces from opening_line l where l.document_id = coalesce(d.reverses_id, d.id)) lines
   where d.id = $1`;

const line = (costs: boolean): string => `r.id, r.part_number as key,
  json_build_object('partId', r.part_id, 'partNumber', r.part_number, 'partName', p.name, 'quantity', r.quantity,
    'unitCost', ${costs ? `coalesce(r.unit_cost::text, '')` : `''`}, 'unitSerial', r.unit_serial, 'dueOn', coalesce(r.due_on::text, ''),
    'obligationId', coalesce((select o.id::text from obligation o where o.opening_line_id = r.id), ''))::text as item`;

interface Head {
  state: OpeningState;
  createdBy: string;
  reversesId: string | null;
  hasReversal: boolean;
  item: string;
}

/** Going live (X-9): opening stock and opening holdings. */
@Controller()
export class OpeningHandlers implements Handlers<typeof OpeningService> {
  constructor(private readonly database: Database) {}

  @Rpc(OpeningService.method.approveOpening)
  async approveOpening(request: ApproveOpeningRequest, ctx: CallContext) {
    requireRole(ctx, 'opening.approve');
    return this.database.command(ctx, async (tx) => {
      const document = await lockOpening(tx, request);
      openingSteps.next('approve', document.state);
      requireSecondPerson(ctx.userId, document.createdBy);
      if (document.reversesId !== null) await endReversed(tx, document.reversesId);
      await bookOpening(tx, document);
      return take(tx, document, 'approve', { approvedBy: ctx.userId, approvedAt: await tx.now() });
    }, { request });
  }

  @Rpc(OpeningService.method.discardOpening)
  async discardOpening(request: DiscardOpeningRequest, ctx: CallContext) {
    requireRole(ctx, 'opening.discard');
    if (request.reason.trim() === '') throw invalidField('reason', 'Why is it thrown away?', 'REASON_MISSING');
    return this.database.command(ctx, async (tx) => {
      const document = await lockOpening(tx, request);
      if (document.warehouseId !== null) requireSite(ctx, document.warehouseId);
      return take(tx, document, 'discard', { reason: request.reason });
    }, { request });
  }

  /** X-9: the reversal is a document of its own, which somebody else approves. */
  @Rpc(OpeningService.method.reverseOpening)
  async reverseOpening(request: ReverseOpeningRequest, ctx: CallContext) {
    requireRole(ctx, 'opening.draft');
    if (request.reason.trim() === '') throw invalidField('reason', 'Why is it reversed?', 'REASON_MISSING');
    return this.database.command(ctx, async (tx) => {
      const document = await lockOpening(tx, request);
      requireReversible(document);
      if (document.warehouseId !== null) requireSite(ctx, document.warehouseId);
      return refOf(await insertReversal(tx, document, request.reason));
    }, { request });
  }

  @Rpc(OpeningService.method.getOpening)
  async getOpening(request: GetOpeningRequest, ctx: CallContext) {
    const row = await this.head(request.id, ctx);
    return new JsonText(`${row.item.slice(0, -1)},"allowedActions":${JSON.stringify(actionsOf(ctx, row))}}`);
  }

  @Rpc(OpeningService.method.listOpeningLines)
  async listOpeningLines(request: ListOpeningLinesRequest, ctx: CallContext) {
    const { reversesId } = await this.head(request.id, ctx);
    const page = pageOf(request.page, { list: 'opening-lines' });
    const where = new Conditions().add('d', (id) => `r.document_id = ${id}::uuid`, reversesId ?? request.id);
    const costs = mayAct(ctx, 'cost.read');
    const name = costs ? 'opening_lines_cost' : 'opening_lines_list';
    const statement = listStatement({ name, table: 'opening_line', order: BY_NUMBER, where, page, columns: line(costs), joins: 'join part p on p.id = r.part_id' });
    return jsonPage(await this.database.many<JsonRow>(ctx, statement), page);
  }

  @Rpc(OpeningService.method.listOpenings)
  async listOpenings(request: ListOpeningsRequest, ctx: CallContext) {
    requireManufacturer(ctx);
    if (request.state !== '' && !(openingSteps.states as readonly string[]).includes(request.state)) throw invalidField('state', 'This is no state of an opening.');
    if (request.kind !== '' && !(OPENING_KINDS as readonly string[]).includes(request.kind)) throw invalidField('kind', 'Stock or holdings.');
    const page = pageOf(request.page, { list: 'openings', key: 'instant' });
    const where = new Conditions()
      .when(request.kind, 'k', (kind) => `r.kind = ${kind}`)
      .when(request.state, 's', (state) => `r.state = ${state}`)
      .when(filterId(request.warehouseId, 'warehouseId'), 'w', (id) => `r.warehouse_id = ${id}::uuid`)
      .when(filterId(request.dealerId, 'dealerId'), 'd', (id) => `r.dealer_id = ${id}::uuid`);
    const statement = listStatement({ name: 'openings', table: 'opening_document', order: NEWEST, where, page, columns: SUMMARY });
    return jsonPage(await this.database.many<JsonRow>(ctx, statement), page);
  }

  private async head(id: string, ctx: CallContext): Promise<Head> {
    requireManufacturer(ctx);
    const row = await this.database.one<Head>(ctx, { name: 'opening_one', text: ONE, values: [idOr404(id, 'opening')] });
    if (!row) throw notFound('opening');
    return row;
  }
}

function actionsOf(ctx: CallContext, { state, createdBy, reversesId, hasReversal }: Head) {
  const refusal = (action: 'approve' | 'discard'): string | undefined => refusalReason(() => openingSteps.next(action, state));
  return allowedActions(ctx, [
    actionEntry(ctx, { action: 'approve', key: 'opening.approve', refusal: refusal('approve') ?? refusalReason(() => requireSecondPerson(ctx.userId, createdBy)) }),
    actionEntry(ctx, { action: 'discard', key: 'opening.discard', refusal: refusal('discard') }),
    actionEntry(ctx, { action: 'reverse', key: 'opening.draft', refusal: refusalReason(() => requireReversible({ state, reversesId })) ?? (hasReversal ? 'ALREADY_REVERSED' : undefined) }),
  ]);
}

async function insertReversal(tx: Tx, document: OpeningRow, reason: string): Promise<OpeningRow> {
  const number = await tx.nextNumber('opening_document', { prefix: 'OP', gapFree: false });
  const row: OpeningRow = {
    ...document, id: newId(), number, state: openingSteps.initial, reversesId: document.id, reason, createdBy: tx.ctx.userId, createdAt: await tx.now(), approvedBy: null, approvedAt: null, version: 1,
  };
  await tx.em.insert(OpeningRow, row).catch((error: unknown) => {
    if (postgresError(error)?.code !== '23505') throw error;
    throw new ServiceError('failed_precondition', 'ALREADY_REVERSED', 'A reversal of this document was drafted already.');
  });
  await tx.audit({ action: 'reverse', kind: 'opening_document', id: row.id, dealerId: row.dealerId, changed: { reverses: { after: document.id }, reason: { after: reason } } });
  return row;
}

/** The opening that a reversal takes back is reversed with it. */
async function endReversed(tx: Tx, id: string): Promise<void> {
  const reversed = await tx.em.findOne(OpeningRow, { where: { id }, lock: { mode: 'pessimistic_write' } });
  if (!reversed) throw notFound('opening');
  await take(tx, reversed, 'reverse', {});
}

async function lockOpening(tx: Tx, { id, version }: { id: string; version: number }): Promise<OpeningRow> {
  const row = await tx.em.findOne(OpeningRow, { where: { id: idOr404(id, 'opening') }, lock: { mode: 'pessimistic_write' } });
  if (!row) throw notFound('opening');
  expectVersion(row, version, { state: row.state });
  return row;
}

async function take(tx: Tx, row: OpeningRow, step: 'approve' | 'discard' | 'reverse', values: Partial<OpeningRow>) {
  const before = row.state;
  Object.assign(row, values, { state: openingSteps.next(step, row.state), version: row.version + 1 });
  await tx.em.update(OpeningRow, { id: row.id }, { ...values, state: row.state, version: row.version });
  await tx.audit({ action: step, kind: 'opening_document', id: row.id, dealerId: row.dealerId, changed: { state: { before, after: row.state }, ...(values.reason ? { reason: { after: values.reason } } : {}) } });
  return refOf(row);
}
