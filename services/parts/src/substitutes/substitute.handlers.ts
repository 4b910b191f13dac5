import { Controller } from '@nestjs/common';
import { SubstituteService, type AcceptSubstituteRequest, type ListSubstitutesRequest } from '@aftercare/contracts';
import { Bus, Rpc, type CallContext, type Handlers } from '@aftercare/messaging';
import { Database, findRow, refuseTerminated, seen, type Tx } from '@aftercare/service';
import { requireRole } from '../actions.js';
import { keepServed } from '../back-orders/keep-expected.js';
import { partsById } from '../catalogue/part-lookup.js';
import { replacesOf } from '../catalogue/supersession-links.js';
import { predecessors, successors, type Replaces } from '../catalogue/supersession.rules.js';
import { idOr404, refOf } from '../documents.js';
import { lockParts } from '../ledger/allocate.js';
import { pickApproved } from '../picking/make-picking.js';
import { lineOf, linesOf, lockRequest, saveRequest } from '../requests/change-request.js';
import { PartsRequest, type PartsRequestLine } from '../requests/parts-request.entity.js';
import { checkStillNeeded } from '../requests/parts-request.rules.js';
import { askCall, standingOf } from '../requests/still-needed.js';
import { checkExchange, exchangeRefusal, shortQuantity, substitutesFor, type InStock } from './substitute.rules.js';

/** What is there where the part asked for is not (P-7, P-11). */
@Controller()
export class SubstituteHandlers implements Handlers<typeof SubstituteService> {
  constructor(
    private readonly database: Database,
    private readonly bus: Bus,
  ) {}

  /** P-11: dealers learn which parts would serve their lines, not how many there are (P-1). Errors: NOT_FOUND. */
  @Rpc(SubstituteService.method.listSubstitutes)
  async listSubstitutes(request: ListSubstitutesRequest, ctx: CallContext) {
    const id = idOr404(request.id, 'parts request');
    return this.database.read(ctx, async (tx) => {
      seen(ctx, await findRow(tx, PartsRequest, id), 'parts request');
      return { items: await proposals(tx, await linesOf(tx, id)) };
    });
  }

  /**
   * P-7, P-11: the line gets the other part, while it is still needed (P-5, R-2, D-1). Errors: CALL_CLOSED, CALL_MOVED, DEALER_NOT_ACTIVE, DEALER_SUSPENDED,
   * SUBSTITUTE_CHARGED, SUBSTITUTE_PARTLY_THERE, SUBSTITUTE_NOT_OFFERED, DEALER_TERMINATED, STEP_NOT_ALLOWED, STALE_VERSION.
   */
  @Rpc(SubstituteService.method.acceptSubstitute)
  async acceptSubstitute(request: AcceptSubstituteRequest, ctx: CallContext) {
    requireRole(ctx, 'request.substitute');
    const partId = idOr404(request.partId, 'part');
    const call = await askCall({ database: this.database, bus: this.bus, ctx }, request);
    return this.database.command(ctx, async (tx) => {
      await refuseTerminated(tx);
      const locked = await lockRequest(tx, request, { lineIds: [request.lineId], partIds: [partId] });
      checkStillNeeded(locked.request, { call, standing: await standingOf(tx, locked.request.dealerId) });
      const before = lineOf(locked.lines, request.lineId).partId;
      await lockParts(tx, [before, partId]);
      // An arrival may have served the waiting line before the parts were ours: what counts is what stands there now.
      locked.lines = await linesOf(tx, locked.request.id);
      const line = lineOf(locked.lines, request.lineId);
      await exchange(tx, locked.request, { line, partId });
      await saveRequest(tx, locked, [line]);
      await tx.audit({ action: 'substitute', kind: 'parts_request_line', id: line.id, dealerId: line.dealerId, changed: { partId: { before, after: partId } } });
      return refOf(locked.request);
    }, { request });
  }
}

/** The line is for the other part; one that is approved gets its pieces on a picking order, its verdict and return due stay as they were decided (P-6). */
async function exchange(tx: Tx, request: PartsRequest, { line, partId }: { line: PartsRequestLine; partId: string }): Promise<void> {
  const replaces = await replacesOf(tx);
  checkExchange(line, substitutesFor(line, replaces, await inStock(tx, chainOf(line.partId, replaces))), partId);
  line.partId = partId;
  if (line.state !== 'approved') return;
  const short = await pickApproved(tx, { requestId: request.id, dealerId: request.dealerId, urgency: request.urgency }, [{ lineId: line.id, partId, quantity: line.quantity }]);
  line.backorderedQuantity = short.get(line.id) ?? 0;
  if (line.backorderedQuantity === 0) await keepServed(tx, [line.id]);
}

async function proposals(tx: Tx, lines: readonly PartsRequestLine[]) {
  const replaces = await replacesOf(tx);
  const chained = lines.filter(({ partId }) => chainOf(partId, replaces).length > 1);
  const partIds = [...new Set(chained.flatMap(({ partId }) => chainOf(partId, replaces)))];
  if (partIds.length === 0) return [];
  const stock = await inStock(tx, partIds);
  const parts = await partsById(tx, partIds);
  return chained.flatMap((line) => substitutesFor(line, replaces, stock).map(({ partId, newer }) => ({
    lineId: line.id, position: line.position, partId: line.partId, partNumber: parts.get(line.partId)?.number ?? '', shortQuantity: shortQuantity(line, stock),
    substitutePartId: partId, substitutePartNumber: parts.get(partId)?.number ?? '', substitutePartName: parts.get(partId)?.name ?? '', newer, refusal: exchangeRefusal(line) ?? '',
  })));
}

/** The part with all that it replaces and that replace it. */
function chainOf(partId: string, replaces: Replaces): string[] {
  return [partId, ...successors(partId, replaces), ...predecessors(partId, replaces)];
}

const AVAILABLE = `
  select balance.part_id as "partId", sum(balance.on_hand - balance.reserved)::int as pieces
    from stock_balance balance join warehouse on warehouse.id = balance.warehouse_id
   where balance.part_id = any($1::uuid[]) and warehouse.kind = 'receiving' group by balance.part_id`;

/** Pieces that the shipping warehouses could promise, by part. */
async function inStock(tx: Tx, partIds: readonly string[]): Promise<InStock> {
  const rows = await tx.sql<{ partId: string; pieces: number }>({ name: 'substitutes_in_stock', text: AVAILABLE, values: [partIds] });
  return new Map(rows.map(({ partId, pieces }) => [partId, pieces]));
}
