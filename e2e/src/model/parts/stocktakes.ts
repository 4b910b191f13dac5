import { amountsOf } from './money.js';
import {
  inChain, priceOn, refused, sum, NOT_NOW, PART_NUMBERS, type ObligationModel, type PartsModel, type EndKind, type Refused, type SettlementModel, type SlipModel, type StocktakeLineModel, type StocktakeModel,
} from './model.js';
import { net } from './missing.js';
import { outstandingOf } from './returns.js';

const RETURN_DAYS = 30;
/** In which a dealer objects to what a stocktake proposes, and to a count. */
export const OBJECTION_DAYS = 7;

/** H-2, H-3: why a stocktake is not opened; `until` is the day named for returns, null for the set days. */
export function openRefusal(model: PartsModel, { cutOffOn, until }: { cutOffOn: number; until: number | null }): Refused | undefined {
  if (cutOffOn >= model.day) return refused('CUT_OFF_NOT_OVER', 400);
  const returnUntil = until ?? cutOffOn + RETURN_DAYS;
  if (returnUntil < model.day) return refused('DATE_IN_PAST', 400);
  if (model.stocktakes.some(({ state }) => state === 'open' || state === 'closed')) return refused('STOCKTAKE_OPEN');
  const confirmed = model.stocktakes.filter(({ state }) => state === 'confirmed');
  return confirmed.some((each) => cutOffOn <= each.cutOffOn) ? refused('CUT_OFF_BEFORE_LAST') : undefined;
}

const change = ({ kind, quantity }: ObligationModel['settlements'][number]): number => (kind.endsWith('_reversed') ? quantity : -quantity);

/** H-2: what was outstanding at the end of a day. */
function outstandingOn(obligation: ObligationModel, day: number): number {
  return obligation.openedOn > day ? 0 : obligation.shipped + sum(obligation.settlements.filter(({ on }) => on <= day), change);
}

/** H-2: freezes what was outstanding at the end of the cut-off day; its ids are learnt later. */
export function open(model: PartsModel, { cutOffOn, until }: { cutOffOn: number; until: number | null }): StocktakeModel {
  const frozen = new Map(model.obligations.map((each) => [each, outstandingOn(each, cutOffOn)] as const).filter(([, pieces]) => pieces > 0));
  const parts = [...new Set([...frozen.keys()].map(({ part }) => part))].sort();
  const stocktake: StocktakeModel = {
    id: '', state: 'open', cutOffOn, returnUntil: until ?? cutOffOn + RETURN_DAYS, objectUntil: null, frozen,
    lines: parts.map((part) => newLine(part, sum([...frozen].filter(([each]) => each.part === part), ([, pieces]) => pieces))),
  };
  model.stocktakes.push(stocktake);
  return stocktake;
}

const newLine = (part: number, borrowed: number): StocktakeLineModel => ({ id: '', part, borrowed, objected: false, decision: '', extendTo: null, kept: null });

/** H-2: what was shipped since the last confirmed stocktake and need not come back, by part and rule; asked when it was just opened. */
export function exclusionsOf(model: PartsModel, { cutOffOn }: StocktakeModel): Record<string, number> {
  const since = Math.max(-1, ...model.stocktakes.filter(({ state }) => state === 'confirmed').map((each) => each.cutOffOn));
  const sums: Record<string, number> = {};
  for (const { shippedOn, lines } of model.shipments) {
    if (shippedOn === null || shippedOn > cutOffOn || shippedOn <= since) continue;
    for (const { line, quantity } of lines) {
      if (line.returnDue) continue;
      const rule = line.supplyKind === 'warranty' ? 'return_not_required' : line.supplyKind === 'special' ? 'special_without_return' : line.supplyKind;
      sums[`${line.part} ${rule}`] = (sums[`${line.part} ${rule}`] ?? 0) + quantity;
    }
  }
  return sums;
}

export interface Figures {
  outstanding: number;
  /** Of those, what was given time beyond the last day for returns. */
  extended: number;
  returned: number;
  otherwise: number;
  surplus: number;
}

