import { addDays, addMonths, Refusal } from '@aftercare/domain';
import { toldPeriod, type Period } from '../files/dealer-file.rules.js';
import type { Dimension } from './fault-case.rules.js';

/** a query whose parameters are those of a list; what is empty is left out. */
export function queryOf(parameters: Record<string, string>): string {
  return new URLSearchParams(Object.entries(parameters).filter(([, value]) => value !== '')).toString();
}

/** a row's JSON with the query that opens what is behind it. */
export function withQuery<R extends { item: string }>(row: R, query: string): R {
  return { ...row, item: `${row.item.slice(0, -1)},"opens":${JSON.stringify(query)}}` };
}

/** the days of a half-open period, or of it those of one month, as a list takes them: with the last day. */
export function daysOf(period: Period, month = ''): { from: string; to: string } {
  if (month === '') return toldPeriod(period);
  const [first, next] = [`${month}-01`, addMonths(`${month}-01`, 1)];
  return { from: first < period.from ? period.from : first, to: addDays(next > period.to ? period.to : next, -1) };
}

/** What narrows the cases of the fault table; an empty text narrows nothing. */
export interface CaseFilter {
  stage: string;
  family: string;
  modelId: string;
  lot: string;
  dealerId: string;
  partId: string;
  faultCode: string;
  causeCode: string;
  actionCode: string;
  problem: string;
  /** Names of UNSAID, with commas: what the cases do not say. */
  without: string;
}

/** What a case may not say, by the dimension; the filters that would name it. */
const SAID = {
  stage: 'stage', family: 'family', model: 'modelId', lot: 'lot', fault: 'faultCode', cause: 'causeCode', action: 'actionCode', problem: 'problem',
} as const satisfies Partial<Record<Dimension, keyof CaseFilter>>;
export type Unsaid = keyof typeof SAID;
export const UNSAID = Object.keys(SAID) as Unsaid[];

/** the names in a list with commas, each once and in order. Refuses INVALID_FIELD. */
export function unsaidOf<N extends string>(without: string, allowed: readonly N[]): N[] {
  const named = without.split(',').map((name) => name.trim()).filter((name) => name !== '');
  const wrong = named.find((name) => !(allowed as readonly string[]).includes(name));
  if (wrong !== undefined) throw new Refusal('invalid_argument', 'INVALID_FIELD', `Without may name: ${allowed.join(', ')}.`, { field: 'without', allowed: allowed.join(', ') });
  return allowed.filter((name) => named.includes(name));
}

/** one cannot ask for a value and for none of it. Refuses INVALID_FIELD. */
export function refuseContradiction(filter: CaseFilter): void {
  for (const name of unsaidOf(filter.without, UNSAID)) {
    if (filter[SAID[name]] !== '') throw new Refusal('invalid_argument', 'INVALID_FIELD', `Without ${name} there is none to filter by.`, { field: SAID[name] });
  }
}

const CODED: readonly Dimension[] = ['fault', 'cause', 'action'];
const NAMED: Partial<Record<Dimension, keyof CaseFilter>> = { ...SAID, dealer: 'dealerId', part: 'partId' };

/** the query of the records behind a bar: what narrowed the bars, and what this one is of. A code stands behind its family. */
export function recordsBehind({ by, key }: { by: Dimension; key: string }, { period, filter }: { period: Period; filter: CaseFilter }): string {
  const days = daysOf(period, by === 'month' ? key : '');
  const narrowed: CaseFilter = { ...filter };
  const without = new Set<Unsaid>(unsaidOf(filter.without, UNSAID));
  const say = (name: Unsaid, value: string): void => {
    narrowed[SAID[name]] = value;
    if (value === '') without.add(name);
  };
  if (CODED.includes(by) && key !== '') {
    const at = key.indexOf('/');
    say('family', key.slice(0, at));
    say(by as Unsaid, key.slice(at + 1));
  } else if (Object.hasOwn(SAID, by)) {
    say(by as Unsaid, key);
  } else if (NAMED[by]) {
    narrowed[NAMED[by]] = key;
  }
  return queryOf({ ...days, ...narrowed, without: UNSAID.filter((name) => without.has(name)).join(',') });
}
