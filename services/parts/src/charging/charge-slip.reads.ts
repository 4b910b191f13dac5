import { allowedActions, moneyInWords } from '@aftercare/domain';
import type { Tx } from '@aftercare/service';
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

export const LIST_SLIPS = `
  select s.id, coalesce(s.number, '') as number, s.dealer_id as "dealerId", s.state, s.origin, s.gross_total::text as "grossTotal", s.paid,
         coalesce(s.month, '') as month, s.version, s.created_at::text as "sortAt"
    from charge_slip s
   where ($1::boolean or s.dealer_id = any($2::uuid[]))
     and ($3 = '' or s.dealer_id = nullif($3, '')::uuid) and ($4 = '' or s.state = $4) and ($5 = '' or s.request_id = nullif($5, '')::uuid)
     and ($6 = '' or (s.created_at, s.id) < (nullif($6, '')::timestamptz, nullif($7, '')::uuid))
   order by s.created_at desc, s.id desc limit $8`;

/** A row of LIST_SLIPS. */
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
