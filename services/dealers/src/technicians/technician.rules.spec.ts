import { checkNewTechnician, requireTechnicianRole, technicianSteps } from './technician.rules.js';

const refusal = (reason: string): Error => expect.objectContaining({ reason }) as Error;

describe('a technician', () => {
  it('D-1: a terminated dealer takes no new technicians, every other one does', () => {
    const technician = { userId: 'u', name: '李工' };
    for (const status of ['applicant', 'active', 'suspended'] as const) expect(() => checkNewTechnician(status, technician)).not.toThrow();
    expect(() => checkNewTechnician('terminated', technician)).toThrow(refusal('DEALER_NOT_ACTIVE'));
    expect(() => checkNewTechnician('active', { userId: '', name: 'x' })).toThrow(refusal('USER_MISSING'));
    expect(() => checkNewTechnician('active', { userId: 'u', name: '' })).toThrow(refusal('NAME_INVALID'));
  });

  it('is deactivated once', () => {
    expect(technicianSteps.unreachable()).toEqual([]);
    expect(technicianSteps.next('deactivate', 'active')).toBe('inactive');
    expect(() => technicianSteps.next('deactivate', 'inactive')).toThrow(refusal('STEP_NOT_ALLOWED'));
  });

  it('is kept by the dealer’s manager, a clerk or the admin', () => {
    for (const role of ['dealer_manager', 'service_clerk', 'admin']) expect(() => requireTechnicianRole(role)).not.toThrow();
    for (const role of ['dealer_technician', 'auditor', 'finance_clerk']) expect(() => requireTechnicianRole(role)).toThrow(refusal('ROLE_NOT_ALLOWED'));
  });
});
