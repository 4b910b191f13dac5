import { addMoney, isZeroMoney, subtractMoney } from '@aftercare/domain';

/** The terms of which the three identities are made (H-8), each from the records of its own chapter. */
export const TIE_TERMS = [
  'shipped_due', 'shipped_charged', 'shipped_free', 'shortage_charged', 'shortage_free', 'shortage_due', 'opened', 'opening',
  'returned_met', 'returned_late', 'returned_surplus', 'late_reversed',
  'settled_returned', 'settled_charged', 'settled_excused', 'settled_credit', 'undone_returned', 'undone_charged', 'undone_excused', 'undone_credit',
  'credit_kept', 'credit_used', 'converted', 'conversion_reversed', 'manual', 'revenue_reversed',
] as const;
export type TieTerm = (typeof TIE_TERMS)[number];

/** Two records of the same pieces, kept by two chapters: by their link they come to the same. */
export interface Pair {
  name: string;
  /** Identity that breaks where they do not. */
  identity: 1 | 3;
  /** Its terms with their signs. */
  terms: Partial<Record<TieTerm, 1 | -1>>;
}

/** H-8: what must meet what, line by line. */
export const PAIRS: readonly Pair[] = [
  // A shipped line and the obligation that it opened.
  { name: 'issue', identity: 1, terms: { shipped_due: 1, opened: -1 } },
  // Counted pieces, or late ones whose charge was taken back, and the obligation that they ended.
  { name: 'return', identity: 3, terms: { returned_met: 1, late_reversed: 1, settled_returned: -1 } },
  // A slip's line and the obligations that were converted into it.
  { name: 'conversion', identity: 3, terms: { converted: 1, settled_charged: -1 } },
  { name: 'conversion_back', identity: 3, terms: { conversion_reversed: 1, undone_charged: -1 } },
  // Surplus, or ends that were taken back, and the credit that was kept for them.
  { name: 'credit', identity: 3, terms: { credit_kept: 1, returned_surplus: -1, undone_returned: -1, undone_credit: -1 } },
  // Credit that was used and the obligation that it ended.
  { name: 'credit_use', identity: 3, terms: { credit_used: 1, settled_credit: -1 } },
];

/** What a dealer and part have in a month. */
export interface TieSums {
  /** Pieces by term; absent is none. */
  pieces: Partial<Record<TieTerm, number>>;
  /** Revenue as told, by term. */
  amounts: Partial<Record<TieTerm, string>>;
  /** What the documents themselves come to, by term. */
  nets: Partial<Record<TieTerm, string>>;
  /** Of the charged pieces shipped those that stand on a confirmed slip. */
  onSlips: number;
  /** What they come to as their share of the slips' lines. */
  onSlipsNet: string;
}

/** A row of the tie-out, term by term. */
export interface TieRow {
  shipped: number;
  shortage: number;
  charged: number;
  owed: number;
  free: number;
  issueDifference: number;
  revenue: string;
  shippedNet: string;
  convertedNet: string;
  manualNet: string;
  reversedNet: string;
  revenueDifference: string;
  due: number;
  opening: number;
  returned: number;
  converted: number;
  reversed: number;
  excused: number;
  outstandingChange: number;
  creditChange: number;
  lateChange: number;
  returnDifference: number;
  proved: boolean;
}

/**
 * H-8: the three identities of a dealer, part and month.
 * (1) pieces shipped, less agreed shortages = pieces on slip lines of what was shipped + pieces that opened an obligation + pieces free without return due.
 * (2) revenue list = charged lines shipped + conversions + manual lines − reversals of what had been in it.
 * (3) pieces shipped with return due, less agreed shortages, plus opening holdings = returned + (converted − reversed) + excused + change in outstanding
 * − change in surplus credit. Late pieces whose charge waits for its red letter are kept apart, as the credit is.
 */
export function tieRow(sums: TieSums): TieRow {
  const { shipped, shortage, charged, owed, free, issueDifference } = issueTerms(sums);
  const { revenue, shippedNet, convertedNet, manualNet, reversedNet, revenueDifference } = revenueTerms(sums);
  const { due, opening, returned, converted, reversed, excused, outstandingChange, creditChange, lateChange, returnDifference } = returnTerms(sums);
  // Named one by one: to spread three objects into one costs a page as much as its money does.
  return {
    shipped, shortage, charged, owed, free, issueDifference, revenue, shippedNet, convertedNet, manualNet, reversedNet, revenueDifference, due, opening, returned, converted, reversed, excused,
    outstandingChange, creditChange, lateChange, returnDifference, proved: issueDifference === 0 && isZeroMoney(revenueDifference) && returnDifference === 0,
  };
}

function issueTerms({ pieces, onSlips }: TieSums) {
  const of = (term: TieTerm): number => pieces[term] ?? 0;
  const shipped = of('shipped_due') + of('shipped_charged') + of('shipped_free');
  const shortage = of('shortage_due') + of('shortage_charged') + of('shortage_free');
  const charged = onSlips - of('shortage_charged');
  const owed = of('opened') - of('shortage_due');
  const free = of('shipped_free') - of('shortage_free');
  return { shipped, shortage, charged, owed, free, issueDifference: shipped - shortage - charged - owed - free };
}

const NONE = '0.00';

function revenueTerms({ amounts, nets, onSlipsNet }: TieSums) {
  const told = (term: TieTerm): string => amounts[term] ?? NONE;
  const own = (term: TieTerm): string => nets[term] ?? NONE;
  const revenue = subtractMoney(addMoney(told('shipped_charged'), told('converted'), told('manual')), told('revenue_reversed'));
  const [shippedNet, convertedNet, manualNet, reversedNet] = [onSlipsNet, own('converted'), own('manual'), own('revenue_reversed')];
  const revenueDifference = subtractMoney(addMoney(revenue, reversedNet), addMoney(shippedNet, convertedNet, manualNet));
  return { revenue, shippedNet, convertedNet, manualNet, reversedNet, revenueDifference };
}

function returnTerms({ pieces }: TieSums) {
  const of = (...terms: TieTerm[]): number => terms.reduce((sum, term) => sum + (pieces[term] ?? 0), 0);
  const due = of('shipped_due') - of('shortage_due');
  const opening = of('opening');
  const returned = of('returned_met', 'returned_late', 'returned_surplus');
  const [converted, reversed] = [of('converted'), of('conversion_reversed')];
  const excused = of('settled_excused') - of('undone_excused');
  const ended = of('settled_returned', 'settled_charged', 'settled_excused', 'settled_credit') - of('undone_returned', 'undone_charged', 'undone_excused', 'undone_credit');
  const outstandingChange = of('opened', 'opening') - of('shortage_due') - ended;
  const creditChange = of('credit_kept') - of('credit_used');
  const lateChange = of('returned_late') - of('late_reversed');
  const returnDifference = due + opening - returned - (converted - reversed) - excused - outstandingChange + creditChange + lateChange;
  return { due, opening, returned, converted, reversed, excused, outstandingChange, creditChange, lateChange, returnDifference };
}
