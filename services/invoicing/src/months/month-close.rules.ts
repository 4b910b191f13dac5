import { addMoney, compareInstant, compareMoney, isZeroMoney, monthOf, negateMoney, Refusal, subtractMoney, type Paced } from '@aftercare/domain';

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
  'MONTH_NOT_OVER', 'MONTH_CLOSED', 'EARLIER_MONTH_OPEN', 'BEFORE_FIRST_MONTH', 'SERVICE_SILENT', 'SERVICE_OVERTAXED', 'TRANSACTION_RUNNING', 'EVENTS_WAITING', 'DEAD_LETTERS_OPEN', 'DEAD_LETTERS_ELSEWHERE',
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

/**
 * As orderObstacles, for who wants to close it now, as far as this service alone knows: a month before its own first entry may hold what
 * others have, for example parts that went out free. Refuses MONTH_NOT_OVER, MONTH_CLOSED, EARLIER_MONTH_OPEN, BEFORE_FIRST_MONTH.
 */
export function assertOrder(standing: Standing): void {
  const [first] = orderObstacles(standing.month < standing.first ? { ...standing, first: '' } : standing);
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

const NO_MONEY = '0.00';

/** One key of several, none of which has a blank. */
export const keyOf = (...parts: string[]): string => parts.join(' ');

/** What is added to a sum, which most lines of a month don't change. */
const plus = (sum: string, amount: string): string => (amount === NO_MONEY ? sum : sum === NO_MONEY ? amount : addMoney(sum, amount));

/** The sums of lines by dealer, part and term. */
export function* sumsOf(lines: readonly ListedLine[]): Paced<ListedSum[]> {
  const sums = new Map<string, ListedSum>();
  for (const { dealerId, partId, term, pieces, amount } of lines) {
    yield;
    if (term === HOLDINGS) continue;
    const key = keyOf(dealerId, partId, term);
    const sum = sums.get(key);
    if (sum === undefined) {
      sums.set(key, { dealerId, partId, term, pieces, amount });
      continue;
    }
    sum.pieces += pieces;
    sum.amount = plus(sum.amount, amount);
  }
  return [...sums.values()];
}

/** H-8: the dealers and parts of which two lists do not have the same terms. */
export function* differingSums(listed: readonly ListedSum[], figures: readonly ListedSum[]): Paced<{ dealerId: string; partId: string }[]> {
  const unmet = new Map<string, ListedSum>();
  for (const sum of listed) {
    yield;
    unmet.set(keyOf(sum.dealerId, sum.partId, sum.term), sum);
  }
  const differing: ListedSum[] = [];
  for (const sum of figures) {
    yield;
    const key = keyOf(sum.dealerId, sum.partId, sum.term);
    if (!sameAs(unmet.get(key), sum)) differing.push(sum);
    unmet.delete(key);
  }
  differing.push(...[...unmet.values()].filter((sum) => !sameAs(sum, undefined)));
  return [...new Map(differing.map(({ dealerId, partId }) => [keyOf(dealerId, partId), { dealerId, partId }])).values()];
}

function sameAs(one: Pick<ListedSum, 'pieces' | 'amount'> | undefined, other: Pick<ListedSum, 'pieces' | 'amount'> | undefined): boolean {
  const [left, right] = [one?.amount ?? NO_MONEY, other?.amount ?? NO_MONEY];
  return (one?.pieces ?? 0) === (other?.pieces ?? 0) && (left === right || compareMoney(left, right) === 0);
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
export function* differingHoldings(lines: readonly ListedLine[]): Paced<Obstacle[]> {
  const found = new Map<string, { line: ListedLine; moved: number; owed: number }>();
  for (const line of lines) {
    yield;
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
export const REVENUE: Readonly<Record<string, 1 | -1>> = { shipped_charged: 1, converted: 1, manual: 1, revenue_reversed: -1 };

/** A line's amount as it counts in the revenue list (F-8). */
export const signedRevenue = ({ term, amount }: Pick<ListedLine, 'term' | 'amount'>): string => (REVENUE[term] === -1 ? negateMoney(amount) : amount);

/** F-8: what the revenue list says of each document. */
export function* revenueByDocument(lines: readonly ListedLine[]): Paced<Map<string, { line: ListedLine; net: string }>> {
  const found = new Map<string, { line: ListedLine; net: string }>();
  for (const line of lines) {
    yield;
    if (REVENUE[line.term] === undefined) continue;
    const known = found.get(line.documentId);
    if (known === undefined) found.set(line.documentId, { line, net: signedRevenue(line) });
    else known.net = plus(known.net, signedRevenue(line));
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
export function* differingRevenue(listed: ReadonlyMap<string, { line: ListedLine; net: string }>, booked: readonly BookedRevenue[]): Paced<Obstacle[]> {
  const [missing, strange]: [Obstacle[], Obstacle[]] = [[], []];
  const ledger = new Map<string, string>();
  for (const { documentId, documentKind, documentNumber, dealerId, net: whole, frozenNet } of booked) {
    yield;
    const net = frozenNet === NO_MONEY ? whole : subtractMoney(whole, frozenNet);
    ledger.set(documentId, net);
    if (!listed.has(documentId) && !isZeroMoney(net)) strange.push(obstacle('REVENUE_DIFFERS', { service: 'invoicing', dealerId, documentKind, documentId, documentNumber, found: net }));
  }
  for (const [documentId, { line: { dealerId, partId, partNumber, lineId, term, documentKind, documentNumber }, net }] of listed) {
    yield;
    const found = ledger.get(documentId);
    if (net === found || compareMoney(net, found ?? NO_MONEY) === 0) continue;
    missing.push(obstacle('REVENUE_DIFFERS', { service: 'invoicing', dealerId, partId, partNumber, lineId, term, documentKind, documentId, documentNumber, listed: net, found: found ?? '' }));
  }
  return [...missing, ...strange];
}
