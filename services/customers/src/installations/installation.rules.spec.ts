import {
  checkAppointment, checkComingAppointment, checkTechnician, complete, daysFromSale, fail, installationActions, installationSteps, isOwnWork, replan, seesPlain, technicianCertificate,
} from './installation.rules.js';

const refusal = (reason: string): Error => expect.objectContaining({ reason }) as Error;
const open = { state: 'scheduled' as const, dealerId: 'd', technicianUserId: 't' };
const manager = { userId: 'm', role: 'dealer_manager', dealerId: 'd' };
const technician = { userId: 't', role: 'dealer_technician', dealerId: 'd' };
const clerk = { userId: 'c', role: 'service_clerk', dealerId: null };

describe('the certificate of who is given an appointment', () => {
  it('D-5: is valid on the day of the visit, expired, or missing', () => {
    expect(technicianCertificate({ thatDay: true, ever: true })).toBe('valid');
    expect(technicianCertificate({ thatDay: false, ever: true })).toBe('expired');
    expect(technicianCertificate({ thatDay: false, ever: false })).toBe('missing');
  });
});

describe('an installation', () => {
  it('C-4: ends accepted or failed, once', () => {
    expect(installationSteps.unreachable()).toEqual([]);
    expect(installationSteps.deadEnds()).toEqual([]);
    expect(fail('scheduled', '漏水')).toBe('failed');
    expect(() => fail('failed', 'x')).toThrow(refusal('STEP_NOT_ALLOWED'));
    expect(() => fail('scheduled', ' ')).toThrow(refusal('REASON_MISSING'));
  });

  it('C-4: moves or is given up with a reason while nobody has come, and a cancelled one is over', () => {
    expect(replan('reschedule', 'scheduled', '客户改期')).toBe('scheduled');
    expect(replan('cancel', 'scheduled', '客户退货')).toBe('cancelled');
    for (const step of ['reschedule', 'cancel'] as const) {
      expect(() => replan(step, 'scheduled', ' ')).toThrow(refusal('REASON_MISSING'));
      for (const state of ['accepted', 'failed', 'cancelled'] as const) expect(() => replan(step, state, 'x')).toThrow(refusal('STEP_NOT_ALLOWED'));
    }
  });

  it('C-4: is accepted when every check passed and the customer was shown use and care', () => {
    const passed = { checklist: [{ code: 'no_leak', passed: true, note: '' }], customerInstructed: true, points: [] };
    expect(complete('scheduled', passed)).toBe('accepted');
    expect(() => complete('scheduled', { ...passed, checklist: [] })).toThrow(refusal('CHECKLIST_INCOMPLETE'));
    expect(() => complete('scheduled', { ...passed, checklist: [{ code: 'no_leak', passed: false, note: '' }] })).toThrow(refusal('CHECKLIST_INCOMPLETE'));
    expect(() => complete('scheduled', { ...passed, checklist: [{ code: 'No Leak', passed: true, note: '' }] })).toThrow(refusal('CHECKLIST_INCOMPLETE'));
    expect(() => complete('scheduled', { ...passed, customerInstructed: false })).toThrow(refusal('INSTRUCTION_MISSING'));
    const points = ['no_leak', 'level'].map((code) => ({ code, name: code, nameEn: code, required: true }));
    expect(() => complete('scheduled', { ...passed, points })).toThrow(expect.objectContaining({ reason: 'CHECKLIST_INCOMPLETE', details: { field: 'checklist', missing: ['level'] } }));
    expect(complete('scheduled', { ...passed, points: [{ ...points[1], required: false }] })).toBe('accepted');
    expect(() => complete('accepted', passed)).toThrow(refusal('STEP_NOT_ALLOWED'));
  });

  it('C-4: has an appointment that begins before it ends and lies ahead, and a technician who works', () => {
    expect(() => checkAppointment('2026-03-01T09:00:00+08:00', '2026-03-01T02:00:00Z')).not.toThrow();
    for (const [from, to] of [['2026-03-01T10:00:00Z', '2026-03-01T10:00:00Z'], ['', ''], ['tomorrow', '2026-03-01T10:00:00Z'], ['2026-02-30T10:00:00Z', '2026-03-01T10:00:00Z']]) {
      expect(() => checkAppointment(from, to)).toThrow(refusal('APPOINTMENT_INVALID'));
    }
    const near = (today: string) => () => checkComingAppointment('2026-03-01T09:00:00+08:00', '2026-03-01T10:00:00+08:00', today);
    expect(near('2026-03-01')).not.toThrow();
    expect(near('2026-03-02')).toThrow(refusal('TIME_IN_PAST'));
    expect(near('2025-02-28')).toThrow(refusal('TIME_TOO_FAR'));
    expect(() => checkTechnician({ active: true })).not.toThrow();
    expect(() => checkTechnician({ active: false })).toThrow(refusal('TECHNICIAN_INACTIVE'));
  });

  it('C-4: the days from sale to installation are measured', () => {
    expect(daysFromSale('2026-03-01', '2026-03-15')).toBe(14);
    expect(daysFromSale(null, '2026-03-15')).toBeNull();
  });

  it('C-5: personal values are plain while it is open for its technician and the dealer’s manager, masked for all others', () => {
    expect(seesPlain(open, manager)).toBe(true);
    expect(seesPlain(open, technician)).toBe(true);
    expect(seesPlain(open, { ...technician, userId: 'other' })).toBe(false);
    expect(seesPlain(open, { ...manager, dealerId: 'parent' })).toBe(false);
    expect(seesPlain(open, clerk)).toBe(false);
    expect(seesPlain({ ...open, state: 'accepted' }, manager)).toBe(false);
  });

  it('C-5, D-1: and masked for a dealer that left, whichever word of its end came first', () => {
    for (const actor of [manager, technician]) {
      expect(seesPlain({ ...open, dealerLeft: true }, actor)).toBe(false);
      expect(seesPlain(open, { ...actor, dealerStatus: 'terminated' })).toBe(false);
    }
  });

  it('a technician does own work only, and everybody reads what is possible', () => {
    expect(isOwnWork('t', technician)).toBe(true);
    expect(isOwnWork('other', technician)).toBe(false);
    expect(isOwnWork('other', manager)).toBe(true);
    expect(installationActions(open, clerk).map(({ reason }) => reason)).toEqual(['ROLE_NOT_ALLOWED', 'ROLE_NOT_ALLOWED', undefined, undefined]);
    expect(installationActions({ ...open, state: 'failed' }, manager).map(({ reason }) => reason)).toEqual(Array(4).fill('STEP_NOT_ALLOWED'));
  });

  it('D-1: an appointment of a dealer that left is cancelled by the clerk, and moved by nobody', () => {
    expect(installationActions({ ...open, dealerLeft: true }, clerk).map(({ reason }) => reason)).toEqual(['ROLE_NOT_ALLOWED', 'ROLE_NOT_ALLOWED', 'DEALER_NOT_ACTIVE', undefined]);
  });
});
