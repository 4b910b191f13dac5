import { Refusal, type ParcelState } from '@aftercare/domain';

/** A parcel or a shipment that carries the number on a label. */
export interface Labelled {
  dealerId: string;
  /** The return parcel; null for a shipment to the dealer. */
  parcel: { id: string; number: string; state: ParcelState; version: number } | null;
}

/** What a label says: whose parcel it is, and which announced one it may be. */
export interface LabelFinding {
  dealerId: string;
  awaited: Labelled['parcel'];
}

/** States of a parcel that nobody waits for: it is there, or was called off. */
const NOT_AWAITED: readonly ParcelState[] = ['received', 'counted', 'cancelled'];

/**
 * H-5: a label tells the dealer where all that carries its number is one dealer's; a parcel that has not arrived yet is the one that was
 * announced. Refuses LABEL_UNKNOWN where it tells nobody, or more than one.
 */
export function readLabel(found: readonly Labelled[]): LabelFinding {
  const dealers = new Set(found.map(({ dealerId }) => dealerId));
  if (dealers.size !== 1) throw new Refusal('failed_precondition', 'LABEL_UNKNOWN', 'The label does not tell whose parcel it is.', { field: 'label' });
  const awaited = found.map(({ parcel }) => parcel).find((parcel) => parcel !== null && !NOT_AWAITED.includes(parcel.state));
  return { dealerId: found[0].dealerId, awaited: awaited ?? null };
}

/** H-5: what was announced is received as what was announced. Refuses RETURN_ANNOUNCED. */
export function assertUnannounced({ awaited }: LabelFinding): void {
  if (awaited !== null) throw new Refusal('failed_precondition', 'RETURN_ANNOUNCED', 'This parcel was announced; receive it.', { number: awaited.number, id: awaited.id });
}
