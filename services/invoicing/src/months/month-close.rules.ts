import { addMoney, compareInstant, compareMoney, isZeroMoney, monthOf, negateMoney, Refusal, subtractMoney } from '@aftercare/domain';

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
  /** Month of its document, where it came after that month was closed and is taken up in this one. */
  ofMonth?: string;
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
  'MONTH_NOT_OVER', 'MONTH_CLOSED', 'EARLIER_MONTH_OPEN', 'BEFORE_FIRST_MONTH', 'SERVICE_SILENT', 'TRANSACTION_RUNNING', 'EVENTS_WAITING', 'DEAD_LETTERS_OPEN', 'DEAD_LETTERS_ELSEWHERE',
  'FIGURES_REBUILDING', 'TIE_OUT_FAULTS', 'LISTS_DIFFER', 'HOLDINGS_DIFFER', 'REVENUE_DIFFERS', 'CLOSED_LIST_DIFFERS',
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

/** What is only said and stands against no close: letters of events that no list is made of. */
export const isHint = ({ code }: Pick<Obstacle, 'code'>): boolean => code === 'DEAD_LETTERS_ELSEWHERE';

const OF_ORDER: readonly Obstacle['code'][] = ['EARLIER_MONTH_OPEN', 'MONTH_CLOSED'];

/** H-8: the lists of a month that has ended agree: nothing of them stands against closing it, whatever the order of months says. */
export const agreedBy = (obstacles: readonly Obstacle[]): boolean => obstacles.every((each) => isHint(each) || OF_ORDER.includes(each.code));

/** What a service has still to do with what happened before a month's end. */
export interface BacklogOf {
  runningSince: string;
  unsentEvents: number;
  deadLetters: number;
  otherDeadLetters: number;
}

/** B-6: nothing of the month may be under way: no transaction that began in it, no event of it, and no letter of what the lists are made of. `until`: the month's end. */
export function waitingObstacles(service: string, backlog: BacklogOf, { until, now }: { until: string; now: string }): Obstacle[] {
  const { runningSince, unsentEvents, deadLetters, otherDeadLetters } = backlog;
  const runs = runningSince !== '' && compareInstant(runningSince, until) === -1 && compareInstant(now, until) !== -1;
  return [
    ...(runs ? [obstacle('TRANSACTION_RUNNING', { service, found: runningSince })] : []),
    ...(unsentEvents > 0 ? [obstacle('EVENTS_WAITING', { service, count: unsentEvents })] : []), ...(deadLetters > 0 ? [obstacle('DEAD_LETTERS_OPEN', { service, count: deadLetters })] : []),
    ...(otherDeadLetters > 0 ? [obstacle('DEAD_LETTERS_ELSEWHERE', { service, count: otherDeadLetters })] : []),
  ];
}

/** What is known of months. */
export interface Standing {
  month: string;
  /** Local date. */
  today: string;
  closed: readonly string[];
  /** The first month of which there is anything; empty for none. */
  first: string;
}

/** B-6: only a month that has ended is closed, once, none before an earlier one, and none before the first of which there is anything. */
export function orderObstacles({ month, today, closed, first }: Standing): Obstacle[] {
  const found: Obstacle[] = [];
  if (month >= monthOf(today)) found.push(obstacle('MONTH_NOT_OVER'));
  if (closed.includes(month)) found.push(obstacle('MONTH_CLOSED'));
  const begins = [first, ...closed].filter((each) => each !== '').sort()[0];
  if (begins !== undefined && month < begins && !closed.includes(month)) found.push(obstacle('BEFORE_FIRST_MONTH', { found: begins }));
  const earlier = first === '' ? undefined : monthsFrom(first, month).find((each) => !closed.includes(each));
  if (earlier !== undefined) found.push(obstacle('EARLIER_MONTH_OPEN', { found: earlier }));
  return found;
}

/** As orderObstacles, for who wants to close it now. Refuses MONTH_NOT_OVER, MONTH_CLOSED, EARLIER_MONTH_OPEN, BEFORE_FIRST_MONTH. */
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
    if (term === HOLDINGS) continue;
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
  const [left, right] = [byDocument(listed.filter(({ term }) => term !== HOLDINGS)), byDocument(figures)];
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

/** A dealer and part whose sums differ, with the lines that were found to differ when they were fetched. */
export interface Compared {
  dealerId: string;
  partId: string;
  partNumber: string;
  lines: Obstacle[];
}

/**
 * H-8: lists whose sums differed do differ in this look, also where the lines that were fetched later have met meanwhile, and where there were too many to fetch: only a
 * look whose sums were equal finds nothing. `unseen`: dealers and parts whose lines were not fetched.
 */
export function namedDifferences(compared: readonly Compared[], unseen: number): Obstacle[] {
  const named = compared.flatMap(({ lines, ...of }) => (lines.length > 0 ? lines : [obstacle('LISTS_DIFFER', { service: 'insights', count: 1, ...of })]));
  return unseen > 0 ? [...named, obstacle('LISTS_DIFFER', { service: 'insights', count: unseen })] : named;
}

/** Terms that change what a dealer holds, with their signs (H-1a). */
const HELD: Readonly<Record<string, 1 | -1>> = {
  opened: 1, opening: 1, shortage_due: -1, settled_returned: -1, settled_charged: -1, settled_excused: -1, settled_credit: -1, undone_charged: 1, undone_returned: 1, undone_excused: 1, undone_credit: 1,
};
/** The stock ledger's own lines of a dealer's holdings; no event tells them. */
export const HOLDINGS = 'holdings';

