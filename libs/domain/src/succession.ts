import type { DealerStatus } from './codes.js';

/** Who may do less comes first. */
const BY_STANDING: readonly DealerStatus[] = ['terminated', 'applicant', 'suspended', 'active'];

/** D-1: a parent that acts for its child is bound by its own standing as well: the weaker of the two counts. Null is the manufacturer's. */
export function weakerStanding(dealer: DealerStatus, own: DealerStatus | null): DealerStatus {
  return own !== null && BY_STANDING.indexOf(own) < BY_STANDING.indexOf(dealer) ? own : dealer;
}

/** A dealer as DealerChanged told of it. */
export interface KnownStanding {
  id: string;
  status: string;
  successorId: string | null;
}

/**
 * D-1: who takes over from a terminated dealer: its successor, or whoever followed that one since; however late or out of order the
 * ends are told, what goes over ends at the last of them. Null while the dealer serves, or while nobody is named.
 */
export function successorOf(dealerId: string, known: readonly KnownStanding[]): string | null {
  const byId = new Map(known.map((dealer) => [dealer.id, dealer]));
  let at = byId.get(dealerId);
  let successor: string | null = null;
  while (at?.status === 'terminated' && at.successorId !== null) {
    successor = at.successorId;
    byId.delete(at.id);
    at = byId.get(successor);
  }
  return successor;
}
