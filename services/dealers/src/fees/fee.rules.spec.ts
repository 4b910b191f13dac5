import { checkFees, requireFeeRole } from './fee.rules.js';

const refusal = (reason: string): Error => expect.objectContaining({ reason }) as Error;
const fees = { labourFee: '80.00', travelFee: '0', effectiveFrom: '2026-03-01' };

describe('service fees', () => {
  it('D-3: the dealer sets its own labour and travel fee from today or a later day on', () => {
    expect(() => checkFees(fees, '2026-03-01', 'active')).not.toThrow();
    expect(() => checkFees({ ...fees, effectiveFrom: '2026-02-28' }, '2026-03-01', 'active')).toThrow(refusal('DATE_IN_PAST'));
    expect(() => checkFees({ ...fees, effectiveFrom: '2026-02-30' }, '2026-01-01', 'active')).toThrow(refusal('INVALID_DATE'));
    expect(() => checkFees(fees, '2026-03-01', 'terminated')).toThrow(refusal('DEALER_NOT_ACTIVE'));
    expect(() => requireFeeRole('dealer_manager')).not.toThrow();
    expect(() => requireFeeRole('service_clerk')).toThrow(refusal('ROLE_NOT_ALLOWED'));
  });

  it('D-3: fees are amounts of at most 10 digits and two decimals, never negative', () => {
    expect(() => checkFees({ ...fees, labourFee: '9999999999.99' }, '2026-03-01', 'active')).not.toThrow();
    for (const labourFee of ['-1', '1.234', '', '1e308', 'abc', '10000000000.00', '01']) {
      expect(() => checkFees({ ...fees, labourFee }, '2026-03-01', 'active')).toThrow(refusal('AMOUNT_INVALID'));
    }
  });
});
