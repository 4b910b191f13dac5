import { inChain, sum, type DiscrepancyModel, type EndKind, type ObligationModel, type PartsModel, type SettlementModel, type SlipModel } from './model.js';
import { end, LATE_DAYS, outstandingOf, reverseSlip, stillCharged } from './returns.js';

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
 * P-8, H-1: pieces of a line that never arrived: what is outstanding goes first; then an excuse (of those that never left) and what a
 * stocktake charged are taken back, then what a surplus or a count had met, which is surplus again, and last what an exclusion charged.
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
  const takeCharges = (origin: SlipModel['origin']): { slip: SlipModel; quantity: number }[] =>
    charges(obligation).filter(({ slip }) => slip.origin === origin).map(({ slip, left: charged }) => ({ slip, quantity: take(charged) }));
  const own: Omit<SettlementModel, 'quantity' | 'on'> = as === 'shortage' ? { kind: 'shortage' } : { kind: 'excused', lost: true };
  const outstanding = take(outstandingOf(obligation));
  const excused = as === 'shortage' ? take(net(obligation, 'excused', 'excuse_reversed')) : 0;
  const converted = takeCharges('stocktake');
  const credit = take(net(obligation, 'credit', 'credit_reversed'));
  const returned = take(net(obligation, 'returned', 'return_reversed'));
  const excluded = takeCharges('exclusion');
  const back: [EndKind, number][] = [['excuse_reversed', excused], ['credit_reversed', credit], ['return_reversed', returned]];
  for (const [kind, quantity] of back) if (quantity > 0) obligation.settlements.push({ kind, quantity, on: model.day });
  const now = outstanding + excused + credit + returned;
  if (now > 0) obligation.settlements.push({ ...own, quantity: now, on: model.day });
  for (const { slip, quantity } of [...converted, ...excluded]) if (quantity > 0) uncharge(model, { obligation, slip, quantity }, own);
  free(model, obligation.part, credit + returned);
}

/** H-7: a reversing slip takes a charge back, and the pieces end otherwise. */
function uncharge(model: PartsModel, { obligation, slip, quantity }: { obligation: ObligationModel; slip: SlipModel; quantity: number }, own: Omit<SettlementModel, 'quantity' | 'on'>): void {
  obligation.settlements.push({ kind: 'conversion_reversed', quantity, on: model.day, slip }, { ...own, quantity, on: model.day });
  model.lateReturns.push({ id: '', part: obligation.part, quantity, state: 'reversed', refusedFor: null });
  reverseSlip(slip, obligation.part, quantity);
}

/** H-7: surplus that is free again meets what is owed of the part and of its chain, first due first, then what a stocktake charged of them in time, oldest charge first. */
function free(model: PartsModel, part: number, pieces: number): void {
  if (pieces === 0) return;
  model.surplus.push({ part, quantity: pieces, on: model.day, freed: true });
  let left = pieces;
  const use = (of: number, quantity: number): void => {
    left -= quantity;
    model.surplus.push({ part: of, quantity: -quantity, on: model.day });
  };
  for (const obligation of [...model.obligations].sort((a, b) => (a.dueOn ?? NEVER) - (b.dueOn ?? NEVER) || (a.id < b.id ? -1 : 1))) {
    const quantity = inChain(part, obligation.part) ? Math.min(left, outstandingOf(obligation)) : 0;
    if (quantity === 0) continue;
    use(obligation.part, quantity);
    end(model, obligation, { kind: 'credit', quantity });
  }
  const inTime = stillCharged(model).filter(({ obligation, on }) => inChain(part, obligation.part) && model.day - on <= LATE_DAYS);
  for (const { obligation, slip, left: charged } of inTime.sort((a, b) => (a.slip.confirmedAt ?? 0) - (b.slip.confirmedAt ?? 0) || (a.obligation.id < b.obligation.id ? -1 : 1))) {
    const quantity = Math.min(left, charged);
    if (quantity === 0) continue;
    use(obligation.part, quantity);
    uncharge(model, { obligation, slip, quantity }, { kind: 'credit' });
  }
}
