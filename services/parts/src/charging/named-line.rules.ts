import { EXCLUSIONS, Refusal, type Exclusion, type SupplyKind } from '@aftercare/domain';

/** A shipped line that a manual slip names. */
export interface NamedLine {
  dealerId: string;
  partId: string;
  /** Pieces shipped, less those that never arrived (P-8). */
  quantity: number;
  supplyKind: SupplyKind;
  returnDue: boolean;
  /** Pieces that manual slips charge by now, less what was reversed. */
  charged: number;
}

/**
 * F-1: an exclusion found after the fact on a free line without return due is charged by a manual slip that names the line, no
 * piece twice and none that never arrived. Pieces that must come back are charged on their obligation, charged ones have their slip. Refuses
 * LINE_UNKNOWN, OBLIGATION_FIRST, LINE_HAS_SLIP, QUANTITY_INVALID.
 */
export function assertNamed(line: NamedLine | undefined, asked: { dealerId: string; partId: string; quantity: number }, field: string): void {
  if (!line || line.dealerId !== asked.dealerId || line.partId !== asked.partId) throw refusal('invalid_argument', 'LINE_UNKNOWN', { field: `${field}.shippingLineId` });
  if (line.returnDue) throw refusal('failed_precondition', 'OBLIGATION_FIRST', { field: `${field}.shippingLineId` });
  if (line.supplyKind === 'charged') throw refusal('failed_precondition', 'LINE_HAS_SLIP', { field: `${field}.shippingLineId` });
  if (asked.quantity > line.quantity - line.charged) throw refusal('invalid_argument', 'QUANTITY_INVALID', { field: `${field}.quantity` });
}

/**
 * P-8, F-1: charged pieces of a free line that have to be given back, because fewer arrived than manual slips charge; by slip, in their
 * order. As long as as many arrived, what was charged was at hand.
 */
export function neverAtHand<T extends { pieces: number }>(arrived: number, slips: readonly T[]): T[] {
  let left = Math.max(0, slips.reduce((sum, { pieces }) => sum + pieces, 0) - arrived);
  return slips.flatMap((slip) => {
    const pieces = Math.min(left, slip.pieces);
    left -= pieces;
    return pieces > 0 ? [{ ...slip, pieces }] : [];
  });
}

/**
 * P-8, F-1: a draft is confirmed where none of its pieces of the line has to be given back, whatever other slips have to. Refuses
 * NEVER_ARRIVED with how many do not stand.
 */
export function assertArrived<T extends { id: string; pieces: number }>(slipId: string, arrived: number, slips: readonly T[]): void {
  const never = neverAtHand(arrived, slips).find(({ id }) => id === slipId);
  if (never) throw new Refusal('failed_precondition', 'NEVER_ARRIVED', 'Pieces that the slip names never arrived. Drop it, and draft one over those that did.', { pieces: never.pieces });
}

/**
 * F-1, W-5: the reason code of a line entered by hand: the exclusion that was found for the shipped line it names, of the closed list
 * and with a photo, else `manual`. Refuses EXCLUSION_UNKNOWN, EVIDENCE_MISSING, FIELD_MISSING.
 */
export function reasonOfLine(line: { shippingLineId: string; exclusion: string }, evidence: readonly unknown[], field: string): Exclusion | 'manual' {
  if (line.shippingLineId === '') {
    if (line.exclusion === '') return 'manual';
    throw refusal('invalid_argument', 'FIELD_MISSING', { field: `${field}.shippingLineId` });
  }
  const exclusion = EXCLUSIONS.find((each) => each === line.exclusion);
  if (!exclusion) throw refusal('invalid_argument', 'EXCLUSION_UNKNOWN', { field: `${field}.exclusion` });
  if (evidence.length === 0) throw refusal('invalid_argument', 'EVIDENCE_MISSING', { field: 'evidence' });
  return exclusion;
}

function refusal(code: 'invalid_argument' | 'failed_precondition', reason: string, details: Record<string, unknown>): Refusal {
  return new Refusal(code, reason, 'The shipped line cannot be charged by this slip.', details);
}
