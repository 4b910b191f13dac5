import { Controller } from '@nestjs/common';
import { StockReportService, type ListUnitCostsRequest, type SetUnitCostRequest } from '@aftercare/contracts';
import { businessDate, isRealDate } from '@aftercare/domain';
import { Rpc, invalidField, type CallContext, type Handlers } from '@aftercare/messaging';
import { Conditions, Database, jsonPage, listStatement, pageOf, type JsonRow, type ListOrder } from '@aftercare/service';
import { requireRole } from '../actions.js';
import { partsById } from '../catalogue/part-lookup.js';
import { idOr404 } from '../documents.js';
import { keepCosts } from './unit-cost.js';
import { checkUnitCost } from './unit-cost.rules.js';

const NEWEST: ListOrder = { by: 'r.effective_from', direction: 'desc', type: 'date' };

const ROW = `r.id, r.effective_from::text as key,
  json_build_object('effectiveFrom', r.effective_from::text, 'unitCost', r.unit_cost::text, 'documentKind', r.document_kind, 'documentId', coalesce(r.document_id::text, ''),
    'reason', r.reason, 'enteredAt', iso(r.entered_at))::text as item`;

/** What the manufacturer pays for parts (P-1): finance, supervisors and the auditor alone know it (F-7). */
@Controller()
export class UnitCostHandlers implements Pick<Handlers<typeof StockReportService>, 'setUnitCost' | 'listUnitCosts'> {
  constructor(private readonly database: Database) {}

  @Rpc(StockReportService.method.setUnitCost)
  async setUnitCost(request: SetUnitCostRequest, ctx: CallContext) {
    requireRole(ctx, 'cost.set');
    const { effectiveFrom, unitCost, reason } = request;
    const partId = idOr404(request.partId, 'part');
    checkUnitCost(unitCost, 'unitCost');
    if (!isRealDate(effectiveFrom)) throw invalidField('effectiveFrom', 'This is not a calendar date.', 'INVALID_DATE');
    if (reason.trim() === '') throw invalidField('reason', 'Where does the figure come from?', 'REASON_MISSING');
    return this.database.command(ctx, async (tx) => {
      if (effectiveFrom > businessDate(await tx.now())) throw invalidField('effectiveFrom', 'What is paid is known from today at the latest.', 'DATE_IN_FUTURE');
      const part = (await partsById(tx, [partId], () => 'partId')).get(partId);
      await keepCosts(tx, [{ partId, unitCost }], { documentKind: 'manual', documentId: null, effectiveFrom, reason });
      await tx.audit({ action: 'set-cost', kind: 'part', id: partId, changed: { effectiveFrom: { after: effectiveFrom }, reason: { after: reason } } });
      return { id: partId, number: part?.number ?? '', state: 'active', version: 1 };
    }, { request });
  }

  @Rpc(StockReportService.method.listUnitCosts)
  async listUnitCosts(request: ListUnitCostsRequest, ctx: CallContext) {
    requireRole(ctx, 'cost.read');
    const page = pageOf(request.page, { list: 'unit-costs', key: 'date' });
    const where = new Conditions().add('p', (id) => `r.part_id = ${id}::uuid`, idOr404(request.partId, 'part'));
    const statement = listStatement({ name: 'unit_costs', table: 'part_cost', order: NEWEST, where, page, columns: ROW });
    return jsonPage(await this.database.many<JsonRow>(ctx, statement), page);
  }
}
