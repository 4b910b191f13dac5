import { assertAmount, assertApprovable, creditUse, decideHold, roomOf, type OnAccount } from './credit.rules.js';

const slip = (more: Partial<OnAccount>): OnAccount => ({ outstanding: '120.00', held: '0.00', shipped: '0.00', whole: false, ...more });

describe('P-9: shipping on credit', () => {
  it.each([
    ['950.00', false, 'CREDIT_EXHAUSTED'],
    ['880.00', true, ''],
    ['880.01', false, 'CREDIT_EXHAUSTED'],
  ])('P-9: of a line of 1 000 with %s used, 120.00 is held: %s', (used, held, reason) => {
    expect(decideHold('1000.00', { used, held: '0.00' }, '120.00')).toMatchObject({ held, reason });
  });

  it('P-9: room exactly equal is enough and leaves none; without a line nothing is held', () => {
    expect(decideHold('1000.00', { used: '880.00', held: '0.00' }, '120.00').room).toBe('0.00');
    expect(decideHold(null, { used: '0.00', held: '0.00' }, '0.01')).toEqual({ held: false, reason: 'NO_CREDIT_LINE', room: '0.00' });
  });

  it('P-9: two shipments of 120.00 with room for one: what is held counts against the next', () => {
    const use = creditUse([slip({ outstanding: '880.00', whole: true }), slip({ held: '120.00' })]);
    expect(use).toEqual({ used: '880.00', held: '120.00' });
    expect(decideHold('1000.00', use, '120.00').held).toBe(false);
  });

  it('P-9: shipment turns held into used, paying frees the room', () => {
    expect(creditUse([slip({ shipped: '120.00' })])).toEqual({ used: '120.00', held: '0.00' });
    expect(creditUse([slip({ shipped: '120.00', outstanding: '60.00' })])).toEqual({ used: '60.00', held: '0.00' });
    expect(creditUse([slip({ held: '120.00', outstanding: '0.00' })])).toEqual({ used: '0.00', held: '0.00' });
    expect(roomOf('1000.00', { used: '60.00', held: '40.00' })).toBe('900.00');
  });

  it('P-9: who drafts a credit line does not approve it', () => {
    expect(() => assertApprovable({ proposedLimit: '1000.00', draftedBy: 'a' }, 'b')).not.toThrow();
    expect(() => assertApprovable({ proposedLimit: '1000.00', draftedBy: 'a' }, 'a')).toThrow(expect.objectContaining({ reason: 'APPROVER_IS_REQUESTER' }));
    expect(() => assertApprovable({ proposedLimit: null, draftedBy: 'a' }, 'b')).toThrow(expect.objectContaining({ reason: 'STEP_NOT_ALLOWED' }));
  });

  it('F-2: an amount has at most 2 decimals and is above zero', () => {
    expect(assertAmount('1000', 'limit')).toBe('1000.00');
    expect(assertAmount('0', 'limit', { zero: true })).toBe('0.00');
    expect(assertAmount('9999999999.99', 'amount')).toBe('9999999999.99');
    expect(assertAmount('10000000000.00', 'amount', { computed: true })).toBe('10000000000.00');
    for (const bad of ['0', '-1.00', '1.001', '1e308', '', 'NaN', '10000000000.00']) expect(() => assertAmount(bad, 'amount')).toThrow(expect.objectContaining({ reason: 'AMOUNT_INVALID' }));
  });
});
