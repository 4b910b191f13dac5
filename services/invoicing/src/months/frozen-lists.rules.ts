import { addMoney, compareMoney, type Paced } from '@aftercare/domain';
import { keyOf, obstacle, REVENUE, signedRevenue, type ListedLine, type Obstacle } from './month-close.rules.js';

const ISSUED: readonly string[] = ['shipped_due', 'shipped_charged', 'shipped_free'];
const RETURNED: readonly string[] = ['returned_met', 'returned_late', 'returned_surplus'];

export const CLOSED_LISTS = ['issued', 'revenue', 'returned'] as const;
export type ClosedList = (typeof CLOSED_LISTS)[number];

/** A line as a close freezes it. */
export interface FrozenLine extends Omit<ListedLine, 'pieces' | 'amount' | 'ofMonth'> {
  list: ClosedList;
  position: number;
  quantity: number;
  netAmount: string;
  /** Month of its document where that is an earlier one than the list's, else empty. */
  ofMonth: string;
}

/** B-6: the three lists, each in the order of dealer, part, document and line; what was taken back is negative. */
export function* frozenLines(lines: readonly ListedLine[]): Paced<FrozenLine[]> {
  const frozen: Record<ClosedList, FrozenLine[]> = { issued: [], revenue: [], returned: [] };
  const keep = (list: ClosedList, line: ListedLine): void => {
    const { term, lineId, dealerId, partId, partNumber, documentKind, documentId, documentNumber, reason, ofMonth = '' } = line;
    const [quantity, netAmount] = list === 'revenue' ? [(REVENUE[term] ?? 1) * line.pieces, signedRevenue(line)] : [line.pieces, '0.00'];
    frozen[list].push({ list, position: frozen[list].length + 1, term, lineId, dealerId, partId, partNumber, documentKind, documentId, documentNumber, reason, quantity, netAmount, ofMonth });
  };
  for (const line of yield* inOrder(lines)) {
    yield;
    if (ISSUED.includes(line.term)) keep('issued', line);
    if (REVENUE[line.term] !== undefined) keep('revenue', line);
    if (RETURNED.includes(line.term)) keep('returned', line);
  }
  return [...frozen.issued, ...frozen.revenue, ...frozen.returned];
}

/** Dealer after dealer, so that no sorting is of a whole month; each line's key is made once. */
function* inOrder(lines: readonly ListedLine[]): Paced<ListedLine[]> {
  const byDealer = new Map<string, { key: string; line: ListedLine }[]>();
  for (const line of lines) {
    yield;
    const own = byDealer.get(line.dealerId) ?? [];
    own.push({ key: orderOf(line), line });
    byDealer.set(line.dealerId, own);
  }
  const sorted: ListedLine[] = [];
  for (const dealerId of [...byDealer.keys()].sort()) {
    const own = (byDealer.get(dealerId) ?? []).sort((a, b) => (a.key < b.key ? -1 : 1));
    for (const { line } of own) {
      yield;
      sorted.push(line);
    }
  }
  return sorted;
}

const orderOf = ({ partNumber, partId, documentNumber, documentId, term, lineId }: ListedLine): string => [partNumber, partId, documentNumber, documentId, term, lineId].join(' ');

/** A frozen line as the hash reads it. */
export const hashedLine = ({ list, position, term, lineId, dealerId, partId, quantity, netAmount, documentKind, documentId, documentNumber, reason, ofMonth }: FrozenLine): string =>
  JSON.stringify([list, position, term, lineId, dealerId, partId, quantity, netAmount, documentKind, documentId, documentNumber, reason, ...(ofMonth === '' ? [] : [ofMonth])]);

/** What a frozen list has kept of a line. */
export type KeptLine = Pick<FrozenLine, 'list' | 'term' | 'lineId' | 'dealerId' | 'partId' | 'documentId' | 'quantity' | 'netAmount'>;

/** What a closed month has now beside what it froze. */
export interface Drift {
  /** Lines that came after the close: the next month takes them up, once, under the name of their month. */
  late: ListedLine[];
  /** Documents that are not as they were frozen. */
  differing: Obstacle[];
}

