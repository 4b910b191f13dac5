import { accountRefusal, placeProblem, seesAccount } from './user-scope.rules.js';

const dealerA = 'dealer-a';
const manager = { role: 'dealer_manager', dealerId: dealerA };

describe('whose accounts are whose', () => {
  it('the admin looks after the manufacturer’s accounts and everybody’s', () => {
    const admin = { role: 'admin', dealerId: null };
    expect(accountRefusal(admin, { role: 'finance_clerk', dealerId: null })).toBeUndefined();
    expect(accountRefusal(admin, { role: 'dealer_manager', dealerId: dealerA })).toBeUndefined();
  });

  it('a clerk looks after dealers’ accounts only, a manager after his own dealer’s', () => {
    const clerk = { role: 'service_clerk', dealerId: null };
    expect(accountRefusal(clerk, { role: 'dealer_manager', dealerId: dealerA })).toBeUndefined();
    expect(accountRefusal(clerk, { role: 'admin', dealerId: null })).toBe('ROLE_NOT_ALLOWED');
    expect(accountRefusal(manager, { role: 'dealer_technician', dealerId: dealerA })).toBeUndefined();
    expect(accountRefusal(manager, { role: 'admin', dealerId: null })).toBe('ROLE_NOT_ALLOWED');
    expect(accountRefusal(manager, { role: 'dealer_technician', dealerId: 'dealer-b' })).toBe('ROLE_NOT_ALLOWED');
  });

  it('a dealer’s user sees his own dealer’s accounts and no other', () => {
    expect(seesAccount(manager, { dealerId: dealerA })).toBe(true);
    expect(seesAccount(manager, { dealerId: 'dealer-b' })).toBe(false);
    expect(seesAccount(manager, { dealerId: null })).toBe(false);
  });

  it('role, dealer and site must fit together', () => {
    expect(placeProblem({ role: 'dealer_manager', dealerId: null, siteId: null })).toBe('DEALER_REQUIRED');
    expect(placeProblem({ role: 'admin', dealerId: dealerA, siteId: null })).toBe('DEALER_NOT_FOR_ROLE');
    expect(placeProblem({ role: 'finance_clerk', dealerId: null, siteId: 'tz' })).toBe('SITE_NOT_FOR_ROLE');
    expect(placeProblem({ role: 'warehouse_keeper', dealerId: null, siteId: 'tz' })).toBeUndefined();
  });
});
