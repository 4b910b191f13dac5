import { checkPastDates, checkPastUnit, checkWho, requireAdditionRole } from './past-installation.rules.js';

const refusal = (reason: string, details: object = {}): Error => expect.objectContaining({ reason, details: expect.objectContaining(details) as object }) as Error;
const frame = { month: '2026-03', activeDays: [{ firstDay: '2026-03-05', lastDay: '2026-03-20' }], servingDays: [{ firstDay: '2026-03-05', lastDay: '2026-03-25' }] };
const known = { dispatchedOn: '2026-01-10', sold: false, today: '2026-04-02' };
const dates = { purchaseDate: '2026-02-01', acceptedOn: '2026-03-10' };

describe('an installation that was never recorded', () => {
  it('D-7: is of the report’s month, has been, and follows the purchase', () => {
    expect(() => checkPastDates(dates, frame, known)).not.toThrow();
    expect(() => checkPastDates({ ...dates, purchaseDate: dates.acceptedOn }, frame, known)).not.toThrow();
    const refused = (given: object, today = known.today) => expect(() => checkPastDates({ ...dates, ...given }, frame, { ...known, today })).toThrow;
    refused({ purchaseDate: '' })(refusal('INVALID_DATE', { field: 'purchaseDate' }));
    refused({ purchaseDate: '2026-01-09' })(refusal('DATE_BEFORE_DISPATCH'));
    refused({ acceptedOn: '2026-02-30' })(refusal('INVALID_DATE', { field: 'acceptedOn' }));
    refused({ acceptedOn: '2026-04-01' })(refusal('DATE_OUTSIDE_MONTH'));
    refused({ purchaseDate: '2026-03-11' })(refusal('DATE_BEFORE_SALE'));
    refused({}, '2026-03-09')(refusal('DATE_IN_FUTURE'));
  });

  it('D-7, D-1: was made on a day on which the dealer was active, or suspended and finished what it had sold', () => {
    for (const acceptedOn of ['2026-03-05', '2026-03-20', '2026-03-21', '2026-03-25']) expect(() => checkPastDates({ ...dates, acceptedOn }, frame, known)).not.toThrow();
    for (const acceptedOn of ['2026-03-04', '2026-03-26']) expect(() => checkPastDates({ ...dates, acceptedOn }, frame, known)).toThrow(refusal('DEALER_NOT_ACTIVE_THEN', { field: 'acceptedOn' }));
  });

  it('D-7, D-1: a sale recorded with it was made on an active day, as far as the month says; a recorded one was looked at before', () => {
    const sale = (purchaseDate: string) => ({ purchaseDate, acceptedOn: '2026-03-25' });
    for (const day of ['2026-02-01', '2026-03-05', '2026-03-20']) expect(() => checkPastDates(sale(day), frame, known)).not.toThrow();
    for (const day of ['2026-03-02', '2026-03-21']) expect(() => checkPastDates(sale(day), frame, known)).toThrow(refusal('DEALER_NOT_ACTIVE_THEN', { field: 'purchaseDate' }));
    expect(() => checkPastDates(sale('2026-03-21'), frame, { ...known, sold: true })).not.toThrow();
    expect(() => checkPastDates({ purchaseDate: '2026-03-25', acceptedOn: '2026-03-25' }, frame, { ...known, sold: true, dispatchedOn: '2026-03-26' })).toThrow(refusal('DATE_BEFORE_DISPATCH', { field: 'acceptedOn' }));
  });

  it('D-7: is added by the dealer’s manager', () => {
    expect(() => requireAdditionRole('dealer_manager')).not.toThrow();
    for (const role of ['dealer_technician', 'service_clerk']) expect(() => requireAdditionRole(role)).toThrow(refusal('ROLE_NOT_ALLOWED'));
  });

  it('D-7: names an existing file or gives a new one; a recorded sale says whose it is', () => {
    expect(() => checkWho({ existing: true, fresh: false }, false)).not.toThrow();
    expect(() => checkWho({ existing: false, fresh: true }, true)).not.toThrow();
    expect(() => checkWho({ existing: false, fresh: false }, true)).not.toThrow();
    expect(() => checkWho({ existing: false, fresh: false }, false)).toThrow(refusal('CUSTOMER_AMBIGUOUS'));
    expect(() => checkWho({ existing: true, fresh: true }, true)).toThrow(refusal('CUSTOMER_AMBIGUOUS'));
  });

  it('D-7, D-2: is of a unit not sold yet, or sold by this dealer to this customer, and not recorded yet', () => {
    const unsold = { sold: false, acceptedOn: null, openInstallation: false, ownerId: null };
    const sold = { ...unsold, sold: true, ownerId: 'c' };
    expect(() => checkPastUnit(unsold, 'new')).not.toThrow();
    expect(() => checkPastUnit(sold, { id: 'c' })).not.toThrow();
    expect(() => checkPastUnit(sold, 'owner')).not.toThrow();
    expect(() => checkPastUnit({ ...unsold, sold: true }, { id: 'c' })).toThrow(refusal('UNIT_ALREADY_SOLD'));
    for (const customer of ['new', { id: 'other' }] as const) expect(() => checkPastUnit(sold, customer)).toThrow(refusal('UNIT_ALREADY_SOLD', { existingId: 'c' }));
    expect(() => checkPastUnit({ ...sold, acceptedOn: '2026-03-10' }, 'owner')).toThrow(refusal('INSTALLATION_EXISTS', { acceptedOn: '2026-03-10' }));
    expect(() => checkPastUnit({ ...sold, openInstallation: true }, 'owner')).toThrow(refusal('INSTALLATION_OPEN'));
  });
});
