import { Refusal } from '@aftercare/domain';

/** Where a request names its parts, and whether a line may be of no part of the catalogue. */
export interface NamedIn {
  list: 'partsUsed' | 'lines';
  /** A quote may name something of the dealer's own that the catalogue lacks; a record may not. */
  mayBeOwn?: boolean;
}

/**
 * a part that is named is one of the catalogue, whatever its source and whether it is still sold: its own term of
 * warranty and the fault table go by it. Refuses PART_UNKNOWN.
 */
export function refuseUnknownParts(named: readonly { partId: string }[], known: ReadonlySet<string>, { list, mayBeOwn = false }: NamedIn): void {
  const at = named.findIndex(({ partId }) => !known.has(partId) && !(mayBeOwn && partId === ''));
  if (at < 0) return;
  throw new Refusal('not_found', 'PART_UNKNOWN', 'The catalogue has no such part.', { field: `${list}[${at}].partId` });
}