/** H-6: what became of the frozen pieces of a line, and what was counted beyond all that was outstanding, since the cut-off day. */
export function figuresOf(model: PartsModel, stocktake: StocktakeModel, line: StocktakeLineModel): Figures {
  const pieces = [...stocktake.frozen].filter(([{ part }]) => part === line.part);
  const outstanding = line.kept?.outstanding ?? sum(pieces, ([obligation, frozen]) => Math.min(outstandingOf(obligation), frozen));
  const extended = line.kept?.extended ?? sum(pieces, ([obligation, frozen]) => (isExtended(stocktake, obligation) ? Math.min(outstandingOf(obligation), frozen) : 0));
  const since = ({ on }: { on: number }): boolean => on > stocktake.cutOffOn;
  const surplus = line.kept?.surplus ?? surplusSince(model, line.part, stocktake.cutOffOn);
  const otherwise = line.kept?.otherwise ?? sum(pieces, ([obligation, frozen]) => (outstandingOf(obligation) < frozen ? endedOtherwise(obligation.settlements.filter(since)) : 0));
  return { outstanding, extended, otherwise, surplus, returned: line.borrowed - outstanding - otherwise + surplus };
}

/** H-6: pieces counted since a day that were surplus, or had met pieces that never arrived (P-8). */
function surplusSince(model: PartsModel, part: number, day: number): number {
  const counted = model.surplus.filter((each) => each.part === part && each.quantity > 0 && !each.freed && each.on > day);
  const freed = model.obligations.filter((each) => each.part === part).map(({ settlements }) => {
    const of = (wanted: EndKind): number => sum(settlements.filter(({ kind, on }) => kind === wanted && on > day), ({ quantity }) => quantity);
    return { quantity: Math.min(of('returned'), of('return_reversed')) };
  });
  return sum([...counted, ...freed], ({ quantity }) => quantity);
}

/** H-1: a supervisor gave the pieces time beyond the last day for returns. */
const isExtended = ({ returnUntil }: StocktakeModel, { putOff, dueOn }: ObligationModel): boolean => putOff && (dueOn ?? -1) > returnUntil;

/** Pieces that ended otherwise than by a count. What had ended before, was taken back and ended anew was not borrowed any more. */
function endedOtherwise(settlements: SettlementModel[]): number {
  const of = (kind: EndKind, back: EndKind): number => net({ settlements }, kind, back);
  const [excused, credit, charged, returned] = [of('excused', 'excuse_reversed'), of('credit', 'credit_reversed'), of('charged', 'conversion_reversed'), of('returned', 'return_reversed')];
  const short = sum(settlements.filter(({ kind }) => kind === 'shortage'), ({ quantity }) => quantity);
  const ended = Math.max(excused, 0) + Math.max(credit, 0) + Math.max(charged, 0) + short;
  const again = Math.max(-excused, 0) + Math.max(-credit, 0) + Math.max(-returned, 0) + Math.max(-charged - Math.max(returned, 0), 0);
  return Math.max(ended - again, 0);
}

export const outstandingIn = (model: PartsModel, stocktake: StocktakeModel): number => sum(stocktake.lines, (line) => figuresOf(model, stocktake, line).outstanding);

/** H-7: what is charged for a line, at the dealer price of the cut-off day; priced when it is closed. */
export function chargeOf(model: PartsModel, stocktake: StocktakeModel, line: StocktakeLineModel): number {
  const { outstanding, extended } = figuresOf(model, stocktake, line);
  if (stocktake.objectUntil === null || (line.decision !== '' && line.decision !== 'charge')) return 0;
  return amountsOf({ unitPrice: priceOn(line.part, stocktake.cutOffOn), quantity: outstanding - extended }).net;
}

export const STOCKTAKE_ACTIONS = ['remind', 'close', 'object', 'decide', 'confirm', 'cancel'] as const;
export type StocktakeAction = (typeof STOCKTAKE_ACTIONS)[number];

