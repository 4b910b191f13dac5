import { isRealDate, Refusal, requireRole, type Role } from '@aftercare/domain';

const MAY: readonly Role[] = ['dealer_manager', 'dealer_technician', 'service_clerk'];

/** What a transfer depends on of the unit: whose it is, since when it may change hands, and when it last did. */
export interface TransferringUnit {
  dispatchedOn: string;
  purchaseDate: string | null;
  sold: boolean;
  /** The sale as far as it is the caller's to see; null while unsold, and of another dealer's sale. */
  sale: { dealerId: string; ownerId: string } | null;
  lastTransferOn: string | null;
}

/** Domain 1. Refuses ROLE_NOT_ALLOWED. */
export function requireTransferRole(role: string): void {
  requireRole(role, MAY, 'transfer');
}

/**
 * C-2: a sold unit goes to another customer of the same dealer, on a real day between the sale (or the transfer before)
 * and today, with a reason. A sale on a day nobody knows lies after the dispatch.
 */
export function checkTransfer(
  unit: TransferringUnit, to: { id: string; dealerId: string }, transfer: { transferredOn: string; reason: string }, today: string,
): void {
  if (unit.sale === null) throw notTheirs(unit.sold);
  if (to.dealerId !== unit.sale.dealerId) {
    throw new Refusal('failed_precondition', 'DEALER_MISMATCH', 'The customer is another dealer’s.', { field: 'customerId' });
  }
  if (to.id === unit.sale.ownerId) throw wrong('customerId', 'OWNER_UNCHANGED', 'The customer owns the unit already.');
  checkDay(unit, transfer.transferredOn, today);
  if (transfer.reason.trim() === '') throw wrong('reason', 'REASON_MISSING', 'Say why.');
}

/** Why there is no sale of theirs to hand over. */
function notTheirs(sold: boolean): Refusal {
  if (sold) return new Refusal('failed_precondition', 'UNIT_SOLD_ELSEWHERE', 'Another dealer sold the unit.');
  return new Refusal('failed_precondition', 'UNIT_NOT_SOLD', 'The unit is not sold yet.');
}

function checkDay(unit: TransferringUnit, day: string, today: string): void {
  if (!isRealDate(day)) throw wrong('transferredOn', 'INVALID_DATE', 'This is not a calendar date.');
  if (day > today) throw wrong('transferredOn', 'DATE_IN_FUTURE', 'The transfer lies in the future.');
  if (day < (unit.purchaseDate ?? unit.dispatchedOn)) throw wrong('transferredOn', 'DATE_BEFORE_SALE', 'The unit was not sold yet on that day.');
  if (unit.lastTransferOn !== null && day < unit.lastTransferOn) {
    throw wrong('transferredOn', 'DATE_BEFORE_TRANSFER', 'The unit changed hands later than that.');
  }
}

function wrong(field: string, reason: string, message: string): Refusal {
  return new Refusal('invalid_argument', reason, message, { field });
}
