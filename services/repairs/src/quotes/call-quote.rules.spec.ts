import { refusalReason } from '@aftercare/domain';
import { billsNothing, feesNotAgreed, quotedFees, quoteSteps, refuseIncompleteAnswer, refuseUnagreedFees } from './call-quote.rules.js';

const TARIFF = { labourFee: '80.00', travelFee: '30.5' };
const line = { partId: '', name: ' 阀芯 ', quantity: 3, unitPrice: '12.345' };

describe('a quote', () => {
  it('R-9: is answered once, and replaced by a newer one', () => {
    expect([quoteSteps.unreachable(), quoteSteps.deadEnds()]).toEqual([[], []]);
    expect(quoteSteps.can('accept', 'declined')).toBe(false);
    expect(quoteSteps.next('replace', 'accepted')).toBe('replaced');
  });

  it('R-9: uses the tariff unless other fees are given; lines are rounded, the total is their sum', () => {
    expect(quotedFees({ labourFee: '', travelFee: '', lines: [] }, TARIFF)).toEqual({ labourFee: '80.00', travelFee: '30.50', lines: [], total: '110.50' });
    const quoted = quotedFees({ labourFee: '0', travelFee: '', lines: [line, { ...line, quantity: 1, unitPrice: '0.005' }] }, TARIFF);
    expect(quoted.lines.map(({ name, amount }) => [name, amount])).toEqual([['阀芯', '37.04'], ['阀芯', '0.01']]);
    expect([quoted.labourFee, quoted.total]).toEqual(['0.00', '67.55']);
  });

  it.each([
    [{ labourFee: '' }, 'TARIFF_MISSING'], [{ labourFee: '-1' }, 'AMOUNT_INVALID'], [{ travelFee: '1.234' }, 'AMOUNT_INVALID'],
    [{ lines: [{ ...line, name: ' ' }] }, 'NAME_INVALID'], [{ lines: [{ ...line, quantity: 0 }] }, 'QUANTITY_INVALID'],
    [{ lines: [{ ...line, unitPrice: '1.23456' }] }, 'PRICE_INVALID'], [{ lines: [{ ...line, unitPrice: '-1' }] }, 'PRICE_INVALID'],
    [{ lines: [{ ...line, quantity: 101, unitPrice: '9999999999' }] }, 'AMOUNT_TOO_LARGE'], [{ lines: [line, line].map((each) => ({ ...each, quantity: 60, unitPrice: '9999999999' })) }, 'AMOUNT_TOO_LARGE'],
  ])('R-9: %j is no quote: %s', (given, reason) => {
    const draft = { labourFee: '1.00', travelFee: '1.00', lines: [], ...given };
    expect(refusalReason(() => quotedFees(draft, { labourFee: '', travelFee: '' }))).toBe(reason);
  });
});

describe('the customer’s answer', () => {
  const [quotedAt, now] = ['2026-03-01T02:00:00.000Z', '2026-03-01T03:00:00.000Z'];
  const phone = { accepted: true, method: 'phone', evidence: null, customerName: '王小明', answeredAt: '2026-03-01T02:30:00.000Z', reason: '' };
  const refused = (given: object) => refusalReason(() => refuseIncompleteAnswer({ ...phone, ...given }, quotedAt, now));

  it('R-9: on the phone stands with who and when', () => {
    expect(refused({})).toBeUndefined();
    expect([refused({ answeredAt: quotedAt }), refused({ answeredAt: now })]).toEqual([undefined, undefined]);
    expect(refused({ customerName: ' ' })).toBe('NAME_INVALID');
    expect([refused({ answeredAt: '' }), refused({ answeredAt: '2026-03-01T01:59:59.999Z' })]).toEqual(['TIME_INVALID', 'TIME_INVALID']);
  });

  it('R-9: the time of a phone call is said to the minute, also in the minute of the quote', () => {
    const told = (answeredAt: string) => refusalReason(() => refuseIncompleteAnswer({ ...phone, answeredAt }, '2026-03-01T02:00:59.999Z', now));
    expect([told('2026-03-01T02:00:00.000Z'), told('2026-03-01T01:59:59.999Z')]).toEqual([undefined, 'TIME_INVALID']);
  });

  it('R-9: a phone whose clock is up to two minutes ahead says when it was, not more', () => {
    expect(refused({ answeredAt: '2026-03-01T03:02:00.000Z' })).toBeUndefined();
    expect(refused({ answeredAt: '2026-03-01T03:02:00.001Z' })).toBe('TIME_IN_FUTURE');
  });

  it('R-9: a signature can be shown', () => {
    expect(refused({ method: 'signature' })).toBe('EVIDENCE_MISSING');
    expect(refused({ method: 'signature', evidence: {}, customerName: '', answeredAt: '' })).toBeUndefined();
    expect(refused({ method: 'mail' })).toBe('CONSENT_WAY_UNKNOWN');
  });

  it('R-9: who declines says why', () => {
    expect(refused({ accepted: false })).toBe('REASON_MISSING');
    expect(refused({ accepted: false, reason: '太贵' })).toBeUndefined();
    expect(refused({ accepted: false, reason: '太贵', method: 'signature' })).toBeUndefined();
  });
});