/** H-1a, H-8 (3): dealers and parts whose holdings in the stock ledger changed by another number of pieces than their obligations say, which are told for themselves. */
export function differingHoldings(lines: readonly ListedLine[]): Obstacle[] {
  const found = new Map<string, { line: ListedLine; moved: number; owed: number }>();
  for (const line of lines) {
    const [moved, owed] = [line.term === HOLDINGS ? line.pieces : 0, (HELD[line.term] ?? 0) * line.pieces];
    if (moved === 0 && owed === 0) continue;
    const key = keyOf(line.dealerId, line.partId);
    const known = found.get(key) ?? { line, moved: 0, owed: 0 };
    found.set(key, { line: known.line, moved: known.moved + moved, owed: known.owed + owed });
  }
  return [...found.values()].filter(({ moved, owed }) => moved !== owed).map(({ line: { dealerId, partId, partNumber }, moved, owed }) =>
    obstacle('HOLDINGS_DIFFER', { service: 'parts', term: HOLDINGS, dealerId, partId, partNumber, listed: String(owed), found: String(moved) }));
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
  /** What of it stands in the lists of months that are closed: it was only booked after that month's end. */
  frozenNet: string;
}

/** B-6, F-8: the documents of which the ledger has booked another revenue than the list says. What was told at the month's end is booked after it. */
export function differingRevenue(lines: readonly ListedLine[], booked: readonly BookedRevenue[]): Obstacle[] {
  const listed = revenueByDocument(lines);
  const open = booked.map(({ net, frozenNet, ...each }) => ({ ...each, net: subtractMoney(net, frozenNet) }));
  const ledger = new Map(open.map((each) => [each.documentId, each]));
  const missing = [...listed].filter(([id, { net }]) => compareMoney(net, ledger.get(id)?.net ?? '0.00') !== 0).map(([documentId, { line, net }]) => obstacle('REVENUE_DIFFERS', {
    service: 'invoicing', dealerId: line.dealerId, partId: line.partId, partNumber: line.partNumber, lineId: line.lineId, term: line.term, documentKind: line.documentKind, documentId,
    documentNumber: line.documentNumber, listed: net, found: ledger.get(documentId)?.net ?? '',
  }));
  const strange = open.filter(({ documentId, net }) => !listed.has(documentId) && !isZeroMoney(net)).map(({ documentId, documentKind, documentNumber, dealerId, net }) =>
    obstacle('REVENUE_DIFFERS', { service: 'invoicing', dealerId, documentKind, documentId, documentNumber, found: net }));
  return [...missing, ...strange];
}

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
export function frozenLines(lines: readonly ListedLine[]): FrozenLine[] {
  const sorted = [...lines].sort((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1));
  const of = (list: ClosedList, terms: readonly string[]): FrozenLine[] =>
    sorted.filter(({ term }) => terms.includes(term)).map(({ pieces, amount, ...line }, index) => {
      const sign = list === 'revenue' ? (REVENUE[line.term] ?? 1) : 1;
      return { ...line, ofMonth: line.ofMonth ?? '', list, position: index + 1, quantity: sign * pieces, netAmount: list !== 'revenue' ? '0.00' : sign === -1 ? negateMoney(amount) : addMoney(amount) };
    });
  return [...of('issued', ISSUED), ...of('revenue', Object.keys(REVENUE)), ...of('returned', RETURNED)];
}

const orderOf = ({ dealerId, partNumber, partId, documentNumber, documentId, term, lineId }: ListedLine): string => [dealerId, partNumber, partId, documentNumber, documentId, term, lineId].join(' ');

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
export function driftOf(month: string, frozen: readonly KeptLine[], lines: readonly ListedLine[]): Drift {
  const sides = new Map<string, Side>();
  const ids = new Set(frozen.map(({ list, lineId }) => keyOf(list, lineId)));
  const sideOf = (of: KeptLine): [string, Side] => {
    const key = keyOf(of.list, of.term, of.dealerId, of.partId, of.documentId);
    return [key, sides.get(key) ?? { line: undefined, kept: NONE, fresh: NONE, now: NONE, lateIds: [] }];
  };
  for (const each of frozen) {
    const [key, side] = sideOf(each);
    sides.set(key, { ...side, kept: plus(side.kept, each) });
  }
  for (const each of frozenLines(lines)) {
    const [key, side] = sideOf(each);
    const fresh = !ids.has(keyOf(each.list, each.lineId));
    sides.set(key, { line: each, kept: side.kept, now: plus(side.now, each), fresh: fresh ? plus(side.fresh, each) : side.fresh, lateIds: fresh ? [...side.lateIds, keyOf(each.term, each.lineId)] : side.lateIds });
  }
  const same = (one: typeof NONE, other: typeof NONE): boolean => one.quantity === other.quantity && compareMoney(one.net, other.net) === 0;
  const lateIds = new Set<string>();
  const differing: Obstacle[] = [];
  for (const [key, { line, kept, fresh, now, lateIds: came }] of sides) {
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
export function totalsOf(frozen: readonly FrozenLine[]): ListTotals {
  const of = (list: ClosedList): FrozenLine[] => frozen.filter((line) => line.list === list);
  const pieces = (lines: readonly FrozenLine[]): number => lines.reduce((sum, { quantity }) => sum + quantity, 0);
  const [issued, revenue, returned] = [of('issued'), of('revenue'), of('returned')];
  return {
    issuedLines: issued.length, issuedPieces: pieces(issued), revenueLines: revenue.length,
    revenueNet: revenue.reduce((sum, { netAmount }) => addMoney(sum, netAmount), '0.00'), returnedLines: returned.length, returnedPieces: pieces(returned),
  };
}
