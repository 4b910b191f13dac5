import { Refusal, requireRole, type Role } from '@aftercare/domain';
import { PHONES_MAX, requireInUse, type FileEnd } from './customer.rules.js';

const MERGERS: readonly Role[] = ['dealer_manager', 'service_clerk'];

/** What a merge depends on of each of the two files. */
export interface MergingFile extends FileEnd {
  id: string;
  dealerId: string;
}

/** Domain 1: the dealer's manager or the clerk merges. Refuses ROLE_NOT_ALLOWED. */
export function requireMergeRole(role: string): void {
  requireRole(role, MERGERS, 'merge');
}

/** C-1: two different files of one dealer, both in use. Refuses CUSTOMER_SAME, DEALER_MISMATCH, CUSTOMER_MERGED, CUSTOMER_ANONYMISED. */
export function checkMerge(merged: MergingFile, surviving: MergingFile): void {
  if (merged.id === surviving.id) throw new Refusal('invalid_argument', 'CUSTOMER_SAME', 'A file cannot be merged into itself.', { field: 'intoId' });
  if (merged.dealerId !== surviving.dealerId) {
    throw new Refusal('failed_precondition', 'DEALER_MISMATCH', 'The files belong to different dealers.', { field: 'intoId' });
  }
  requireInUse(merged);
  requireInUse(surviving);
}

/** C-1: no phone is lost: the surviving file's first, each once. Refuses CUSTOMER_PHONES_TOO_MANY, so that a person says which to drop. */
export function mergedPhones(surviving: readonly string[], merged: readonly string[]): string[] {
  const phones = [...new Set([...surviving, ...merged])];
  if (phones.length <= PHONES_MAX) return phones;
  throw new Refusal('failed_precondition', 'CUSTOMER_PHONES_TOO_MANY', `A customer has at most ${PHONES_MAX} phones.`, { most: PHONES_MAX, together: phones.length });
}
