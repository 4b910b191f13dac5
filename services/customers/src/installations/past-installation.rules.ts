import { isRealDate, monthOf, Refusal, requireRole, type Role } from '@aftercare/domain';

/** Monthly reports are the dealer manager's (domain 1), and so is what is added to them. */
const MAY: readonly Role[] = ['dealer_manager'];

/** Days from the first to the last, both count. */
interface Days {
  firstDay: string;
  lastDay: string;
}

/** What `dealers` said of the report: its month, and the days of it on which the dealer could sell, and could install. */
export interface ReportFrame {
  month: string;
  /** Active: it sold and installed. */
  activeDays: readonly Days[];
  /** Active or suspended: it finished what was sold. */
  servingDays: readonly Days[];
}

/** The dates of an installation that was never recorded; the purchase may be known from a recorded sale. */
export interface PastDates {
  purchaseDate: string;
  acceptedOn: string;
}

/** Refuses ROLE_NOT_ALLOWED. */
export function requireAdditionRole(role: string): void {
  requireRole(role, MAY, 'add to a monthly report');
}

/** What is known of the unit and of today. */
export interface DateFacts {
  dispatchedOn: string;
  /** The sale is recorded already; its day was looked at then. */
  sold: boolean;
  today: string;
}

/**
 * D-7: an addition is an installation of the report's month that has been, after the purchase. D-1: on a day on which the dealer was active
 * or suspended, since a suspended one finishes what it sold; a sale that is recorded with it was made on an active day, as far as the month
 * says. Refuses INVALID_DATE, DATE_OUTSIDE_MONTH, DATE_IN_FUTURE, DATE_BEFORE_DISPATCH, DATE_BEFORE_SALE, DEALER_NOT_ACTIVE_THEN.
 */
export function checkPastDates(dates: PastDates, frame: ReportFrame, known: DateFacts): void {
  if (!known.sold) checkPurchaseDay(dates.purchaseDate, frame, known);
  checkAcceptedDay(dates, frame, known);
}

/** The day of a purchase that is recorded with the installation; refuses as checkPastDates. */
export function checkPurchaseDay(purchaseDate: string, frame: ReportFrame, { dispatchedOn }: Pick<DateFacts, 'dispatchedOn'>): void {
  if (!isRealDate(purchaseDate)) throw wrong('purchaseDate', 'INVALID_DATE', 'This is not a calendar date.');
  if (purchaseDate < dispatchedOn) throw wrong('purchaseDate', 'DATE_BEFORE_DISPATCH', 'The unit had not left the factory on that day.');
  if (monthOf(purchaseDate) === frame.month && !isWithin(purchaseDate, frame.activeDays)) throw notActive('purchaseDate');
}

/** The day of the installation; refuses as checkPastDates. A day of purchase that is none is told by its own check. */
export function checkAcceptedDay({ purchaseDate, acceptedOn }: PastDates, frame: ReportFrame, known: Pick<DateFacts, 'dispatchedOn' | 'today'>): void {
  if (!isRealDate(acceptedOn)) throw wrong('acceptedOn', 'INVALID_DATE', 'This is not a calendar date.');
  if (monthOf(acceptedOn) !== frame.month) throw wrong('acceptedOn', 'DATE_OUTSIDE_MONTH', 'The day is not of the report’s month.');
  if (acceptedOn > known.today) throw wrong('acceptedOn', 'DATE_IN_FUTURE', 'The day has not come yet.');
  if (isRealDate(purchaseDate) && acceptedOn < purchaseDate) throw wrong('acceptedOn', 'DATE_BEFORE_SALE', 'It was installed before it was bought.');
  if (acceptedOn < known.dispatchedOn) throw wrong('acceptedOn', 'DATE_BEFORE_DISPATCH', 'The unit had not left the factory on that day.');
  if (!isWithin(acceptedOn, frame.servingDays)) throw notActive('acceptedOn');
}

/** D-7: whose installation it was: an existing file or a new one, not both; a unit that is sold already says it by itself. Refuses CUSTOMER_AMBIGUOUS. */
export function checkWho(given: { existing: boolean; fresh: boolean }, sold: boolean): void {
  if (given.existing !== given.fresh || (sold && !given.fresh)) return;
  throw new Refusal('invalid_argument', 'CUSTOMER_AMBIGUOUS', 'Name an existing customer, or give a new one.', { field: 'customer' });
}

/** What stands in the registry of a unit, as far as the dealer may know. */
export interface PastUnit {
  sold: boolean;
  acceptedOn: string | null;
  openInstallation: boolean;
  /** Who owns it, if this dealer sold it. */
  ownerId: string | null;
}

/**
 * D-7, D-2: a unit is installed by the dealer that sold it, once: what is recorded already is not added again. A recorded sale is
 * taken up, if the customer is its owner. Refuses UNIT_ALREADY_SOLD (details existingId: the owner), INSTALLATION_EXISTS, INSTALLATION_OPEN.
 */
export function checkPastUnit(unit: PastUnit, customer: { id: string } | 'new' | 'owner'): void {
  if (unit.sold && unit.ownerId === null) throw new Refusal('failed_precondition', 'UNIT_ALREADY_SOLD', 'The unit is sold already.', { field: 'serial' });
  if (unit.ownerId !== null && customer !== 'owner' && (customer === 'new' || customer.id !== unit.ownerId)) {
    throw new Refusal('failed_precondition', 'UNIT_ALREADY_SOLD', 'The unit is sold already, to another customer.', { field: 'serial', existingId: unit.ownerId });
  }
  if (unit.acceptedOn !== null) throw new Refusal('failed_precondition', 'INSTALLATION_EXISTS', 'The unit’s installation is recorded already.', { field: 'serial', acceptedOn: unit.acceptedOn });
  if (unit.openInstallation) throw new Refusal('failed_precondition', 'INSTALLATION_OPEN', 'The unit has an open appointment.', { field: 'serial' });
}

function isWithin(day: string, periods: readonly Days[]): boolean {
  return periods.some(({ firstDay, lastDay }) => firstDay <= day && day <= lastDay);
}

function notActive(field: string): Refusal {
  return new Refusal('failed_precondition', 'DEALER_NOT_ACTIVE_THEN', 'The dealer was not active on that day.', { field });
}

function wrong(field: string, reason: string, message: string): Refusal {
  return new Refusal('invalid_argument', reason, message, { field });
}