describe('the fees of a record', () => {
  const fees = (labourFee: string, travelFee: string) => ({ labourFee, travelFee });
  const refused = (recorded: object, agreed: object | null, stage: string, standing: { warrantyOver?: boolean; labourNotCovered?: boolean } = {}) =>
    refusalReason(() => refuseUnagreedFees(recorded as ReturnType<typeof fees>, agreed as ReturnType<typeof fees> | null, { stage, warrantyOver: false, labourNotCovered: false, ...standing }));

  it('R-9: out of warranty, and of a unit nobody knows, need the customer’s consent before', () => {
    const stages = ['unboxing', 'in_warranty', 'out_of_warranty', ''];
    expect(stages.map((stage) => refused(fees('50.00', '0.00'), null, stage))).toEqual([undefined, undefined, 'CONSENT_MISSING', 'CONSENT_MISSING']);
    expect(stages.map((stage) => refused(fees('0.00', '0.01'), null, stage))).toEqual([undefined, undefined, 'CONSENT_MISSING', 'CONSENT_MISSING']);
    expect(refused(fees('0.00', '0.00'), null, 'out_of_warranty')).toBeUndefined();
  });

  it('W-3, R-9: of a unit that was never installed they need it once the warranty is over by its dates', () => {
    expect([true, false].map((over) => refused(fees('50.00', '0.00'), null, 'unboxing', { warrantyOver: over }))).toEqual(['CONSENT_MISSING', undefined]);
    expect(refused(fees('50.00', '0.00'), null, 'in_warranty', { warrantyOver: true })).toBeUndefined();
  });

  it('W-9, R-9: of a unit whose terms cover no labour they need it within the warranty too', () => {
    const standing = { labourNotCovered: true };
    expect(['unboxing', 'in_warranty'].map((stage) => refused(fees('50.00', '0.00'), null, stage, standing))).toEqual(['CONSENT_MISSING', 'CONSENT_MISSING']);
    expect(refused(fees('50.00', '20.00'), fees('50.00', '20.00'), 'in_warranty', standing)).toBeUndefined();
    expect(refused(fees('0.00', '0.00'), null, 'in_warranty', standing)).toBeUndefined();
  });

  it('R-9: a record without fees needs no consent', () => {
    expect([fees('0', '0.00'), fees('0.01', '0.00'), fees('0.00', '0.01')].map(billsNothing)).toEqual([true, false, false]);
  });

  it('R-9: are not above what was agreed', () => {
    expect(refused(fees('50.00', '20.00'), fees('50.00', '20.00'), 'out_of_warranty')).toBeUndefined();
    expect(refused(fees('50.01', '20.00'), fees('50.00', '20.00'), 'out_of_warranty')).toBe('FEES_ABOVE_QUOTE');
    expect(refused(fees('50.00', '20.01'), fees('50.00', '20.00'), 'out_of_warranty')).toBe('FEES_ABOVE_QUOTE');
  });
});

describe('fees that stand on a call', () => {
  const unit = { stage: 'out_of_warranty', warrantyOver: false, labourNotCovered: false };
  const record = { labourFee: '80.00', travelFee: '0.00', recordedAt: '2026-03-02T10:00:00.000Z' };
  const accepted = { labourFee: '80.00', travelFee: '0.00', state: 'accepted' };
  const agreed = { action: 'accept-quote', at: '2026-03-02T09:00:00.000Z' };
  const notAgreed = (given: Partial<Parameters<typeof feesNotAgreed>[0]>) => feesNotAgreed({ state: 'resolved', events: [], records: [record], quotes: [], unit, ...given });

  it('R-9, R-11: are told where they need a consent nobody gave, or are above it', () => {
    expect([notAgreed({}), notAgreed({ unit: { ...unit, stage: 'in_warranty', labourNotCovered: true } })]).toEqual([true, true]);
    expect(notAgreed({ events: [agreed], quotes: [accepted] })).toBe(false);
    expect(notAgreed({ events: [agreed], quotes: [accepted], records: [record, { ...record, labourFee: '0.01' }] })).toBe(true);
  });

  it('R-9: need none within the warranty, without an amount, or once the customer confirmed them', () => {
    expect(notAgreed({ unit: { ...unit, stage: 'in_warranty' } })).toBe(false);
    expect([notAgreed({ records: [] }), notAgreed({ records: [{ ...record, labourFee: '0.00' }] })]).toEqual([false, false]);
    expect((['confirmed', 'filed', 'cancelled'] as const).map((state) => notAgreed({ state }))).toEqual([false, false, false]);
  });

  it('R-2, R-9: of another repair, before a reopening or at another dealer, count no more; nor does what was agreed then', () => {
    for (const action of ['reopen', 're-route']) {
      const begun = { action, at: '2026-03-02T11:00:00.000Z' };
      expect(notAgreed({ state: 'assigned', events: [begun] })).toBe(false);
      expect(notAgreed({ events: [agreed, begun], quotes: [accepted], records: [{ ...record, recordedAt: '2026-03-02T12:00:00.000Z' }] })).toBe(true);
    }
  });
});
