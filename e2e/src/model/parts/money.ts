import { sum, type PartsModel, type ShipmentModel, type SlipLineModel, type SlipModel } from './model.js';

const TAX_PERCENT = 13;

/** Fen of a line without tax and its tax, each rounded half up (F-2). */
export function amountsOf({ unitPrice, quantity }: { unitPrice: number; quantity: number }): { net: number; tax: number } {
  const net = unitPrice * quantity;
  return { net, tax: Math.floor((net * TAX_PERCENT * 2 + 100) / 200) };
}

export const netOf = ({ lines }: SlipModel): number => sum(lines, (line) => amountsOf(line).net);
export const grossOf = ({ lines }: SlipModel): number => sum(lines, (line) => amountsOf(line).net + amountsOf(line).tax);

/** What is still owed of a confirmed slip. */
export const owedOf = (slip: SlipModel): number => grossOf(slip) - sum(slip.lines, ({ reversed }) => reversed.net + reversed.tax) - slip.paid;

export const isPaid = (slip: SlipModel): boolean => slip.paid >= grossOf(slip);

/** A share of fen by pieces; the fen left over goes to the larger rest, and to the first of two equal ones. */
export function share(fen: number, pieces: number, all: number): number {
  const [mine, others] = [fen * pieces, fen * (all - pieces)];
  const left = fen - Math.floor(mine / all) - Math.floor(others / all);
  return Math.floor(mine / all) + (left > 0 && mine % all >= others % all ? left : 0);
}

/** F-5: what a reversal of pieces takes of a line: its share of what is left, the last pieces all of it. */
export function reverse(line: SlipLineModel, pieces: number): { net: number; tax: number } {
  const { net, tax } = amountsOf(line);
  const left = line.quantity - line.reversed.quantity;
  const taken = { net: share(net - line.reversed.net, pieces, left), tax: share(tax - line.reversed.tax, pieces, left) };
  line.reversed = { quantity: line.reversed.quantity + pieces, net: line.reversed.net + taken.net, tax: line.reversed.tax + taken.tax };
  return taken;
}

/** What must be held for a shipment, slip by slip, or that something of it is not paid (P-9). */
export type Gate = 'unpaid' | { slip: SlipModel; amount: number }[];

export function creditNeeded(model: PartsModel, shipment: ShipmentModel): Gate {
  const needed = new Map<SlipModel, number>();
  for (const { line, quantity } of shipment.lines) {
    if (line.supplyKind !== 'charged') continue;
    const slip = model.slips.find((each) => each.state !== 'void' && each.lines.some((own) => own.line === line));
    if (!slip || slip.state !== 'confirmed' || (!isPaid(slip) && !slip.onAccount)) return 'unpaid';
    const own = slip.lines.find((each) => each.line === line);
    if (isPaid(slip) || !own) continue;
    const gross = amountsOf(own).net + amountsOf(own).tax;
    const upTo = (pieces: number): number => share(gross, pieces, line.quantity);
    const arrived = line.shipped - line.missing;
    needed.set(slip, (needed.get(slip) ?? 0) + upTo(arrived + quantity) - upTo(arrived));
  }
  return [...needed].map(([slip, amount]) => ({ slip, amount })).sort((a, b) => (a.slip.id < b.slip.id ? -1 : 1));
}

/** P-9: limit less what is owed on account and held; what is paid of a slip frees its room. */
export function roomOf(model: PartsModel): number {
  const used = sum(model.slips.filter(({ state }) => state === 'confirmed'), (slip) => {
    const owed = owedOf(slip);
    if (owed <= 0) return 0;
    const held = sum(model.holds.filter((each) => each.slip === slip), ({ amount }) => amount);
    return slip.onAccount && slip.origin !== 'request' ? owed : Math.min(held, owed);
  });
  return (model.creditLimit ?? 0) - used;
}

/** P-9: holds room for a shipment once; room exactly equal is enough. False when there is none. */
export function hold(model: PartsModel, shipment: ShipmentModel, { slip, amount }: { slip: SlipModel; amount: number }): boolean {
  const mine = model.holds.filter((each) => each.slip === slip);
  if (mine.some((each) => each.shipment === shipment)) return true;
  const wanted = Math.min(amount, owedOf(slip) - sum(mine, (each) => each.amount));
  if (wanted <= 0) return true;
  if (model.creditLimit === null || wanted > roomOf(model)) return false;
  model.holds.push({ slip, shipment, amount: wanted });
  return true;
}
