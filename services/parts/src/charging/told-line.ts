import { negateMoney } from '@aftercare/domain';
import type { SlipLineRow } from './charge-slip.entity.js';

/** A slip's line as events tell it, of a reversing slip what it takes back: pieces and amounts positive. */
export function toldLine(line: SlipLineRow, taxRate: string) {
  const { partId, unitPrice, reason } = line;
  const reversed = line.quantity < 0;
  const amount = (value: string): string => (reversed ? negateMoney(value) : value);
  return {
    partId: partId ?? '', quantity: Math.abs(line.quantity), unitPrice, reason, taxRate, netAmount: amount(line.netAmount), taxAmount: amount(line.taxAmount),
    revenueNet: amount(line.revenueNet), revenueQuantity: Math.abs(line.revenueQuantity),
  };
}
