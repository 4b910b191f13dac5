import { Refusal } from '@aftercare/domain';
import type { Tx } from '@aftercare/service';

/** What booking needs of a transaction, whether a command opened it or an event (txOf). */
export type Work = Pick<Tx, 'em' | 'now' | 'announce' | 'audit'>;

const OPEN_ACCOUNT = `
  insert into dealer_account (dealer_id, code, name, title, tax_number, bank, bank_account, address, phone, dealer_version)
  values ($1, '', '', '', '', '', '', '', '', 0) on conflict do nothing`;

/**
 * Takes the turn for a dealer's money: whatever arbitrates (credit, release, invoice request, matching, booking) goes one
 * after the other per dealer, so that two at once with room for one leave one. Take it before reading what is decided on.
 */
export async function lockMoney(work: Work, dealerId: string): Promise<void> {
  await work.em.query(OPEN_ACCOUNT, [dealerId]);
  await work.em.query('select from dealer_account where dealer_id = $1 for update', [dealerId]);
}

const REASON_MAX = 500;

/** Why somebody takes something back. Refuses REASON_MISSING. */
export function requiredReason(reason: string): string {
  const text = reason.trim();
  if (text !== '' && text.length <= REASON_MAX) return text;
  throw new Refusal('invalid_argument', 'REASON_MISSING', 'Say why, in at most 500 characters.', { field: 'reason' });
}
