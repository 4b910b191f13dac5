import { addDays, addMonths } from '@aftercare/domain';
import { toldPeriod, type Period } from '../files/dealer-file.rules.js';

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
