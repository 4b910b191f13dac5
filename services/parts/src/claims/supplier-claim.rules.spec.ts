import { checkRecovery, requireNothingRecovered, stateWithFiles, supplierClaimSteps } from './supplier-claim.rules.js';

describe('claim against a supplier', () => {
  it('Q-6: every state of a claim is reached, and it ends closed or taken back', () => {
    expect([supplierClaimSteps.unreachable(), supplierClaimSteps.deadEnds()]).toEqual([[], []]);
    expect(() => supplierClaimSteps.next('recover', 'open')).toThrow(expect.objectContaining({ reason: 'STEP_NOT_ALLOWED' }));
  });

  it('Q-6: files are added to an open or sent claim, which stays what it is', () => {
    expect([stateWithFiles('open'), stateWithFiles('sent')]).toEqual(['open', 'sent']);
    expect(() => stateWithFiles('closed')).toThrow(expect.objectContaining({ reason: 'STEP_NOT_ALLOWED' }));
  });

  it('Q-6: what is recovered is an amount above nought, and a claim that brought something is not taken back', () => {
    for (const amount of ['0', '0.00', '-1', '1e3', '']) expect(() => checkRecovery(amount)).toThrow(expect.objectContaining({ reason: 'AMOUNT_INVALID' }));
    expect(() => checkRecovery('0.01')).not.toThrow();
    expect(() => requireNothingRecovered('0.00')).not.toThrow();
    expect(() => requireNothingRecovered('0.01')).toThrow(expect.objectContaining({ reason: 'RECOVERED_ALREADY' }));
  });
});
