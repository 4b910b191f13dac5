import { reverse } from './money.js';
import {
  inChain, refused, sum, type Condition, type CountedModel, type EndKind, type ObligationModel, type ParcelModel, type PartsModel, type Refused, type Serial, type SettlementModel, type SlipModel,
} from './model.js';
import { arrive } from './stock.js';

/** In which a late return, or surplus, takes a charge back. */
export const LATE_DAYS = 90;
const NEVER = 1_000_000;

/** H-1, H-1a: the sums of an obligation. */
export function tally({ shipped, settlements }: ObligationModel): { issued: number; returned: number; charged: number; excused: number; outstanding: number } {
  const of = (...kinds: EndKind[]): number => sum(settlements.filter(({ kind }) => kinds.includes(kind)), ({ quantity }) => quantity);
  const returned = of('returned', 'credit') - of('return_reversed', 'credit_reversed');
  const [issued, charged, excused] = [shipped - of('shortage'), of('charged') - of('conversion_reversed'), of('excused') - of('excuse_reversed')];
  return { issued, returned, charged, excused, outstanding: issued - returned - charged - excused };
}

export const outstandingOf = (obligation: ObligationModel): number => tally(obligation).outstanding;

/** H-1: pieces end once; false when fewer are outstanding. */
export function end(model: PartsModel, obligation: ObligationModel, ended: Omit<SettlementModel, 'on'>): boolean {
  if (ended.quantity > outstandingOf(obligation)) return false;
  obligation.settlements.push({ ...ended, on: model.day });
  return true;
}

/** H-1: why pieces cannot be ended. */
export function endRefusal(obligation: ObligationModel, quantity: number): Refused | undefined {
  if (outstandingOf(obligation) === 0) return refused('NOTHING_OUTSTANDING');
  return quantity > outstandingOf(obligation) ? refused('MORE_THAN_OUTSTANDING') : undefined;
}

/** H-1: why a due date is not put off to a day. */
export function extendRefusal(model: PartsModel, obligation: ObligationModel, to: number): Refused | undefined {
  if (outstandingOf(obligation) === 0) return refused('NOTHING_OUTSTANDING');
  if (obligation.dueOn === null) return refused('NOT_DELIVERED');
  return to <= obligation.dueOn || to < model.day ? refused('DATE_INVALID', 400) : undefined;
}

/** What a counter enters. */
export interface Counted {
  part: number;
  quantity: number;
  serial: Serial;
  condition: Condition;
}

/** Pieces of an obligation that a slip of a stocktake charges and that have not come back. */
interface Charged {
  obligation: ObligationModel;
  slip: SlipModel;
  on: number;
  left: number;
}

/**
 * H-1a, H-5, H-7: counted pieces meet the same serial first, then what is due first; of what exceeds all that is outstanding, pieces that a
 * stocktake charged take the charge back within the set days or are refused, and the rest is surplus. Each goes where its condition says.
 */
export function count(model: PartsModel, parcel: ParcelModel, lines: readonly Counted[]): void {
  const counted = lines.map((line): CountedModel => ({ ...line, met: 0, surplus: 0, late: 0, refused: 0 }));
  const right = counted.filter(({ condition }) => condition !== 'wrong_part');
  for (const line of right) if (line.serial !== '') meet(model, line, ({ serial }) => serial === line.serial);
  for (const line of right) meet(model, line, () => true);
  const charged = stillCharged(model);
  const late = right.flatMap((line) => comeLate(model, charged, { line, arrivedOn: parcel.receivedOn ?? model.day }));
  for (const line of right) {
    line.surplus = line.quantity - line.met - line.late - line.refused;
    if (line.surplus > 0) model.surplus.push({ part: line.part, quantity: line.surplus, on: model.day });
  }
  Object.assign(parcel, { state: 'counted', counted, countedOn: model.day });
  const pieces = right.filter(({ condition }) => condition === 'reusable').map((line) => ({ part: line.part, quantity: line.quantity - line.refused }));
  arrive(model, parcel.site ?? 0, pieces);
  takeBack(model, late);
}

