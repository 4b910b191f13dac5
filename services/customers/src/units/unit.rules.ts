import { isDealerRole, isRealDate, Refusal, refusalReason, regionWithin, requireRole, serialText, STATED_AMOUNT, type DealerStatus, type Role } from '@aftercare/domain';
import { refuseLeft, requireActiveDealer } from '../customers/customer.rules.js';
import { requireTransferRole } from './transfer.rules.js';

const MAY: Record<'sell' | 'extend-warranty', readonly Role[]> = {
  sell: ['dealer_manager', 'dealer_technician', 'service_clerk'],
  'extend-warranty': ['service_supervisor'],
};
const SERIAL = /^[A-Z0-9][A-Z0-9/._-]{2,39}$/;

/** Look-ups by serial that a dealer's user may make in an hour (D-9): plenty for work, too few to try serials. */
export const LOOKUPS_PER_HOUR = 120;

/** Refuses ROLE_NOT_ALLOWED. */
export function requireUnitRole(what: keyof typeof MAY, role: string): void {
  requireRole(role, MAY[what], what);
}

/** C-2: one spelling of a serial: upper case, no spaces. Empty when it cannot be one. */
export function normaliseSerial(serial: string): string {
  const text = serialText(serial);
  return SERIAL.test(text) ? text : '';
}

/** C-2: a sale of a unit not sold before, on a real day between dispatch and today, or on a day nobody knows (W-4). */
export function checkSale(unit: { sold: boolean; dispatchedOn: string }, sale: { purchaseDate: string; salePrice: string }, today: string): void {
  if (unit.sold) throw new Refusal('failed_precondition', 'UNIT_ALREADY_SOLD', 'The unit is sold already.');
  if (sale.purchaseDate !== '') {
    if (!isRealDate(sale.purchaseDate)) throw wrong('purchaseDate', 'INVALID_DATE', 'This is not a calendar date.');
    if (sale.purchaseDate > today) throw wrong('purchaseDate', 'DATE_IN_FUTURE', 'The purchase lies in the future.');
    if (sale.purchaseDate < unit.dispatchedOn) throw wrong('purchaseDate', 'DATE_BEFORE_DISPATCH', 'The unit had not left the factory on that day.');
  }
  if (sale.salePrice !== '' && !STATED_AMOUNT.test(sale.salePrice)) {
    throw wrong('salePrice', 'AMOUNT_INVALID', 'A price has at most 10 digits, at most two decimals and is not negative.');
  }
}

/**
 * C-3: a sale is cross-territory (窜货) when the unit was dispatched to another dealer or the customer lives outside the
 * seller's territory. It is allowed and flagged. A dealer without a territory is not bound to one.
 */
export function isCrossTerritory(sale: { sellerId: string; dispatchedTo: string | null; region: string; territory: readonly string[] }): boolean {
  if (sale.dispatchedTo !== sale.sellerId) return true;
  return sale.territory.length > 0 && !regionWithin(sale.region, sale.territory);
}

/** D-9: look-ups are limited for dealers' users. Refuses by answering false. */
export function mayLookUp(role: string, lookupsLastHour: number): boolean {
  return !isDealerRole(role) || lookupsLastHour < LOOKUPS_PER_HOUR;
}

/** C-2: who sees for how much a unit was sold: the selling dealer itself, finance and the auditor. */
export function seesSalePrice(caller: { role: string; dealerId: string | null }, sellerId: string): boolean {
  return caller.dealerId === sellerId || caller.role === 'finance_clerk' || caller.role === 'auditor';
}

/** C-2: of a sale the caller does not see it is told that there is one, and no more. */
function whyNotTheirs(unit: { sold: boolean; sellingDealerId: string | null }): string | undefined {
  if (unit.sellingDealerId !== null) return undefined;
  return unit.sold ? 'UNIT_SOLD_ELSEWHERE' : 'UNIT_NOT_SOLD';
}

/** What of a unit its next steps depend on. */
export interface ActingUnit {
  sold: boolean;
  sellingDealerId: string | null;
  /** Of the dealer that serves its owner; null while nothing was heard of it or nobody does. */
  servingDealerStatus?: DealerStatus | null;
  /** Whether it is the caller's own work (C-5); everything is for whoever is no technician. */
  ownWork: boolean;
}

/**
 * What the caller may do with a unit now, and why not. D-1: only an active dealer sells; a parent hands nothing over for a child that left.
 * C-5: to a technician the owner of what is not his work is as if he were not there.
 */
export function unitActions(unit: ActingUnit, { role, dealerStatus }: { role: string; dealerStatus: DealerStatus | null }): { action: string; reason?: string }[] {
  const maySell = dealerStatus === null ? undefined : refusalReason(() => requireActiveDealer(dealerStatus));
  const left = dealerStatus === null ? undefined : refusalReason(() => refuseLeft(unit.servingDealerStatus ?? null));
  return [
    { action: 'sell', reason: refusalReason(() => requireUnitRole('sell', role)) ?? (unit.sold ? 'UNIT_ALREADY_SOLD' : maySell) },
    { action: 'transfer', reason: refusalReason(() => requireTransferRole(role)) ?? whyNotTheirs(unit) ?? (unit.ownWork ? left : 'NOT_FOUND') },
    { action: 'extend-warranty', reason: refusalReason(() => requireUnitRole('extend-warranty', role)) },
  ];
}

function wrong(field: string, reason: string, message: string): Refusal {
  return new Refusal('invalid_argument', reason, message, { field });
}
