import type { ListChargeSlipsRequest } from '@aftercare/contracts';
import { allowedActions, moneyInWords } from '@aftercare/domain';
import type { CallContext } from '@aftercare/messaging';
import { Conditions, dealerScope, listStatement, type ListOrder, type Page, type Statement, type Tx } from '@aftercare/service';
import { partNames } from '../returns/return-parcel.reads.js';
import type { Slip } from './charge-slip.entity.js';
import { slipRefusal } from './charge-slip.rules.js';
import { linesOf, reversedOf } from './slip-lines.js';

/** F-2: the slip as it is read, with its total in Chinese capitals 大写. */
export async function slipAnswer(tx: Tx, slip: Slip) {
  const lines = await linesOf(tx, slip.id);
  const taken = await reversedOf(tx, lines);
  const names = await partNames(tx, lines.map((line) => line.partId));
  return {
    id: slip.id, number: slip.number ?? '', dealerId: slip.dealerId, direction: slip.direction, state: slip.state, origin: slip.origin,
    requestId: slip.requestId ?? '', reversesSlipId: slip.reversesSlipId ?? '', netTotal: slip.netTotal, taxTotal: slip.taxTotal,
    grossTotal: slip.grossTotal, grossInWords: moneyInWords(slip.grossTotal), taxRate: slip.taxRate, paymentMethod: slip.paymentMethod,
    invoiceWish: slip.invoiceWish, paid: slip.paid, reason: slip.reason, confirmedAt: slip.confirmedAt ?? '', month: slip.month ?? '',
    version: slip.version,
    allowedActions: allowedActions(tx.ctx, (['confirm', 'reverse'] as const).map((action) => ({ action, reason: slipRefusal(action, slip, tx.ctx.role) }))),
    lines: lines.map((line) => ({
      id: line.id, position: line.position, partId: line.partId, ...names.get(line.partId), quantity: line.quantity, unitPrice: line.unitPrice,
      netAmount: line.netAmount, taxAmount: line.taxAmount, reason: line.reason, originKind: line.originKind, originId: line.originId ?? '',
      reversedQuantity: taken.filter((each) => each.lineId === line.id).reduce((sum, each) => sum + each.quantity, 0),
    })),
  };
}

const NEWEST: ListOrder = { by: 'r.created_at', direction: 'desc', type: 'timestamptz' };

const LINE = `r.id, coalesce(r.number, '') as number, r.dealer_id as "dealerId", r.state, r.origin, r.gross_total::text as "grossTotal", r.paid,
  coalesce(r.month, '') as month, r.version, r.created_at::text as "sortAt"`;

/** Slips, newest first; a parent does not see its child's. */
export function listSlips(request: ListChargeSlipsRequest, ctx: CallContext, page: Page): Statement {
  const where = new Conditions()
    .when(request.dealerId, 'd', (id) => `r.dealer_id = ${id}::uuid`)
    .when(request.state, 's', (state) => `r.state = ${state}`)
    .when(request.requestId, 'r', (id) => `r.request_id = ${id}::uuid`);
  return listStatement({ name: 'slips', table: 'charge_slip', order: NEWEST, scope: { dealers: dealerScope(ctx, { money: true }) }, where, page, columns: LINE });
}

/** A row of listSlips. */
export interface SlipListRow {
  id: string;
  number: string;
  dealerId: string;
  state: string;
  origin: string;
  grossTotal: string;
  paid: boolean;
  month: string;
  version: number;
  sortAt: string;
}
