import { sum, type DiscrepancyModel, type EndKind, type ObligationModel, type PartsModel, type SettlementModel, type SlipModel } from './model.js';
import { end, outstandingOf, reverseSlip } from './returns.js';

const NEVER = 1_000_000;

/** Pieces that ended so, less those of which that was taken back. */
export function net({ settlements }: Pick<ObligationModel, 'settlements'>, kind: EndKind, back: EndKind): number {
  const of = (wanted: EndKind): number => sum(settlements.filter((each) => each.kind === wanted), ({ quantity }) => quantity);
  return of(kind) - of(back);
}

/** What is not returned of what a slip charges, slip by slip in the order of the charges. */
function charges({ settlements }: ObligationModel): { slip: SlipModel; left: number }[] {
  const slips = [...new Set(settlements.flatMap(({ kind, slip }) => (kind === 'charged' && slip ? [slip] : [])))];
  return slips.map((slip) => ({ slip, left: sum(settlements.filter((each) => each.slip === slip), ({ kind, quantity }) => (kind === 'charged' ? quantity : -quantity)) }));
}

/**
 * P-8, H-1: pieces of a line that never arrived: what is outstanding goes first; what an excuse (of those that never left), a surplus or a
 * count had ended is taken back, and what those two had met is surplus again, which meets what else is owed; a charge is reversed.
 */
export function endMissing(model: PartsModel, { of, missing }: DiscrepancyModel, as: 'shortage' | 'excused'): void {
  const obligation = model.obligations.find((each) => each.of === of);
  if (!obligation) return;
  const before = as === 'shortage' ? 0 : sum(obligation.settlements.filter(({ lost }) => lost), ({ quantity }) => quantity);
  let left = Math.max(0, missing - before);
  const take = (pieces: number): number => {
    const taken = Math.min(left, pieces);
    left -= taken;
    return taken;
  };
  const own: Omit<SettlementModel, 'quantity' | 'on'> = as === 'shortage' ? { kind: 'shortage' } : { kind: 'excused', lost: true };
  const outstanding = take(outstandingOf(obligation));
  const excused = as === 'shortage' ? take(net(obligation, 'excused', 'excuse_reversed')) : 0;
  const credit = take(net(obligation, 'credit', 'credit_reversed'));
  const returned = take(net(obligation, 'returned', 'return_reversed'));
  const back: [EndKind, number][] = [['excuse_reversed', excused], ['credit_reversed', credit], ['return_reversed', returned]];
  for (const [kind, quantity] of back) if (quantity > 0) obligation.settlements.push({ kind, quantity, on: model.day });
  const now = outstanding + excused + credit + returned;
  if (now > 0) obligation.settlements.push({ ...own, quantity: now, on: model.day });
  free(model, obligation.part, credit + returned);
  for (const { slip, left: charged } of charges(obligation)) {
    const quantity = take(charged);
    if (quantity === 0) continue;
    obligation.settlements.push({ kind: 'conversion_reversed', quantity, on: model.day, slip }, { ...own, quantity, on: model.day });
    model.lateReturns.push({ id: '', part: obligation.part, quantity, state: 'reversed', refusedFor: null });
    reverseSlip(slip, obligation.part, quantity);
  }
}

/** H-7: surplus that is free again meets what is owed of the part, first due first. */
function free(model: PartsModel, part: number, pieces: number): void {
  if (pieces === 0) return;
  model.surplus.push({ part, quantity: pieces, on: model.day });
  let left = pieces;
  for (const obligation of [...model.obligations].sort((a, b) => (a.dueOn ?? NEVER) - (b.dueOn ?? NEVER) || (a.id < b.id ? -1 : 1))) {
    const quantity = obligation.part === part ? Math.min(left, outstandingOf(obligation)) : 0;
    if (quantity === 0) continue;
    left -= quantity;
    model.surplus.push({ part, quantity: -quantity, on: model.day });
    end(model, obligation, { kind: 'credit', quantity });
  }
}
