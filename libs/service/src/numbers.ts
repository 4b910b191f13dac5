import type { Client } from './data-source.js';

/** How a kind of document is numbered. */
export interface NumberOptions {
  /** The part before the year, e.g. 'CS'. */
  prefix: string;
  /** True: consecutive per kind and year, taken from a counter row; ask for it LAST, it locks the row until the commit. */
  gapFree: boolean;
}

const DIGITS = 6;
const KIND = /^[a-z][a-z0-9_]{0,30}$/;

/** The next number of a kind in the present business year of Asia/Shanghai: 'CS-2026-000123'. */
export async function takeNumber(client: Client, kind: string, options: NumberOptions): Promise<string> {
  if (!KIND.test(kind)) throw new RangeError(`a number kind is lower snake case, at most 31 characters: ${kind}`);
  const { rows } = await client.query<{ year: number; value: string }>({
    name: options.gapFree ? 'number_gap_free' : 'number_rising',
    text: options.gapFree ? GAP_FREE : RISING,
    values: [kind],
  });
  const { year, value } = rows[0];
  return `${options.prefix}-${year}-${value.padStart(DIGITS, '0')}`;
}

const GAP_FREE = `
  insert into number_counter as c (kind, year, last) values ($1, business_year(), 1)
  on conflict (kind, year) do update set last = c.last + 1
  returning year, last::text as value`;

const RISING = `select business_year() as year, next_rising_number($1, business_year())::text as value`;
