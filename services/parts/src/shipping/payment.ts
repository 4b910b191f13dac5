import { findRows, type Tx } from '@aftercare/service';
import { slipGate, type SlipGateRow } from '../charging/open-slip.js';
import type { PartsRequestLine } from '../requests/parts-request.entity.js';
import { ShippingLine } from './shipping-order.entity.js';
import { paymentGate, type CreditNeeded } from './shipping.rules.js';

/** The lines of a shipping order, in one order. */
export const shippingLinesOf = (tx: Tx, shippingOrderId: string): Promise<ShippingLine[]> => findRows(tx, ShippingLine, { by: 'shippingOrderId', is: shippingOrderId, order: 'id' });

/** The slip behind each charged line of a shipment (P-9). */
export async function gateOf(tx: Tx, lines: readonly ShippingLine[]): Promise<Map<string, SlipGateRow>> {
  const charged = lines.filter((line) => line.supplyKind === 'charged').map((line) => line.requestLineId);
  const rows = charged.length === 0 ? [] : await slipGate(tx, charged);
  return new Map(rows.map((row) => [row.requestLineId, row]));
}

/** P-9: what is to be held before the shipment leaves. Refuses as paymentGate. */
export function creditFor(lines: readonly ShippingLine[], requestLines: readonly PartsRequestLine[], gate: Map<string, SlipGateRow>): CreditNeeded[] {
  const charged = lines.filter((line) => line.supplyKind === 'charged');
  return paymentGate(charged.map((line) => {
    const ordered = requestLines.find((each) => each.id === line.requestLineId);
    return {
      requestLineId: line.requestLineId,
      ordered: ordered?.quantity ?? line.quantity,
      shippedBefore: (ordered?.shippedQuantity ?? 0) - (ordered?.missingQuantity ?? 0),
      quantity: line.quantity,
      slip: gate.get(line.requestLineId),
    };
  }));
}
