import { addMoney, compareMoney, isZeroMoney, monthOf, negateMoney, Refusal } from '@aftercare/domain';

/** A line as parts or the figures list it (H-8). */
export interface ListedLine {
  term: string;
  lineId: string;
  dealerId: string;
  partId: string;
  pieces: number;
  amount: string;
  documentKind: string;
  documentId: string;
  documentNumber: string;
  reason: string;
  partNumber: string;
}

/** A term of a dealer and part. */
export interface ListedSum {
  dealerId: string;
  partId: string;
  term: string;
  pieces: number;
  amount: string;
}

export const OBSTACLES = [
  'MONTH_NOT_OVER', 'MONTH_CLOSED', 'EARLIER_MONTH_OPEN', 'SERVICE_SILENT', 'EVENTS_WAITING', 'DEAD_LETTERS_OPEN', 'FIGURES_REBUILDING', 'TIE_OUT_FAULTS', 'LISTS_DIFFER', 'REVENUE_DIFFERS',
] as const;

/** What stands against closing a month; where lists differ, the line. */
export interface Obstacle {
  code: (typeof OBSTACLES)[number];
  service: string;
  count: number;
  term: string;
  dealerId: string;
  partId: string;
  partNumber: string;
  lineId: string;
  documentKind: string;
  documentId: string;
  documentNumber: string;
  /** As the service's own list has it. */
  listed: string;
  /** As the figures or the ledger have it. */
  found: string;
}

const NOTHING: Omit<Obstacle, 'code'> = {
  service: '', count: 0, term: '', dealerId: '', partId: '', partNumber: '', lineId: '', documentKind: '', documentId: '', documentNumber: '', listed: '', found: '',
};

export const obstacle = (code: Obstacle['code'], more: Partial<Obstacle> = {}): Obstacle => ({ ...NOTHING, ...more, code });

/** What is known of months. */
export interface Standing {
  month: string;
  /** Local date. */
  today: string;
  closed: readonly string[];
  /** The first month of which there is anything; empty for none. */
  first: string;
}

/** B-6: only a month that has ended is closed, once, and none before an earlier one. */
export function orderObstacles({ month, today, closed, first }: Standing): Obstacle[] {
  const found: Obstacle[] = [];
  if (month >= monthOf(today)) found.push(obstacle('MONTH_NOT_OVER'));
  if (closed.includes(month)) found.push(obstacle('MONTH_CLOSED'));
  const earlier = first === '' ? undefined : monthsFrom(first, month).find((each) => !closed.includes(each));
  if (earlier !== undefined) found.push(obstacle('EARLIER_MONTH_OPEN', { found: earlier }));
  return found;
}

/** As orderObstacles, for who wants to close it now. Refuses MONTH_NOT_OVER, MONTH_CLOSED, EARLIER_MONTH_OPEN. */
export function assertOrder(standing: Standing): void {
  const [first] = orderObstacles(standing);
  if (first) throw new Refusal('failed_precondition', first.code, 'The month cannot be closed now.', { month: standing.month, earlier: first.found });
}

function monthsFrom(first: string, until: string): string[] {
  const months: string[] = [];
  for (let month = first; month < until; month = nextMonth(month)) months.push(month);
  return months;
}

function nextMonth(month: string): string {
  const [year, number] = [Number(month.slice(0, 4)), Number(month.slice(5))];
  return number === 12 ? `${year + 1}-01` : `${year}-${String(number + 1).padStart(2, '0')}`;
}

const keyOf = (...parts: string[]): string => parts.join(' ');

/** The sums of lines by dealer, part and term. */
export function sumsOf(lines: readonly ListedLine[]): ListedSum[] {
  const sums = new Map<string, ListedSum>();
  for (const { dealerId, partId, term, pieces, amount } of lines) {
    const key = keyOf(dealerId, partId, term);
    const sum = sums.get(key) ?? { dealerId, partId, term, pieces: 0, amount: '0.00' };
    sums.set(key, { ...sum, pieces: sum.pieces + pieces, amount: isZeroMoney(amount) ? sum.amount : addMoney(sum.amount, amount) });
  }
  return [...sums.values()];
}

