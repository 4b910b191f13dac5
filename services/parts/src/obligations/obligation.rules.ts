import { addDays, Refusal, type ObligationEnd } from '@aftercare/domain';

/** One append-only settlement, as far as sums need it. */
export interface Ended {
  kind: ObligationEnd;
  /** Pieces, at least 1. */
  quantity: number;
}

/** The sums of an obligation. Always issued = returned + charged + excused + outstanding (H-1). */
export interface Tally {
  /** Pieces shipped, less agreed shortages. */
  issued: number;
  /** Set against it by a count or by credit. */
  returned: number;
  charged: number;
  excused: number;
  outstanding: number;
}

/** H-1, H-1a: what became of the pieces of one shipped line. */
export function tally(shipped: number, settlements: readonly Ended[]): Tally {
  const sum = (kind: ObligationEnd): number =>
    settlements.filter((each) => each.kind === kind).reduce((total, each) => total + each.quantity, 0);
  const issued = shipped - sum('shortage');
  const returned = sum('returned') - sum('return_reversed') + sum('credit') - sum('credit_reversed');
  const charged = sum('charged') - sum('conversion_reversed');
  const excused = sum('excused') - sum('excuse_reversed');
  return { issued, returned, charged, excused, outstanding: issued - returned - charged - excused };
}

/** An obligation with pieces outstanding. */
export interface OpenObligation {
  id: string;
  partId: string;
  unitSerial: string;
  /** Local date, null until delivered. */
  dueOn: string | null;
  outstanding: number;
}

/** Pieces that came back of one counted line. */
export interface CountedPieces {
  /** Position of the counted line. */
  line: number;
  partId: string;
  quantity: number;
  unitSerial: string;
}

/** Pieces of a counted line that end an obligation. */
export interface Meeting {
  line: number;
  obligationId: string;
  /** Part of the obligation; another than the counted one where a successor came back. */
  partId: string;
  quantity: number;
}

/** Oldest due first; what is not delivered yet has no due date and comes last. */
function byDueDate(a: OpenObligation, b: OpenObligation): number {
  const [left, right] = [a.dueOn ?? '9999-12-31', b.dueOn ?? '9999-12-31'];
  if (left !== right) return left < right ? -1 : 1;
  return a.id < b.id ? -1 : 1;
}

/**
 * H-1a: which obligations counted pieces meet: same unit serial first, then the oldest due date of the same part or of
 * one in its supersession chain. `chainOf(partId)` answers all parts of that chain. What is left of a line exceeds all
 * outstanding and is surplus.
 */
export function meetObligations(
  open: readonly OpenObligation[],
  counted: readonly CountedPieces[],
  chainOf: (partId: string) => ReadonlySet<string>,
): { meetings: Meeting[]; surplus: Map<number, number> } {
  const outstanding = new Map(open.map((each) => [each.id, each.outstanding]));
  const left = new Map(counted.map((each) => [each.line, each.quantity]));
  const meetings: Meeting[] = [];
  const meet = (piece: CountedPieces, obligation: OpenObligation): void => {
    const quantity = Math.min(left.get(piece.line) ?? 0, outstanding.get(obligation.id) ?? 0);
    if (quantity === 0) return;
    left.set(piece.line, (left.get(piece.line) ?? 0) - quantity);
    outstanding.set(obligation.id, (outstanding.get(obligation.id) ?? 0) - quantity);
    meetings.push({ line: piece.line, obligationId: obligation.id, partId: obligation.partId, quantity });
  };
  const sorted = [...open].sort(byDueDate);
  const ofChain = (piece: CountedPieces): OpenObligation[] => sorted.filter((each) => chainOf(piece.partId).has(each.partId));
  // Serials of all lines go first, so that a line without serial never takes the obligation a later line names.
  for (const piece of counted.filter((each) => each.unitSerial !== '')) {
    for (const obligation of ofChain(piece)) if (obligation.unitSerial === piece.unitSerial) meet(piece, obligation);
  }
  for (const piece of counted) for (const obligation of ofChain(piece)) meet(piece, obligation);
  return { meetings, surplus: new Map([...left].filter(([, quantity]) => quantity > 0)) };
}

/** H-7: what of a surplus credit is set against a new issue at once. */
export function creditToUse(credit: number, issued: number): number {
  return Math.min(Math.max(credit, 0), issued);
}

/** H-1: due so many days after the local day of delivery; that day is not counted (W-1). */
export function dueDate(deliveredOn: string, days: number): string {
  return addDays(deliveredOn, days);
}

/** H-1: overdue from the day after the due date on; being due only reminds, it never converts. */
export function isOverdue(dueOn: string | null, outstanding: number, today: string): boolean {
  return outstanding > 0 && dueOn !== null && today > dueOn;
}

/** Refuses more pieces than are outstanding: an obligation ends exactly once (H-1). */
export function assertOutstanding(outstanding: number, quantity: number): void {
  if (quantity <= outstanding) return;
  throw new Refusal('failed_precondition', 'MORE_THAN_OUTSTANDING', 'Fewer pieces are outstanding than are to be ended.', { outstanding, quantity });
}

/** What the explanation of an obligation tells. */
export interface Explained extends Tally {
  partNumber: string;
  dueOn: string | null;
  overdue: boolean;
  /** Number of the opening that it comes from; empty for a shipment. */
  opening?: string;
}

/** H-1: why is this still on my list, in both languages. */
export function explain(obligation: Explained): { sentenceZh: string; sentenceEn: string } {
  const { partNumber, issued, returned, charged, excused, outstanding, dueOn, opening = '' } = obligation;
  const since = opening === '' ? { zh: '', en: '' } : { zh: `（上线期初借料 ${opening}）`, en: ` It stood there at going live (${opening}).` };
  if (outstanding === 0) {
    return {
      sentenceZh: `配件 ${partNumber} 的 ${issued} 件已全部了结：退回 ${returned} 件，收费 ${charged} 件，免除 ${excused} 件。${since.zh}`,
      sentenceEn: `All ${issued} pieces of part ${partNumber} have ended: ${returned} returned, ${charged} charged, ${excused} excused.${since.en}`,
    };
  }
  const due = dueWords(dueOn, obligation.overdue);
  return {
    sentenceZh: `配件 ${partNumber} 免费发出 ${issued} 件，退回 ${returned} 件，收费 ${charged} 件，免除 ${excused} 件，尚欠 ${outstanding} 件。${due.zh}${since.zh}`,
    sentenceEn: `${issued} pieces of part ${partNumber} were issued free; ${returned} returned, ${charged} charged, ${excused} excused, ${outstanding} outstanding. ${due.en}${since.en}`,
  };
}

function dueWords(dueOn: string | null, overdue: boolean): { zh: string; en: string } {
  if (dueOn === null) return { zh: '货物尚未送达，应退日期未定。', en: 'The shipment is not delivered yet, so no due date runs.' };
  if (overdue) return { zh: `应退日期 ${dueOn}，已逾期。`, en: `It was due on ${dueOn} and is overdue.` };
  return { zh: `应退日期 ${dueOn}。`, en: `It is due on ${dueOn}.` };
}
