import { afterSettling, assertOfDealer, leftOf, payableSteps, releasePayable, type Settled } from './payable.rules.js';

const payable = (more: Partial<Settled> = {}): Settled => ({ state: 'open', grossTotal: '80.00', settledTotal: '0.00', ...more });

describe('R-14: what is owed for reimbursements', () => {
  it('R-14: is owed until it is paid or set off, or taken back', () => {
    expect([payableSteps.unreachable(), payableSteps.deadEnds()]).toEqual([[], []]);
    expect(() => payableSteps.next('pay', 'settled')).toThrow(expect.objectContaining({ reason: 'STEP_NOT_ALLOWED' }));
    expect([leftOf(payable({ settledTotal: '30.00' })), leftOf(payable({ state: 'reversed' }))]).toEqual(['50.00', '0.00']);
  });

  it('R-14: set off in parts it stays open until nothing is left, and never more than is owed', () => {
    const part = afterSettling(payable(), '30.00');
    expect(part).toEqual({ state: 'open', grossTotal: '80.00', settledTotal: '30.00' });
    expect(afterSettling(part, '50.00')).toMatchObject({ state: 'settled', settledTotal: '80.00' });
    expect(() => afterSettling(part, '50.01')).toThrow(expect.objectContaining({ reason: 'OVER_ALLOCATED' }));
  });

  it("R-14: only what is the dealer's own is set off", () => {
    for (const payee of ['dealer', '']) expect(() => assertOfDealer(payee)).not.toThrow();
    for (const payee of ['customer', 'third_party']) expect(() => assertOfDealer(payee)).toThrow(expect.objectContaining({ reason: 'REIMBURSEMENT_NOT_DEALERS' }));
  });

  it('F-5, R-14: its slip is reversed only while nothing of it was paid', () => {
    expect(releasePayable(payable())).toEqual({ released: true, reason: '' });
    expect(releasePayable(payable({ state: 'reversed' }))).toEqual({ released: true, reason: '' });
    expect(releasePayable(payable({ settledTotal: '0.01' }))).toEqual({ released: false, reason: 'REIMBURSEMENT_PAID' });
    expect(releasePayable(payable({ state: 'settled', grossTotal: '0.00' }))).toMatchObject({ released: false });
  });
});
