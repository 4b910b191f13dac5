import type { Place } from '../facts/fact.js';
import type { TieLine } from './tie-line.rules.js';

/** What a line was told with, as one number: a row that was edited or doubled past the events no longer fits it. */
export const sealOf = (row: string): string =>
  `hashtextextended(concat_ws('|', ${['term', 'key', 'line_id', 'month', 'dealer_id', 'part_id', 'pieces', 'amount', 'net', 'link', 'document_id'].map((column) => `${row}.${column}`).join(', ')}), 0)`;

const COLUMNS = 'term, key, line_id, month, dealer_id, part_id, pieces, amount, net, link, document_kind, document_id, document_number, reason, at';

/** What is told again with more is kept with more; else the row stays as it is. */
const KEEP = `
  insert into tie_line as t (generation, ${COLUMNS}, seal)
  select $1, ${COLUMNS.split(', ').map((column) => `r.${column}`).join(', ')}, ${sealOf('r')}
    from (select term, key, "lineId" as line_id, month, "dealerId" as dealer_id, "partId" as part_id, pieces, amount, net, link, "documentKind" as document_kind,
                 "documentId" as document_id, "documentNumber" as document_number, reason, at
            from jsonb_to_recordset($2::jsonb) as told (term text, key text, "lineId" uuid, month text, "dealerId" uuid, "partId" uuid, pieces int, amount numeric(20,2),
                 net numeric(20,2), link text, "documentKind" text, "documentId" uuid, "documentNumber" text, reason text, at timestamptz)) r
  on conflict (generation, term, key) do update set (${COLUMNS}, seal) = (${COLUMNS.split(', ').map((column) => `excluded.${column}`).join(', ')}, excluded.seal)
    where t.link = '' and excluded.link <> ''`;

/** H-8: keeps lines of documents, in any order and however often they are told. */
export async function keepLines({ tx, generation }: Place, lines: readonly TieLine[]): Promise<void> {
  const once = new Map<string, TieLine>();
  for (const line of lines) {
    const known = once.get(`${line.term} ${line.key}`);
    if (!known || known.link === '') once.set(`${line.term} ${line.key}`, line);
  }
  if (once.size === 0) return;
  const rows = [...once.keys()].sort().map((key) => once.get(key));
  await tx.sql({ name: 'tie_lines_keep', text: KEEP, values: [generation, JSON.stringify(rows)] });
}
