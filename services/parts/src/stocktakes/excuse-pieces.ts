import { newId } from '@aftercare/domain';
import type { Tx } from '@aftercare/service';
import type { EndOfPieces, LockedObligation } from '../obligations/settle.js';
import type { LineWithFigures } from './stocktake-figures.js';

/** A frozen obligation with the pieces that have not ended. */
export type FrozenObligation = LockedObligation & { pieces: number; isExtended: boolean };

const EXCUSES = `
  insert into obligation_excuse (id, dealer_id, obligation_id, quantity, basis, reason, evidence, excused_by, at)
  select e.id, $1, e.obligation_id, e.quantity, 'approval', $5, $6::jsonb, $7, business_now()
    from unnest($2::uuid[], $3::uuid[], $4::int[]) as e (id, obligation_id, quantity)`;

/** H-1, H-7: writes off what is still out of the lines that were excused, each piece with the decision's reason and evidence; answers the ends. */
export async function excusePieces(tx: Tx, lines: readonly LineWithFigures[], piecesOf: ReadonlyMap<string, FrozenObligation[]>): Promise<EndOfPieces[]> {
  const ends: EndOfPieces[] = [];
  for (const line of lines) {
    const obligations = piecesOf.get(line.partId) ?? [];
    const ids = obligations.map(() => newId());
    await tx.sql({
      name: 'excuse_pieces', text: EXCUSES,
      values: [
        line.dealerId, ids, obligations.map(({ id }) => id), obligations.map(({ pieces }) => pieces), line.decisionReason,
        JSON.stringify(line.decisionEvidence), line.decidedBy,
      ],
    });
    ends.push(...obligations.map((obligation, at): EndOfPieces => (
      { obligation, kind: 'excused', quantity: obligation.pieces, documentKind: 'obligation_excuse', documentId: ids[at] })));
  }
  return ends;
}
