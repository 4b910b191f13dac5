import { assertMoneyRole, MONEY_ROLES } from './roles.rules.js';

describe('who may do what with money', () => {
  it('B-2, B-4: payments, matching and invoices are the finance clerk\'s alone', () => {
    for (const action of ['record-payment', 'match', 'request-invoice', 'issue', 'deliver'] as const) {
      expect(MONEY_ROLES[action]).toEqual(['finance_clerk']);
      expect(() => assertMoneyRole(action, 'service_clerk')).toThrow(expect.objectContaining({ code: 'permission_denied', reason: 'ROLE_NOT_ALLOWED' }));
    }
  });

  it('P-9: finance drafts a credit line, the supervisor approves it', () => {
    expect(() => assertMoneyRole('draft-credit-line', 'finance_clerk')).not.toThrow();
    expect(() => assertMoneyRole('approve', 'finance_clerk')).toThrow();
    expect(() => assertMoneyRole('approve', 'service_supervisor')).not.toThrow();
  });

  it('F-4: the dealer, the clerk and finance may change the wish', () => {
    for (const role of ['dealer_manager', 'service_clerk', 'finance_clerk']) expect(() => assertMoneyRole('set-invoice-wish', role)).not.toThrow();
    expect(() => assertMoneyRole('set-invoice-wish', 'dealer_technician')).toThrow();
  });
});