/** H-8: the dealers and parts of which two lists do not have the same terms. */
export function differingSums(listed: readonly ListedSum[], figures: readonly ListedSum[]): { dealerId: string; partId: string }[] {
  const left = new Map(listed.map((sum) => [keyOf(sum.dealerId, sum.partId, sum.term), sum]));
  const right = new Map(figures.map((sum) => [keyOf(sum.dealerId, sum.partId, sum.term), sum]));
  const found = new Map<string, { dealerId: string; partId: string }>();
  for (const [key, { dealerId, partId }] of [...left, ...right]) {
    if (!sameAs(left.get(key), right.get(key))) found.set(keyOf(dealerId, partId), { dealerId, partId });
  }
  return [...found.values()];
}

function sameAs(one: Pick<ListedSum, 'pieces' | 'amount'> | undefined, other: Pick<ListedSum, 'pieces' | 'amount'> | undefined): boolean {
  return (one?.pieces ?? 0) === (other?.pieces ?? 0) && compareMoney(one?.amount ?? '0.00', other?.amount ?? '0.00') === 0;
}

/** H-8: the lines of which two lists do not have the same; of a document, by its terms, since lines of the two have ids of their own. */
export function differingLines(listed: readonly ListedLine[], figures: readonly ListedLine[]): Obstacle[] {
  const [left, right] = [byDocument(listed), byDocument(figures)];
  const found: Obstacle[] = [];
  for (const key of new Set([...left.keys(), ...right.keys()])) {
    const [one, other] = [left.get(key), right.get(key)];
    const line = one?.line ?? other?.line;
    if (!line || sameAs(one, other)) continue;
    const { term, dealerId, partId, partNumber, lineId, documentKind, documentId } = line;
    const documentNumber = line.documentNumber || (other?.line.documentNumber ?? '');
    const inMoney = (one?.pieces ?? 0) === (other?.pieces ?? 0);
    const told = (side: typeof one): string => (side === undefined ? '' : inMoney ? side.amount : String(side.pieces));
    found.push(obstacle('LISTS_DIFFER', { service: 'insights', term, dealerId, partId, partNumber, lineId, documentKind, documentId, documentNumber, listed: told(one), found: told(other) }));
  }
  return found;
}

function byDocument(lines: readonly ListedLine[]): Map<string, { line: ListedLine; pieces: number; amount: string }> {
  const found = new Map<string, { line: ListedLine; pieces: number; amount: string }>();
  for (const line of lines) {
    const key = keyOf(line.dealerId, line.partId, line.term, line.documentId);
    const known = found.get(key) ?? { line, pieces: 0, amount: '0.00' };
    found.set(key, { line: known.line, pieces: known.pieces + line.pieces, amount: addMoney(known.amount, line.amount) });
  }
  return found;
}

/** The revenue list's terms with their signs (F-8). */
const REVENUE: Readonly<Record<string, 1 | -1>> = { shipped_charged: 1, converted: 1, manual: 1, revenue_reversed: -1 };
const ISSUED: readonly string[] = ['shipped_due', 'shipped_charged', 'shipped_free'];
const RETURNED: readonly string[] = ['returned_met', 'returned_late', 'returned_surplus'];

const signed = (line: ListedLine): string => (REVENUE[line.term] === -1 ? negateMoney(line.amount) : addMoney(line.amount));

/** F-8: what the revenue list says of each document. */
export function revenueByDocument(lines: readonly ListedLine[]): Map<string, { line: ListedLine; net: string }> {
  const found = new Map<string, { line: ListedLine; net: string }>();
  for (const line of lines.filter(({ term }) => REVENUE[term] !== undefined)) {
    found.set(line.documentId, { line: found.get(line.documentId)?.line ?? line, net: addMoney(found.get(line.documentId)?.net ?? '0.00', signed(line)) });
  }
  return found;
}

