import { customerActions } from './customer-actions.rules.js';

const reasons = (customer: { mergedInto: string | null }, role: string): Record<string, string> =>
  Object.fromEntries(customerActions(customer, role).map(({ action, reason }) => [action, reason ?? '']));

describe('what may be done with a customer file', () => {
  it('says who may do it', () => {
    expect(reasons({ mergedInto: null }, 'dealer_manager')).toEqual({ update: '', reveal: '', merge: '' });
    expect(reasons({ mergedInto: null }, 'dealer_technician')).toMatchObject({ update: '', merge: 'ROLE_NOT_ALLOWED' });
    expect(reasons({ mergedInto: null }, 'finance_clerk')).toMatchObject({ update: 'ROLE_NOT_ALLOWED', merge: 'ROLE_NOT_ALLOWED' });
  });

  it('C-1: a merged file is only read', () => {
    expect(reasons({ mergedInto: 'c2' }, 'dealer_manager')).toEqual({ update: 'CUSTOMER_MERGED', reveal: '', merge: 'CUSTOMER_MERGED' });
  });
});
