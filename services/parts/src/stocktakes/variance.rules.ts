import { lineAmount, type StocktakeDecision } from '@aftercare/domain';

/** What became of a part's frozen pieces. */
export interface PartFigures {
  borrowed: number;
  /** Frozen pieces that have not ended. */
  outstanding: number;
  /** Of those, what a supervisor gave time beyond the last day for returns. */
  extended: number;
  /** Frozen pieces that were excused, agreed short, met by credit or charged for an exclusion since. */
  otherwise: number;
  /** Pieces counted since beyond all that was outstanding, or for pieces that never arrived (P-8). */
  surplus: number;
}

/** The columns of 《用户借料盘点表》 for a part. */
export interface Columns {
  borrowed: number;
  /** 用户退料: what came back of the frozen pieces, and the surplus. */
  returned: number;
  otherwise: number;
  /** 盘盈 above, 盘亏 below zero. */
  variance: number;
  outstanding: number;
}

/** H-6: variance = returned − borrowed per part; a piece that met a later issue is not returned here. */
export function columnsOf({ borrowed, outstanding, otherwise, surplus }: Omit<PartFigures, 'extended'>): Columns {
  const returned = borrowed - outstanding - otherwise + surplus;
  return { borrowed, returned, otherwise, variance: returned - borrowed, outstanding };
}

/** H-7: what a confirmation does with the pieces still out: what nobody decided is charged. */
export function outcomeOf(decision: StocktakeDecision | ''): StocktakeDecision {
  return decision === '' ? 'charge' : decision;
}

/** H-7, H-1: pieces of a line that a confirmation charges: those whose time was extended beyond its last day for returns are not. */
export function chargeablePieces({ outstanding, extended, decision }: { outstanding: number; extended: number; decision: StocktakeDecision | '' }): number {
  return outcomeOf(decision) === 'charge' ? outstanding - extended : 0;
}

/** H-7: the proposed charge of a line without tax, at the dealer price of the cut-off day; empty where none was published. */
export function proposedCharge(line: { outstanding: number; extended: number; unitPrice: string | null; decision: StocktakeDecision | '' }): string {
  const pieces = chargeablePieces(line);
  if (pieces === 0) return '0.00';
  return line.unitPrice === null ? '' : lineAmount(line.unitPrice, pieces);
}
