import type { DealerStatus } from '@aftercare/domain';
import { customerActions } from './customer-actions.rules.js';
import type { FileEnd } from './customer.rules.js';

const inUse: FileEnd = { mergedInto: null, anonymisedAt: null };
const reasons = (customer: FileEnd, role: string, dealerStatus: DealerStatus | null = null): Record<string, string> =>
  Object.fromEntries(customerActions(customer, { role, dealerStatus }).map(({ action, reason }) => [action, reason ?? '']));

describe('what may be done with a customer file', () => {
  it('says who may do it', () => {
    expect(reasons(inUse, 'dealer_manager')).toEqual({ update: '', reveal: '', export: '', merge: '', anonymise: 'ROLE_NOT_ALLOWED' });
    expect(reasons(inUse, 'dealer_technician')).toMatchObject({ update: '', merge: 'ROLE_NOT_ALLOWED' });
    expect(reasons(inUse, 'service_supervisor')).toMatchObject({ update: 'ROLE_NOT_ALLOWED', merge: 'ROLE_NOT_ALLOWED', anonymise: '' });
  });

  it('C-1: a merged file is only read', () => {
    expect(reasons({ ...inUse, mergedInto: 'c2' }, 'dealer_manager')).toMatchObject({ update: 'CUSTOMER_MERGED', reveal: '', merge: 'CUSTOMER_MERGED' });
  });

  it('C-5: so is an anonymised one', () => {
    expect(reasons({ ...inUse, anonymisedAt: '2026-11-26' }, 'service_supervisor')).toMatchObject({ anonymise: 'CUSTOMER_ANONYMISED' });
  });

  it('C-5, D-1: a dealer that left reveals and exports nothing', () => {
    expect(reasons(inUse, 'dealer_manager', 'terminated')).toMatchObject({ reveal: 'DEALER_TERMINATED', export: 'DEALER_TERMINATED' });
    expect(reasons(inUse, 'dealer_manager', 'suspended')).toMatchObject({ reveal: '', export: '' });
  });
});