function meet(model: PartsModel, line: CountedModel, fits: (obligation: ObligationModel) => boolean): void {
  const byDue = [...model.obligations].sort((a, b) => (a.dueOn ?? NEVER) - (b.dueOn ?? NEVER) || (a.id < b.id ? -1 : 1));
  for (const obligation of byDue) {
    if (!inChain(line.part, obligation.part) || !fits(obligation)) continue;
    const quantity = Math.min(line.quantity - line.met, outstandingOf(obligation));
    if (quantity === 0) continue;
    end(model, obligation, { kind: 'returned', quantity });
    line.met += quantity;
  }
}

/** What stocktakes charged and nothing took back; a charge refuses each of its pieces once. */
export function stillCharged({ obligations, slips, lateReturns }: PartsModel): Charged[] {
  return slips.filter(({ origin }) => origin === 'stocktake').flatMap((slip) => obligations.flatMap((obligation) => {
    const own = obligation.settlements.filter((each) => each.slip === slip);
    const refusedBefore = sum(lateReturns.filter(({ refusedFor }) => refusedFor?.obligation === obligation && refusedFor.slip === slip), ({ quantity }) => quantity);
    const left = sum(own, ({ kind, quantity }) => (kind === 'charged' ? quantity : -quantity)) - refusedBefore;
    return left > 0 ? [{ obligation, slip, on: own[0]?.on ?? 0, left }] : [];
  }));
}

/** H-7: those in time first, of them the same serial, then the oldest charge; answers what takes its charge back. */
function comeLate(model: PartsModel, charged: readonly Charged[], { line, arrivedOn }: { line: CountedModel; arrivedOn: number }): (Charged & { quantity: number })[] {
  const tooLate = ({ on }: Charged): boolean => arrivedOn - on > LATE_DAYS;
  const other = ({ obligation }: Charged): boolean => line.serial === '' || obligation.serial !== line.serial;
  const sorted = charged.filter(({ obligation }) => inChain(line.part, obligation.part)).sort((a, b) =>
    Number(tooLate(a)) - Number(tooLate(b)) || Number(other(a)) - Number(other(b)) || (a.slip.confirmedAt ?? 0) - (b.slip.confirmedAt ?? 0) || (a.obligation.id < b.obligation.id ? -1 : 1));
  return sorted.flatMap((each) => {
    const quantity = Math.min(line.quantity - line.met - line.late - line.refused, each.left);
    if (quantity === 0) return [];
    each.left -= quantity;
    line[tooLate(each) ? 'refused' : 'late'] += quantity;
    model.lateReturns.push({ id: '', part: line.part, quantity, state: tooLate(each) ? 'refused' : 'reversed', refusedFor: tooLate(each) ? each : null });
    return tooLate(each) ? [] : [{ ...each, quantity }];
  });
}

/** H-1, H-7: the charge is taken back by a reversing slip, and the piece ends as returned; a slip that is wholly reversed is void (F-5). */
function takeBack(model: PartsModel, late: readonly (Charged & { quantity: number })[]): void {
  for (const { obligation, slip, quantity } of late) {
    obligation.settlements.push({ kind: 'conversion_reversed', quantity, on: model.day, slip }, { kind: 'returned', quantity, on: model.day });
  }
  for (const slip of new Set(late.map((each) => each.slip))) {
    for (const part of new Set(slip.lines.map((line) => line.part))) {
      reverseSlip(slip, part, sum(late.filter((each) => each.slip === slip && each.obligation.part === part), ({ quantity }) => quantity));
    }
  }
}

/** F-5: pieces of a part are taken off a slip, which is void when nothing is left of it. */
export function reverseSlip(slip: SlipModel, part: number, pieces: number): void {
  const line = slip.lines.find((each) => each.part === part);
  if (line && pieces > 0) reverse(line, pieces);
  if (slip.lines.every((each) => each.reversed.quantity === each.quantity)) slip.state = 'void';
}
