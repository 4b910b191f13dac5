import { allowedActions, moneyInWords } from '@aftercare/domain';
import type { Tx } from '@aftercare/service';
import { partNames } from '../returns/return-parcel.reads.js';
import { Slip } from './charge-slip.entity.js';
import { OFFERED_STEPS, slipRefusal } from './charge-slip.rules.js';
import { linesOf, reversedOf } from './slip-lines.js';

/** F-2: the slip as it is read, with its total in Chinese capitals 大写. */
export async function slipAnswer(tx: Tx, slip: Slip) {
  const lines = await linesOf(tx, slip.id);
  const taken = await reversedOf(tx, lines);
  const names = await partNames(tx, lines.flatMap(({ partId }) => partId ?? []));
  const reversed = slip.reversesSlipId ? await tx.em.findOneBy(Slip, { id: slip.reversesSlipId }) : null;
  return {
    id: slip.id, number: slip.number ?? '', dealerId: slip.dealerId, direction: slip.direction, state: slip.state, origin: slip.origin,
    requestId: slip.requestId ?? '', reversesSlipId: slip.reversesSlipId ?? '', netTotal: slip.netTotal, taxTotal: slip.taxTotal,
    grossTotal: slip.grossTotal, grossInWords: moneyInWords(slip.grossTotal), taxRate: slip.taxRate, paymentMethod: slip.paymentMethod,
    invoiceWish: slip.invoiceWish, paid: slip.paid, reason: slip.reason, confirmedAt: slip.confirmedAt ?? '', month: slip.month ?? '',
    claimId: slip.claimId ?? '', claimNumber: slip.claimNumber, callNumber: slip.callNumber, payeeKind: slip.payeeKind, evidence: slip.evidence,
    discardReason: slip.discardReason, createdAt: slip.createdAt, reversesSlipNumber: reversed?.number ?? '', version: slip.version,
    allowedActions: allowedActions(tx.ctx, OFFERED_STEPS.map((action) => ({ action, reason: slipRefusal(action, slip, tx.ctx.role) }))),
    lines: lines.map((line) => ({
      id: line.id, position: line.position, partId: line.partId ?? '', ...names.get(line.partId ?? ''), quantity: line.quantity, unitPrice: line.unitPrice,
      netAmount: line.netAmount, taxAmount: line.taxAmount, reason: line.reason, originKind: line.originKind, originId: line.originId ?? '',
      reversedQuantity: taken.filter((each) => each.lineId === line.id).reduce((sum, each) => sum + each.quantity, 0),
    })),
  };
}
