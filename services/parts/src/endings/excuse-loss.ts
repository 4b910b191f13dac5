import type { Tx } from '@aftercare/service';
import { lockObligationOfLine } from '../obligations/settle.js';
import type { Evidence } from '../requests/review.rules.js';
import { leftToExcuse } from '../shipping/shipping.rules.js';
import { excusePieces } from './excuse-pieces.js';

/** Pieces of a shipped line with a return due that never arrived whole. */
export interface LostPieces {
  shippingLineId: string;
  quantity: number;
  reason: string;
  evidence: Evidence[];
}

const EXCUSED = `select coalesce(sum(quantity), 0)::int as pieces from obligation_excuse where obligation_id = $1 and basis = 'lost_in_transit'`;

/** P-8: a loss in transit excuses its pieces, as far as the supervisor has not done so before. Refuses MORE_THAN_OUTSTANDING. */
export async function excuseLoss(tx: Tx, { shippingLineId, quantity, reason, evidence }: LostPieces): Promise<void> {
  const obligation = await lockObligationOfLine(tx, shippingLineId);
  if (!obligation) return;
  const [{ pieces }] = await tx.sql<{ pieces: number }>({ name: 'lost_excused_before', text: EXCUSED, values: [obligation.id] });
  const left = leftToExcuse(quantity, pieces);
  if (left > 0) await excusePieces(tx, obligation, { quantity: left, basis: 'lost_in_transit', reason: reason.trim(), evidence });
}
