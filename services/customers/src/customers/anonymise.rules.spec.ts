import { ANONYMOUS, checkAnonymise, requireAnonymiseRole } from './anonymise.rules.js';

const refusal = (reason: string): Error => expect.objectContaining({ reason }) as Error;
const file = { mergedInto: null, anonymisedAt: null, openInstallations: 0 };

describe('anonymising a customer', () => {
  it('C-5: happens on request with a reason, once, at the file in use', () => {
    expect(() => checkAnonymise(file, '本人要求')).not.toThrow();
    expect(() => checkAnonymise(file, ' ')).toThrow(refusal('REASON_MISSING'));
    expect(() => checkAnonymise({ ...file, mergedInto: 'c2' }, 'x')).toThrow(refusal('CUSTOMER_MERGED'));
    expect(() => checkAnonymise({ ...file, anonymisedAt: '2026-11-26' }, 'x')).toThrow(refusal('CUSTOMER_ANONYMISED'));
  });

  it('C-5: waits for an open appointment, which needs the data', () => {
    expect(() => checkAnonymise({ ...file, openInstallations: 1 }, 'x')).toThrow(refusal('INSTALLATION_OPEN'));
  });

  it('C-5: is the administrator’s or the supervisor’s to do, and leaves no name', () => {
    for (const role of ['admin', 'service_supervisor']) expect(() => requireAnonymiseRole(role)).not.toThrow();
    for (const role of ['dealer_manager', 'service_clerk', 'auditor']) expect(() => requireAnonymiseRole(role)).toThrow(refusal('ROLE_NOT_ALLOWED'));
    expect(ANONYMOUS).toMatchObject({ name: '***', maskedPhone: '', addressDetail: '' });
  });
});