/** What the ledger booked as revenue of a document. */
export interface BookedRevenue {
  documentId: string;
  documentKind: string;
  documentNumber: string;
  dealerId: string;
  net: string;
  /** A month that is closed has it in its list: it was only booked after that month's end. */
  frozen: boolean;
}

/** B-6, F-8: the documents of which the ledger has booked another revenue than the list says. What was told at the month's end is booked after it. */
export function differingRevenue(lines: readonly ListedLine[], booked: readonly BookedRevenue[]): Obstacle[] {
  const listed = revenueByDocument(lines);
  const ledger = new Map(booked.map((each) => [each.documentId, each]));
  const missing = [...listed].filter(([id, { net }]) => compareMoney(net, ledger.get(id)?.net ?? '0.00') !== 0).map(([documentId, { line, net }]) => obstacle('REVENUE_DIFFERS', {
    service: 'invoicing', dealerId: line.dealerId, partId: line.partId, partNumber: line.partNumber, lineId: line.lineId, term: line.term, documentKind: line.documentKind, documentId,
    documentNumber: line.documentNumber, listed: net, found: ledger.get(documentId)?.net ?? '',
  }));
  const strange = booked.filter(({ documentId, frozen, net }) => !frozen && !listed.has(documentId) && !isZeroMoney(net)).map(({ documentId, documentKind, documentNumber, dealerId, net }) =>
    obstacle('REVENUE_DIFFERS', { service: 'invoicing', dealerId, documentKind, documentId, documentNumber, found: net }));
  return [...missing, ...strange];
}

export const CLOSED_LISTS = ['issued', 'revenue', 'returned'] as const;
export type ClosedList = (typeof CLOSED_LISTS)[number];

/** A line as a close freezes it. */
export interface FrozenLine extends Omit<ListedLine, 'pieces' | 'amount'> {
  list: ClosedList;
  position: number;
  quantity: number;
  netAmount: string;
}

/** B-6: the three lists, each in the order of dealer, part, document and line; what was taken back is negative. */
export function frozenLines(lines: readonly ListedLine[]): FrozenLine[] {
  const sorted = [...lines].sort((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1));
  const of = (list: ClosedList, terms: readonly string[]): FrozenLine[] =>
    sorted.filter(({ term }) => terms.includes(term)).map(({ pieces, amount, ...line }, index) => {
      const sign = list === 'revenue' ? (REVENUE[line.term] ?? 1) : 1;
      return { ...line, list, position: index + 1, quantity: sign * pieces, netAmount: list !== 'revenue' ? '0.00' : sign === -1 ? negateMoney(amount) : addMoney(amount) };
    });
  return [...of('issued', ISSUED), ...of('revenue', Object.keys(REVENUE)), ...of('returned', RETURNED)];
}

const orderOf = ({ dealerId, partNumber, partId, documentNumber, documentId, term, lineId }: ListedLine): string => [dealerId, partNumber, partId, documentNumber, documentId, term, lineId].join(' ');

/** A frozen line as the hash reads it. */
export const hashedLine = ({ list, position, term, lineId, dealerId, partId, quantity, netAmount, documentKind, documentId, documentNumber, reason }: FrozenLine): string =>
  JSON.stringify([list, position, term, lineId, dealerId, partId, quantity, netAmount, documentKind, documentId, documentNumber, reason]);

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
export function totalsOf(frozen: readonly FrozenLine[]): ListTotals {
  const of = (list: ClosedList): FrozenLine[] => frozen.filter((line) => line.list === list);
  const pieces = (lines: readonly FrozenLine[]): number => lines.reduce((sum, { quantity }) => sum + quantity, 0);
  const [issued, revenue, returned] = [of('issued'), of('revenue'), of('returned')];
  return {
    issuedLines: issued.length, issuedPieces: pieces(issued), revenueLines: revenue.length,
    revenueNet: revenue.reduce((sum, { netAmount }) => addMoney(sum, netAmount), '0.00'), returnedLines: returned.length, returnedPieces: pieces(returned),
  };
}
