import { addMoney, compareMoney, splitByLargestRemainder, subtractMoney } from './money.js';

/** A line of a charge slip as far as its revenue goes; amounts without tax. */
export interface EarningLine {
  quantity: number;
  netAmount: string;
  /** Pieces that left the warehouse on it, reversed or not. */
  shippedQuantity: number;
  reversedQuantity: number;
  reversedNet: string;
  /** Of the line, what has become revenue and was not reversed. */
  revenueQuantity: number;
  revenueNet: string;
}

/** A part of a line. */
export interface LinePart {
  quantity: number;
  netAmount: string;
}

/**
 * F-8: what becomes revenue when further pieces of a line ship: a partial shipment its share of the line, the last one all
 * that is still a prepayment, and never more than that.
 */
export function revenueOfShipment(line: EarningLine, pieces: number): string {
  const open = prepaid(line);
  if (pieces >= open.quantity) return open.netAmount;
  const share = subtractMoney(shareUpTo(line, line.shippedQuantity + pieces), shareUpTo(line, line.shippedQuantity));
  return compareMoney(share, open.netAmount) > 0 ? open.netAmount : share;
}

/** The line once they have shipped. */
export function afterShipment<L extends EarningLine>(line: L, pieces: number): L {
  return {
    ...line, shippedQuantity: line.shippedQuantity + pieces, revenueQuantity: line.revenueQuantity + Math.min(pieces, prepaid(line).quantity),
    revenueNet: addMoney(line.revenueNet, revenueOfShipment(line, pieces)),
  };
}

/**
 * F-8: of what is reversed, the part that had become revenue: a reversal takes first what never had. One that leaves no piece to ship
 * takes the whole prepayment, so that what rounding left of it becomes revenue: then the part is a fen below zero.
 */
export function revenueOfReversal(line: EarningLine, reversed: LinePart): LinePart {
  const open = prepaid(line);
  const whole = reversed.quantity >= open.quantity || compareMoney(reversed.netAmount, open.netAmount) > 0;
  return { quantity: Math.max(0, reversed.quantity - open.quantity), netAmount: whole ? subtractMoney(reversed.netAmount, open.netAmount) : '0.00' };
}

/** F-8: what of a line is neither revenue nor reversed: paid and not shipped, it is a prepayment. */
export function prepaid(line: EarningLine): LinePart {
  return {
    // What was missing is shipped again, so that more may have left than is charged.
    quantity: Math.max(0, line.quantity - line.reversedQuantity - line.revenueQuantity),
    netAmount: subtractMoney(subtractMoney(line.netAmount, line.reversedNet), line.revenueNet),
  };
}

function shareUpTo({ quantity, netAmount }: EarningLine, pieces: number): string {
  if (pieces >= quantity) return netAmount;
  return pieces === 0 ? '0.00' : splitByLargestRemainder(netAmount, [pieces, quantity - pieces])[0];
}
