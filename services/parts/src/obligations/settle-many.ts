import { endedPieces, monthOf, newId } from '@aftercare/domain';
import { ObligationSettledSchema } from '@aftercare/contracts';
import type { Tx } from '@aftercare/service';
import { assertOutstanding } from './obligation.rules.js';
import { DUE_DEADLINE, OVERDUE_DEADLINE } from './due-dates.js';
import type { EndOfPieces } from './settle.js';

/** In the order given, so that a charge is taken back before its pieces end anew. */
const SETTLE = `
  insert into obligation_settlement (id, dealer_id, obligation_id, kind, quantity, document_kind, document_id, at, month)
  select e.id, e.dealer_id, e.obligation_id, e.kind, e.quantity, e.document_kind, e.document_id, $8::timestamptz, $9
    from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::int[], $6::text[], $7::uuid[])
         with ordinality as e (id, dealer_id, obligation_id, kind, quantity, document_kind, document_id, nth) order by nth`;

const NO_DEADLINES = 'delete from deadline where kind = any($1::text[]) and ref = any($2::text[])';

/**
 * H-1: as endPieces for many obligations by one statement: a stocktake's twenty thousand pieces, and ends that are
 * taken back (`…_reversed`), whose pieces are outstanding until they end anew. Refuses MORE_THAN_OUTSTANDING.
 */
export async function endMany(tx: Tx, ends: readonly EndOfPieces[]): Promise<void> {
  if (ends.length === 0) return;
  const at = await tx.now();
  const month = monthOf(at);
  const rows = ends.map((end) => ({ ...end, id: newId(), before: count(end) }));
  const column = <T>(of: (row: (typeof rows)[number]) => T): T[] => rows.map(of);
  await tx.sql({
    name: 'settle_many', text: SETTLE,
    values: [
      column((row) => row.id), column((row) => row.obligation.dealerId), column((row) => row.obligation.id), column((row) => row.kind),
      column((row) => row.quantity), column((row) => row.documentKind), column((row) => row.documentId), at, month,
    ],
  });
  const ended = [...new Set(rows.filter(({ obligation }) => obligation.outstanding === 0).map(({ obligation }) => obligation.id))];
  tx.write({ name: 'settle_deadlines', text: NO_DEADLINES, values: [[DUE_DEADLINE, OVERDUE_DEADLINE], ended] });
  for (const { id, obligation, kind, quantity, before, documentKind, documentId } of rows) {
    const { dealerId, partId } = obligation;
    const after = before - endedPieces(kind, quantity);
    await tx.audit({ action: 'settle', kind: 'obligation', id: obligation.id, dealerId, changed: { outstanding: { before, after }, end: { after: kind } } });
    await tx.announce(ObligationSettledSchema, { obligationId: obligation.id, settlementId: id, dealerId, partId, kind, quantity, documentKind, documentId, month });
  }
}

/** Counts the end on the locked obligation; answers what was outstanding before. */
function count({ obligation, kind, quantity }: EndOfPieces): number {
  const before = obligation.outstanding;
  const ended = endedPieces(kind, quantity);
  assertOutstanding(before, ended);
  obligation.outstanding -= ended;
  return before;
}
