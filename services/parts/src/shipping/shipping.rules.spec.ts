import fc from 'fast-check';
import { addMoney } from '@aftercare/domain';
import {
  checkDecision,
  checkShippingDate,
  discrepancySteps,
  earliestShippingDate,
  grossShare,
  isCarriersFault,
  issueAccount,
  missingPieces,
  paymentGate,
  promisedWhenPlanned,
  shippingSteps,
  stateWhenPlanned,
  stateWhenShipped,
  type ChargedShipment,
} from './shipping.rules.js';

const refuses = (reason: string): Error => expect.objectContaining({ reason });
const charged = (slip: Partial<NonNullable<ChargedShipment['slip']>>, change: Partial<ChargedShipment> = {}): ChargedShipment => ({
  requestLineId: 'l', ordered: 1, shippedBefore: 0, quantity: 1,
  slip: { slipId: 's', confirmed: true, paid: false, paymentMethod: 'bank_transfer', gross: '120.00', pieces: change.ordered ?? 1, ...slip },
  ...change,
});

describe('shipping', () => {
  it('P-8: goes planned, ready, shipped, delivered, received; every state is reached', () => {
    for (const steps of [shippingSteps, discrepancySteps]) {
      expect(steps.unreachable()).toEqual([]);
      expect(steps.deadEnds()).toEqual([]);
    }
  });

  it('P-11: until the daily cut-off goods are promised for today, from it on for the next day', () => {
    expect(earliestShippingDate('2026-03-31T08:59:59.999Z', 17)).toBe('2026-03-31');
    expect(earliestShippingDate('2026-03-31T09:00:00.000Z', 17)).toBe('2026-04-01');
    expect(earliestShippingDate('2026-12-31T16:00:00.000Z', 17)).toBe('2027-01-01');
    expect([0, 24].map((hour) => earliestShippingDate('2026-03-31T15:59:59.999Z', hour))).toEqual(['2026-04-01', '2026-03-31']);
  });

  it('P-8, P-11: an earlier day is refused with the first possible one; what is ready at once is promised for it', () => {
    expect(() => checkShippingDate('2026-04-01', '2026-04-01', 'plannedDate')).not.toThrow();
    expect(() => checkShippingDate('2026-03-31', '2026-04-01', 'plannedDate')).toThrow(expect.objectContaining({ reason: 'DATE_TOO_EARLY', details: { field: 'plannedDate', earliest: '2026-04-01' } }));
    expect(() => checkShippingDate('2026-02-30', '2026-01-01', 'plannedDate')).toThrow(refuses('DATE_INVALID'));
    expect([promisedWhenPlanned('', 'ready', '2026-04-01'), promisedWhenPlanned('', 'planned', '2026-04-01'), promisedWhenPlanned('2026-04-03', 'ready', '2026-04-01')]).toEqual(['2026-04-01', null, '2026-04-03']);
  });

  it('P-8: urgent and complete is ready at once, otherwise the dealer agrees the date first', () => {
    expect(stateWhenPlanned('urgent', true)).toBe('ready');
    expect(stateWhenPlanned('urgent', false)).toBe('planned');
    expect(stateWhenPlanned('scheduled', true)).toBe('planned');
    expect(() => stateWhenShipped('planned')).toThrow(refuses('DATE_NOT_AGREED'));
    expect(() => stateWhenShipped('shipped')).toThrow(refuses('STEP_NOT_ALLOWED'));
    expect(stateWhenShipped('ready')).toBe('shipped');
  });

  it('P-6: return due goes to the dealer\'s holdings, charged is sold, everything else given', () => {
    expect(issueAccount({ supplyKind: 'warranty', returnDue: true }, 'd')).toBe('dealer:d');
    expect(issueAccount({ supplyKind: 'special', returnDue: true }, 'd')).toBe('dealer:d');
    expect(issueAccount({ supplyKind: 'warranty', returnDue: false }, 'd')).toBe('given');
    expect(issueAccount({ supplyKind: 'charged', returnDue: false }, 'd')).toBe('sold');
    expect(issueAccount({ supplyKind: 'gift', returnDue: false }, 'd')).toBe('given');
  });

  it('P-9: covered lines ship at once, a charged line stays until its slip is fully paid', () => {
    expect(paymentGate([])).toEqual([]);
    expect(() => paymentGate([charged({})])).toThrow(refuses('PAYMENT_MISSING'));
    expect(paymentGate([charged({ paid: true })])).toEqual([]);
    expect(() => paymentGate([charged({ paid: true, confirmed: false })])).toThrow(refuses('PAYMENT_MISSING'));
    expect(() => paymentGate([charged({}, { slip: undefined })])).toThrow(refuses('PAYMENT_MISSING'));
  });

  it('P-9, F-5: of a line whose charge was reversed in part no more leaves than is charged', () => {
    const line = (quantity: number, shippedBefore = 0) => charged({ paid: true, pieces: 2 }, { ordered: 3, quantity, shippedBefore });
    expect(paymentGate([line(2), line(1, 1)])).toEqual([]);
    for (const more of [line(3), line(2, 1), line(1, 2)]) expect(() => paymentGate([more])).toThrow(refuses('CHARGE_REVERSED'));
    const account = charged({ paymentMethod: 'account', pieces: 2, gross: '80.00' }, { ordered: 3, quantity: 1, shippedBefore: 1 });
    expect(paymentGate([account])).toEqual([{ slipId: 's', amount: '40.00' }]);
  });

  it('P-9: on account the credit line is asked for the shipment\'s amount with tax', () => {
    expect(paymentGate([charged({ paymentMethod: 'account' })])).toEqual([{ slipId: 's', amount: '120.00' }]);
    expect(paymentGate([charged({ paymentMethod: 'account', paid: true })])).toEqual([]);
    expect(() => paymentGate([charged({ paymentMethod: 'account', confirmed: false })])).toThrow(refuses('PAYMENT_MISSING'));
    const account = charged({ paymentMethod: 'account' });
    expect(paymentGate([account, account, charged({ paymentMethod: 'account', slipId: 'a' })])).toEqual([
      { slipId: 'a', amount: '120.00' },
      { slipId: 's', amount: '240.00' },
    ]);
  });

  it('P-9: the shares of partial shipments add up to the line, however it is cut', () => {
    expect(grossShare({ ordered: 3, shippedBefore: 0, quantity: 1 }, '100.00')).toBe('33.33');
    const cuts = fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 6 });
    fc.assert(fc.property(cuts, fc.integer({ min: 1, max: 1_000_000 }), (pieces, fen) => {
      const gross = (fen / 100).toFixed(2);
      const ordered = pieces.reduce((sum, each) => sum + each, 0);
      let shippedBefore = 0;
      const shares = pieces.map((quantity) => {
        const share = grossShare({ ordered, shippedBefore, quantity }, gross);
        shippedBefore += quantity;
        return share;
      });
      expect(addMoney(...shares)).toBe(gross);
    }));
  });

  it('P-8: a difference is decided with a reason, and what the carrier is liable for is shown', () => {
    const evidence = [{}];
    for (const outcome of ['shortage', 'lost', 'damaged', 'refused'] as const) expect(checkDecision({ outcome, reason: 'r', evidence })).toBe(outcome);
    for (const outcome of ['lost', 'damaged']) expect(() => checkDecision({ outcome, reason: 'r', evidence: [] })).toThrow(refuses('EVIDENCE_MISSING'));
    expect(checkDecision({ outcome: 'shortage', reason: 'r', evidence: [] })).toBe('shortage');
    expect(() => checkDecision({ outcome: 'shortage', reason: ' ', evidence })).toThrow(refuses('REASON_MISSING'));
    expect(() => checkDecision({ outcome: 'stolen', reason: 'r', evidence })).toThrow(refuses('OUTCOME_UNKNOWN'));
    expect((['shortage', 'lost', 'damaged', 'refused'] as const).map(isCarriersFault)).toEqual([false, true, true, false]);
  });

  it('P-8: a difference is what was shipped and did not arrive', () => {
    expect(missingPieces(3, 2, 'f')).toBe(1);
    expect(missingPieces(3, 3, 'f')).toBe(0);
    for (const received of [-1, 4, 1.5]) expect(() => missingPieces(3, received, 'f')).toThrow(refuses('QUANTITY_INVALID'));
  });
});