interface Side {
  line: FrozenLine | undefined;
  kept: { quantity: number; net: string };
  fresh: { quantity: number; net: string };
  now: { quantity: number; net: string };
  lateIds: string[];
}

const NONE = { quantity: 0, net: '0.00' };
const plus = (sum: typeof NONE, { quantity, netAmount }: Pick<FrozenLine, 'quantity' | 'netAmount'>): typeof NONE => ({ quantity: sum.quantity + quantity, net: addMoney(sum.net, netAmount) });

/**
 * B-6: the lists of a month that is closed against what was frozen of it, document by document, since a corrected count replaces a line and keeps its pieces (H-5). What
 * a document has more, in lines that were not frozen, came late; any other difference is one.
 */
export function* driftOf(month: string, frozen: readonly KeptLine[], lines: readonly ListedLine[]): Paced<Drift> {
  const sides = new Map<string, Side>();
  const ids = new Set<string>();
  const sideOf = (of: KeptLine): [string, Side] => {
    const key = keyOf(of.list, of.term, of.dealerId, of.partId, of.documentId);
    return [key, sides.get(key) ?? { line: undefined, kept: NONE, fresh: NONE, now: NONE, lateIds: [] }];
  };
  for (const each of frozen) {
    yield;
    ids.add(keyOf(each.list, each.lineId));
    const [key, side] = sideOf(each);
    sides.set(key, { ...side, kept: plus(side.kept, each) });
  }
  for (const each of yield* frozenLines(lines)) {
    yield;
    const [key, side] = sideOf(each);
    const fresh = !ids.has(keyOf(each.list, each.lineId));
    sides.set(key, { line: each, kept: side.kept, now: plus(side.now, each), fresh: fresh ? plus(side.fresh, each) : side.fresh, lateIds: fresh ? [...side.lateIds, keyOf(each.term, each.lineId)] : side.lateIds });
  }
  const same = (one: typeof NONE, other: typeof NONE): boolean => one.quantity === other.quantity && compareMoney(one.net, other.net) === 0;
  const lateIds = new Set<string>();
  const differing: Obstacle[] = [];
  for (const [key, { line, kept, fresh, now, lateIds: came }] of sides) {
    yield;
    if (same(kept, now)) continue;
    if (same({ quantity: kept.quantity + fresh.quantity, net: addMoney(kept.net, fresh.net) }, now)) {
      came.forEach((id) => lateIds.add(id));
      continue;
    }
    const [, term, dealerId, partId, documentId] = key.split(' ');
    const told = ({ quantity, net }: typeof NONE): string => (kept.quantity === now.quantity ? net : String(quantity));
    differing.push(obstacle('CLOSED_LIST_DIFFERS', {
      service: 'parts', term, dealerId, partId, documentId, partNumber: line?.partNumber ?? '', lineId: line?.lineId ?? '', documentKind: line?.documentKind ?? '', documentNumber: line?.documentNumber ?? '',
      listed: told(now), found: told(kept),
    }));
  }
  return { late: lines.filter(({ term, lineId }) => lateIds.has(keyOf(term, lineId))).map((line) => ({ ...line, ofMonth: month })), differing };
}

/** What the lists come to. */
export interface ListTotals {
  issuedLines: number;
  issuedPieces: number;
  revenueLines: number;
  revenueNet: string;
  returnedLines: number;
  returnedPieces: number;
}

/** B-6: the totals of the frozen lists. */
export function* totalsOf(frozen: readonly FrozenLine[]): Paced<ListTotals> {
  const totals: ListTotals = { issuedLines: 0, issuedPieces: 0, revenueLines: 0, revenueNet: '0.00', returnedLines: 0, returnedPieces: 0 };
  for (const { list, quantity, netAmount } of frozen) {
    yield;
    totals[`${list}Lines`] += 1;
    if (list === 'revenue') totals.revenueNet = addMoney(totals.revenueNet, netAmount);
    else totals[`${list}Pieces`] += quantity;
  }
  return totals;
}
