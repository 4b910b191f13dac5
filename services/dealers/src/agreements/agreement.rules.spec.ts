import { agreementActions, agreementReminders, agreementSteps, approveAgreement, checkAgreementWithdrawal, filedAgain, isStillReminded, presentAgreement, requireDraft, type AgreementFacts } from './agreement.rules.js';

const refusal = (reason: string): Error => expect.objectContaining({ reason }) as Error;
const paper = { id: 'p', sha256: 'ab' };
const facts = (validFrom: string, validTo: string, given: Partial<AgreementFacts> = {}): AgreementFacts =>
  ({ number: 'AG-1', validFrom, validTo, state: 'approved', signedFile: null, ...given });
const now = facts('2026-01-01', '2026-12-31');

describe('agreements', () => {
  it('D-1: an agreement is filed, then approved once by somebody else', () => {
    expect(agreementSteps.unreachable()).toEqual([]);
    expect(approveAgreement({ state: 'draft', filedBy: 'a' }, { userId: 'b' })).toBe('approved');
    expect(() => approveAgreement({ state: 'draft', filedBy: 'a' }, { userId: 'a' })).toThrow(refusal('APPROVER_IS_REQUESTER'));
    expect(() => approveAgreement({ state: 'approved', filedBy: 'a' }, { userId: 'b' })).toThrow(refusal('STEP_NOT_ALLOWED'));
  });

  it('D-1: the supervisor approves, not for himself, and not for a dealer that has left', () => {
    const supervisor = { userId: 'b', role: 'service_supervisor' };
    const filed = { state: 'draft' as const, filedBy: 'a' };
    const all = (approve?: string, change?: string) => [{ action: 'approve', reason: approve }, { action: 'correct', reason: change }, { action: 'withdraw', reason: change }];
    expect(agreementActions(filed, 'active', supervisor)).toEqual(all(undefined, undefined));
    expect(agreementActions(filed, 'terminated', supervisor)).toEqual(all('STEP_NOT_ALLOWED', 'STEP_NOT_ALLOWED'));
    expect(agreementActions(filed, 'active', { ...supervisor, userId: 'a' })).toEqual(all('APPROVER_IS_REQUESTER', undefined));
    expect(agreementActions(filed, 'active', { userId: 'b', role: 'auditor' })).toEqual(all('ROLE_NOT_ALLOWED', 'ROLE_NOT_ALLOWED'));
  });

  it('D-1: a draft is corrected or withdrawn, with a reason; what is approved stays', () => {
    expect(() => checkAgreementWithdrawal({ state: 'draft' }, '重复登记')).not.toThrow();
    expect(() => checkAgreementWithdrawal({ state: 'draft' }, ' ')).toThrow(refusal('REASON_MISSING'));
    expect(() => checkAgreementWithdrawal({ state: 'approved' }, 'x')).toThrow(refusal('STEP_NOT_ALLOWED'));
    expect(() => requireDraft({ state: 'approved' })).toThrow(refusal('STEP_NOT_ALLOWED'));
  });

  it('D-1: a draft is written over, an approved one takes the signed paper it lacks, and a renewal takes a number of its own', () => {
    const draft = { ...now, state: 'draft' as const };
    expect(filedAgain(draft, { ...draft, validTo: '2027-12-31' })).toBe('written_over');
    expect(filedAgain(now, now)).toBe('unchanged');
    expect(filedAgain(now, { ...now, signedFile: paper })).toBe('paper_added');
    expect(() => filedAgain({ ...now, signedFile: paper }, { ...now, signedFile: { id: 'q', sha256: 'cd' } })).toThrow(refusal('AGREEMENT_NUMBER_TAKEN'));
    expect(() => filedAgain(now, { ...now, validTo: '2027-12-31' })).toThrow(refusal('AGREEMENT_NUMBER_TAKEN'));
  });

  it('D-1: a dealer stands on the longest approved agreement in force, else the next, else the last; an applicant on what was filed', () => {
    const [past, later] = [facts('2025-01-01', '2025-12-31'), facts('2026-06-01', '2027-12-31')];
    expect(presentAgreement([past, now, later], 'active', '2026-03-01')).toBe(now);
    expect(presentAgreement([past, now, later], 'active', '2026-07-01')).toBe(later);
    expect(presentAgreement([past, later], 'active', '2026-03-01')).toBe(later);
    expect(presentAgreement([past], 'suspended', '2026-03-01')).toBe(past);
    const draft = { ...now, state: 'draft' as const };
    expect(presentAgreement([draft], 'active', '2026-03-01')).toBeNull();
    expect(presentAgreement([draft], 'applicant', '2026-03-01')).toBe(draft);
  });

  it('D-1: reminders stand 60 and 30 days before the last day and on it, local time; what is past is not told', () => {
    expect(agreementReminders('2026-12-31', '2026-01-01T00:00:00.000Z')).toEqual([
      { kind: 'agreement-60-days', at: '2026-10-31T16:00:00.000Z' },
      { kind: 'agreement-30-days', at: '2026-11-30T16:00:00.000Z' },
      { kind: 'agreement-last-day', at: '2026-12-30T16:00:00.000Z' },
    ]);
    expect(agreementReminders('2026-12-31', '2026-12-01T00:00:00.000Z').map(({ kind }) => kind)).toEqual(['agreement-last-day']);
  });

  it('D-1: nobody is reminded of an agreement that a longer one follows, nor of one of a dealer that has left', () => {
    const ending = { validTo: '2026-12-31', longestTo: '2026-12-31', dealerStatus: 'suspended' as const };
    expect(isStillReminded(ending)).toBe(true);
    expect(isStillReminded({ ...ending, longestTo: '2027-12-31' })).toBe(false);
    expect(isStillReminded({ ...ending, dealerStatus: 'terminated' })).toBe(false);
  });
});
