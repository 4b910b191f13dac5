import { createHash } from 'node:crypto';
import type { Paced } from '@aftercare/domain';

/** Terms of the three lists that a close freezes (B-6). */
export const FROZEN_TERMS: readonly string[] = [
  'shipped_due', 'shipped_charged', 'shipped_free', 'returned_met', 'returned_late', 'returned_surplus', 'converted', 'manual', 'revenue_reversed',
];

/** A line of a month's lists, as far as it is told apart from another. */
export interface DigestedLine {
  term: string;
  lineId: string;
  dealerId: string;
  partId: string;
  pieces: number;
  /** Two decimals. */
  amount: string;
  documentId: string;
}

/** Hex digits of a line's hash that are added up. */
const DIGITS = 15;

/** B-6: how many lines of frozen terms there are, and the sum of their hashes: lists with the same digest have the same lines, in whatever order. */
export function* digestOf(lines: readonly DigestedLine[]): Paced<string> {
  let [count, sum] = [0, 0n];
  for (const { term, lineId, dealerId, partId, pieces, amount, documentId } of lines) {
    yield;
    if (!FROZEN_TERMS.includes(term)) continue;
    count += 1;
    sum += BigInt(`0x${createHash('md5').update([term, lineId, dealerId, partId, pieces, amount, documentId].join('|')).digest('hex').slice(0, DIGITS)}`);
  }
  return `${count}:${sum}`;
}

/** As digestOf, of `lines` with the columns term, line_id, dealer_id, part_id, pieces, amount and document_id. */
export const digestSql = (lines: string): string => `
  select count(*)::text || ':' || coalesce(sum(('x' || substr(md5(concat_ws('|', term, line_id, dealer_id, part_id, pieces, amount, document_id)), 1, ${DIGITS}))::bit(${4 * DIGITS})::bigint), 0)::text as digest
    from (${lines}) line where term in (${FROZEN_TERMS.map((term) => `'${term}'`).join(', ')})`;
