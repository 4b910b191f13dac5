import type { Term } from '../warranty/terms.rules.js';
import { checkProof, checkProvedDate, decide, effectOf, proofActions, proofSteps, requireProofRole, standingOf, type ProvedUnit } from './purchase-proof.rules.js';

const refusal = (reason: string): Error => expect.objectContaining({ reason }) as Error;
const unit: ProvedUnit = { dispatchedOn: '2024-01-10', purchaseDate: null, acceptedOn: null, firstTransferOn: null };
const today = '2026-03-01';
const terms: Term[] = [{ partClass: '*', months: 12, coversParts: true, coversLabour: true, startBasis: 'purchase', replacementMonths: 0 }];
const submitted = { state: 'submitted' as const, submittedBy: 'dealer', hasEvidence: true };

describe('proof of a day of purchase', () => {
  it('W-4: the day lies between dispatch and today, not after the installation or a transfer', () => {
    const on = (purchaseDate: string, given: Partial<ProvedUnit> = {}) => () => checkProvedDate({ ...unit, ...given }, purchaseDate, today);
    expect(on('2024-03-15')).not.toThrow();
    expect(on('2024-03-15', { acceptedOn: '2024-03-15', firstTransferOn: '2024-03-15' })).not.toThrow();
    expect(on('2024-02-30')).toThrow(refusal('INVALID_DATE'));
    expect(on('2026-03-02')).toThrow(refusal('DATE_IN_FUTURE'));
    expect(on('2024-01-09')).toThrow(refusal('DATE_BEFORE_DISPATCH'));
    expect(on('2024-03-15', { acceptedOn: '2024-03-14' })).toThrow(refusal('DATE_AFTER_INSTALLATION'));
    expect(on('2024-03-15', { firstTransferOn: '2024-03-14' })).toThrow(refusal('DATE_AFTER_TRANSFER'));
    expect(on('2024-03-15', { purchaseDate: '2024-03-15' })).toThrow(refusal('DATE_UNCHANGED'));
  });

  it('W-4: it is proved by a photo, and a known day is corrected with a reason', () => {
    expect(() => checkProof(unit, { evidenceId: 'a', reason: '' })).not.toThrow();
    expect(() => checkProof(unit, { evidenceId: '', reason: 'x' })).toThrow(refusal('EVIDENCE_MISSING'));
    expect(() => checkProof({ purchaseDate: '2024-03-15' }, { evidenceId: 'a', reason: ' ' })).toThrow(refusal('REASON_MISSING'));
  });

  it('W-4: a dealer hands in, the manufacturer’s clerk decides once, with a reason when he refuses', () => {
    expect([proofSteps.unreachable(), proofSteps.deadEnds()]).toEqual([[], []]);
    expect(decide(submitted, { accepted: true, reason: '', by: 'clerk' })).toBe('accepted');
    expect(decide(submitted, { accepted: false, reason: '发票看不清', by: 'clerk' })).toBe('refused');
    expect(() => decide(submitted, { accepted: false, reason: ' ', by: 'clerk' })).toThrow(refusal('REASON_MISSING'));
    expect(() => decide({ ...submitted, state: 'accepted' }, { accepted: true, reason: '', by: 'clerk' })).toThrow(refusal('STEP_NOT_ALLOWED'));
    expect(() => decide(submitted, { accepted: true, reason: '', by: 'dealer' })).toThrow(refusal('APPROVER_IS_REQUESTER'));
    expect(() => decide({ ...submitted, hasEvidence: false }, { accepted: true, reason: '', by: 'clerk' })).toThrow(refusal('EVIDENCE_MISSING'));
    expect(() => requireProofRole('decide', 'dealer_manager')).toThrow(refusal('ROLE_NOT_ALLOWED'));
    expect(() => requireProofRole('prove', 'finance_clerk')).toThrow(refusal('ROLE_NOT_ALLOWED'));
    expect(proofActions(submitted, { role: 'service_clerk', userId: 'clerk' }).map(({ reason }) => reason)).toEqual([undefined, undefined]);
  });

  it('W-4: says in both languages what changes in the coverage', () => {
    const dates = { acceptedOn: '2024-06-01', extendedUntil: null };
    const [unknown, known] = [null, '2024-03-15'].map((purchaseDate) => standingOf('2025-04-01', { ...dates, purchaseDate }, terms));
    expect(effectOf(unknown, known)).toEqual({
      zh: '购买日期由未知定为 2024-03-15；保修至 2025-03-15（含当日），原为 2025-06-01，阶段由保修期内变为保修期外。此前保存的判定不变。',
      en: 'The day of purchase, unknown before, is 2024-03-15; the warranty runs up to and including 2025-03-15 instead of 2025-06-01, '
        + 'the stage out of warranty instead of in warranty. Verdicts stored before stay as they were.',
    });
    const extended = { acceptedOn: null, extendedUntil: '2030-01-01' };
    const [wrong, right] = ['2024-03-15', '2024-03-25'].map((purchaseDate) => standingOf('2025-04-01', { ...extended, purchaseDate }, terms));
    expect(effectOf(wrong, right).en).toBe(
      'The day of purchase is 2024-03-25 instead of 2024-03-15; the warranty still runs up to and including 2030-01-01. Verdicts stored before stay as they were.');
    const sold = { acceptedOn: null, extendedUntil: null };
    const first = standingOf(today, { ...sold, purchaseDate: null }, terms);
    expect(effectOf(first, standingOf(today, { ...sold, purchaseDate: '2024-03-15' }, terms)).zh).toContain('；保修至 2025-03-15（含当日）。');
    expect(effectOf(first, standingOf(today, { ...sold, purchaseDate: '2024-03-15' }, [])).en).toContain('no warranty term runs');
  });
});
