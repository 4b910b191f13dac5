import type { Client } from 'pg';
import type { Api } from '../http/api.js';
import { BY, barsBySource, curveBySource, ratesBySource, type Bar, type CurvePoint, type Days, type Rate } from './brute-force.js';

interface Page<T> {
  items: T[];
  nextCursor: string;
}

/** All pages of a list. */
async function everything<T>(api: Api, path: string): Promise<T[]> {
  const items: T[] = [];
  for (let cursor = ''; ;) {
    const page = await api.get<Page<T>>(`${path}&limit=200${cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`}`);
    items.push(...page.items);
    if (page.nextCursor === '') return items;
    cursor = page.nextCursor;
  }
}

/** Waits until insights stands as it will: built, and with everything that was told. */
export async function figuresReady(insights: Client, withinMs = 600_000): Promise<void> {
  for (const until = Date.now() + withinMs; ;) {
    const { rows: [model] } = await insights.query<{ building: number | null }>('select building from read_model');
    if (model?.building === null) return;
    if (Date.now() > until) throw new Error('the figures are still being built');
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

/** Every figure that differs from the source tables, in words; none when all agree. `say` hears how many agree. */
export async function differences(api: Api, sources: Client, days: Days, say: (line: string) => void = () => undefined): Promise<string[]> {
  const query = `from=${days.from}&to=${days.to}`;
  const found: string[] = [];
  const compare = (what: string, got: object[], expected: object[]): void => {
    const [told, is] = [got, expected].map((rows) => rows.map((row) => JSON.stringify(row)).sort());
    const [asTold, asIs] = [new Set(told), new Set(is)];
    const wrong = [...told.filter((row) => !asIs.has(row)).map((row) => `${what}: told ${row}`), ...is.filter((row) => !asTold.has(row)).map((row) => `${what}: is ${row}`)];
    if (wrong.length === 0 && told.length !== is.length) wrong.push(`${what}: told ${told.length} rows, is ${is.length}`);
    if (is.length === 0) found.push(`${what}: nothing to compare`);
    found.push(...wrong.slice(0, 5));
    say(`${what}: ${is.length} figures, ${wrong.length === 0 ? 'equal' : `${wrong.length} differences`}`);
  };
  for (const by of BY) {
    const bars = await everything<Bar>(api, `/quality/pareto?by=${by}&${query}`);
    compare(`pareto by ${by}`, bars.map(({ key, cases, faults, pieces, cost, unitsSold }) => ({ key, cases, faults, pieces, cost, unitsSold })), await barsBySource(sources, by, days));
  }
  const curve = await everything<CurvePoint>(api, `/quality/months-in-service?${query}`);
  compare('months in service', curve.map(({ serviceMonth, units, cases }) => ({ serviceMonth, units, cases })), await curveBySource(sources, days));
  const rates = await everything<Rate>(api, `/quality/rates?by=dealer&${query}`);
  compare('rates by dealer', rates.map(({ key, calls, resolved, firstVisit, repeated }) => ({ key, calls, resolved, firstVisit, repeated })), await ratesBySource(sources, days));
  for (const by of ['fault', 'lot', 'part']) {
    const [bar] = await everything<Bar & { opens: string }>(api, `/quality/pareto?by=${by}&${query}`);
    if (!bar) continue;
    const records = await everything<object>(api, `/quality/records?${bar.opens}`);
    compare(`records behind ${by} ${bar.key}`, [{ records: records.length }], [{ records: bar.cases }]);
  }
  return found;
}
