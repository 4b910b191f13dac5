import { carrierClaimSteps, checkSettlement, claimedAmount, requireOpenForFiles } from './carrier-claim.rules.js';

const refuses = (reason: string): Error => expect.objectContaining({ reason });

describe('claim against a carrier', () => {
  it('P-8: every state of a claim is reached, and it ends settled, refused or withdrawn', () => {
    expect([carrierClaimSteps.unreachable(), carrierClaimSteps.deadEnds()]).toEqual([[], []]);
    expect(() => carrierClaimSteps.next('settle', 'draft')).toThrow(refuses('STEP_NOT_ALLOWED'));
    expect(() => carrierClaimSteps.next('withdraw', 'settled')).toThrow(refuses('STEP_NOT_ALLOWED'));
  });

  it('P-8: files are added until the claim has ended', () => {
    for (const state of ['draft', 'filed'] as const) expect(() => requireOpenForFiles(state)).not.toThrow();
    for (const state of ['settled', 'refused', 'withdrawn'] as const) expect(() => requireOpenForFiles(state)).toThrow(refuses('STEP_NOT_ALLOWED'));
  });

  it('P-8: the value of the pieces is claimed, rounded half up, unless another amount is named; without a price one must be', () => {
    expect(claimedAmount('', { unitPrice: '12.3450', quantity: 3 })).toBe('37.04');
    expect(claimedAmount('30.00', { unitPrice: '12.3450', quantity: 3 })).toBe('30.00');
    expect(claimedAmount('30.00', { unitPrice: null, quantity: 3 })).toBe('30.00');
    expect(() => claimedAmount('', { unitPrice: null, quantity: 3 })).toThrow(refuses('AMOUNT_INVALID'));
    for (const amount of ['0', '0.00', '-1', '1e3']) expect(() => claimedAmount(amount, { unitPrice: '1.0000', quantity: 1 })).toThrow(refuses('AMOUNT_INVALID'));
  });

  it('P-8: a carrier pays above nought and at most what is claimed', () => {
    expect(() => checkSettlement('37.04', '37.04')).not.toThrow();
    for (const amount of ['37.05', '0.00', '-1', '']) expect(() => checkSettlement(amount, '37.04')).toThrow(refuses('AMOUNT_INVALID'));
  });
});
