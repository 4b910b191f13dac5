import { confirmedBy, droppedWith, paidBy, payoutStateOf, renewed, UNPAID } from './claim-payment.rules.js';

const slip = { id: '01920000-0000-7000-8000-000000000001', number: 'CS-2026-000007' };
const later = { id: '01920000-0000-7000-8000-000000000002', number: 'CS-2026-000009' };
const paid = { amount: '60.25', way: 'bank_transfer', at: '2026-05-02T02:00:00.000Z', settled: false };
const dropped = '2026-05-01T02:00:00.000Z';
const stateOf = (money: typeof UNPAID) => payoutStateOf('approved', money);

describe('what becomes of an approved claim', () => {
  it('R-14: it waits for its slip, stands on it, is paid in part and whole; before the approval it is nothing', () => {
    const confirmed = confirmedBy(UNPAID, slip);
    const part = paidBy(confirmed, slip, paid);
    const whole = paidBy(part, slip, { ...paid, amount: '60.25', way: 'set_off', settled: true });
    expect([UNPAID, confirmed, part, whole].map(stateOf)).toEqual(['awaited', 'confirmed', 'part_paid', 'paid']);
    expect(whole).toMatchObject({ slipNumber: 'CS-2026-000007', paidAmount: '120.50', paidAt: paid.at, payments: [{ way: 'bank_transfer' }, { way: 'set_off' }] });
    expect(payoutStateOf('submitted', UNPAID)).toBe('');
  });

  it('R-14: told in another order it comes to the same', () => {
    const payment = { ...paid, settled: true };
    expect(confirmedBy(paidBy(UNPAID, slip, payment), slip)).toEqual(paidBy(confirmedBy(UNPAID, slip), slip, payment));
    const ended = droppedWith(UNPAID, slip.id, dropped);
    expect(confirmedBy(ended, slip)).toEqual(ended);
    expect(droppedWith(ended, slip.id, dropped)).toEqual(ended);
  });

  it('R-14: a slip that was dropped or reversed leaves the claim unpaid and named, and another one may be asked for', () => {
    const ended = droppedWith(confirmedBy(UNPAID, slip), slip.id, dropped);
    expect(stateOf(ended)).toBe('dropped');
    expect(ended).toMatchObject({ slipId: slip.id, slipNumber: slip.number, droppedAt: dropped });
    const again = renewed('approved', ended);
    expect(again).toMatchObject({ slipId: null, slipNumber: '' });
    expect(stateOf(again)).toBe('awaited');
    expect(stateOf(confirmedBy(again, later))).toBe('confirmed');
    // What is told late of the first slip does not touch the second.
    expect(droppedWith(confirmedBy(again, later), slip.id, dropped)).toMatchObject({ slipId: later.id, droppedAt: null });
  });

  it('R-14: none is asked for while one is awaited, stands, or was paid', () => {
    for (const money of [UNPAID, confirmedBy(UNPAID, slip), paidBy(UNPAID, slip, { ...paid, settled: true })]) {
      expect(() => renewed('approved', money)).toThrow(expect.objectContaining({ reason: 'STEP_NOT_ALLOWED' }));
    }
    expect(() => renewed('rejected', UNPAID)).toThrow(expect.objectContaining({ reason: 'STEP_NOT_ALLOWED' }));
  });
});
