import { isDealerRole } from './codes.js';
import { Refusal } from './refusal.js';

/**
 * Domain 1: where the manufacturer acts on a dealer's behalf, the name of who asked is kept; a dealer's own user acts for himself, and the
 * administrator by his own right, so of them nothing is. Refuses ASKED_BY_MISSING.
 */
export function askerOf(role: string, askedBy: string): string {
  if (isDealerRole(role) || role === 'admin') return '';
  const name = askedBy.trim();
  if (name === '') throw new Refusal('invalid_argument', 'ASKED_BY_MISSING', 'Name who asked.', { field: 'askedBy' });
  return name;
}