/** H-3, H-7: why a step is not possible now. */
export function stepRefusal(model: PartsModel, stocktake: StocktakeModel, action: StocktakeAction): Refused | undefined {
  const { state, returnUntil, objectUntil } = stocktake;
  const wanted = { remind: ['open'], close: ['open'], object: ['closed'], decide: ['closed'], confirm: ['closed'], cancel: ['open', 'closed'] }[action];
  if (!wanted.includes(state)) return NOT_NOW;
  const outstanding = outstandingIn(model, stocktake);
  if (action === 'remind' && outstanding === 0) return refused('NOTHING_OUTSTANDING');
  if (action === 'close' && model.day <= returnUntil && outstanding > 0) return refused('RETURN_DEADLINE_RUNS');
  if (action === 'object' && model.day > (objectUntil ?? -1)) return refused('OBJECTION_WINDOW_OVER');
  if (action !== 'confirm' || outstanding === 0) return undefined;
  if (model.day <= (objectUntil ?? -1)) return refused('OBJECTION_WINDOW_RUNS');
  const undecided = stocktake.lines.some((line) => line.objected && line.decision === '' && figuresOf(model, stocktake, line).outstanding > 0);
  if (undecided) return refused('OBJECTION_UNDECIDED');
  const uncounted = model.parcels.some((parcel) => parcel.state === 'received' && (parcel.receivedOn ?? 0) <= returnUntil);
  if (uncounted) return refused('PARCEL_NOT_COUNTED');
  const disputed = model.shipments.some(({ discrepancies }) => discrepancies.some((each) => each.state === 'open' && isOutIn(model, stocktake, each)));
  return disputed ? refused('DISCREPANCY_OPEN') : undefined;
}

/** P-8: whether frozen pieces are out of the part of which others are missing, or of its chain. */
function isOutIn(model: PartsModel, stocktake: StocktakeModel, { of: { line } }: PartsModel['shipments'][number]['discrepancies'][number]): boolean {
  return line.returnDue && stocktake.lines.some((each) => inChain(line.part, each.part) && figuresOf(model, stocktake, each).outstanding > 0);
}

/** H-6, H-7: the time for returns is over; what was counted without having been borrowed gets a line of its own. */
export function close(model: PartsModel, stocktake: StocktakeModel): void {
  const more = PART_NUMBERS.filter((part) => surplusSince(model, part, stocktake.cutOffOn) > 0 && !stocktake.lines.some((line) => line.part === part));
  stocktake.lines.push(...more.map((part) => newLine(part, 0)));
  Object.assign(stocktake, { state: 'closed', objectUntil: model.day + OBJECTION_DAYS });
}

/** H-3: what comes by itself when days have passed. */
export function pass(model: PartsModel, days: number): void {
  model.day += days;
  for (const stocktake of model.stocktakes) if (stocktake.state === 'open' && model.day > stocktake.returnUntil) close(model, stocktake);
}

function keep(model: PartsModel, stocktake: StocktakeModel): void {
  for (const line of stocktake.lines) line.kept = figuresOf(model, stocktake, line);
}

export function cancel(model: PartsModel, stocktake: StocktakeModel): void {
  keep(model, stocktake);
  stocktake.state = 'cancelled';
}

/** H-7: what is still out is charged, excused or put off, as was decided; answers the slip, whose ids are learnt later. */
export function confirm(model: PartsModel, stocktake: StocktakeModel): SlipModel | null {
  keep(model, stocktake);
  stocktake.state = 'confirmed';
  model.moment += 1;
  const out = stocktake.lines.filter((line) => (line.kept?.outstanding ?? 0) > 0);
  const charged = out.filter(({ decision, kept }) => (decision === '' || decision === 'charge') && (kept?.outstanding ?? 0) > (kept?.extended ?? 0));
  const slip: SlipModel = {
    id: '', origin: 'stocktake', onAccount: false, state: 'confirmed', paid: 0, confirmedAt: model.moment,
    lines: charged.map(({ id, part, kept }) => ({
      line: null, originId: id, part, quantity: (kept?.outstanding ?? 0) - (kept?.extended ?? 0), unitPrice: priceOn(part, stocktake.cutOffOn), reversed: { quantity: 0, net: 0, tax: 0 },
    })),
  };
  for (const line of out) {
    for (const [obligation, frozen] of stocktake.frozen) {
      const quantity = Math.min(outstandingOf(obligation), frozen);
      if (obligation.part !== line.part || quantity === 0) continue;
      if (charged.includes(line) && isExtended(stocktake, obligation)) continue;
      if (charged.includes(line)) obligation.settlements.push({ kind: 'charged', quantity, on: model.day, slip });
      else if (line.decision === 'excuse') obligation.settlements.push({ kind: 'excused', quantity, on: model.day });
      else if (obligation.dueOn !== null && obligation.dueOn < (line.extendTo ?? 0)) Object.assign(obligation, { dueOn: line.extendTo, putOff: true });
    }
  }
  if (charged.length > 0) model.slips.push(slip);
  return charged.length > 0 ? slip : null;
}
