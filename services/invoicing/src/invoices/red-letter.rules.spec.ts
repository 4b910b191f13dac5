import fc from 'fast-check';
import { addMoney } from '@aftercare/domain';
import { assertIssued, assertNotBefore, assertOtherApprover, linesToRedden, redLetterSteps, redTotals, stateAfterRedLetter, type ReddenedLine } from './red-letter.rules.js';

const refuses = (reason: string) => expect.objectContaining({ reason });
const line = (lineId: string, netAmount: string, more: Partial<ReddenedLine> = {}): ReddenedLine => ({
  id: `i${lineId}`, slipId: `s${lineId}`, lineId, quantity: 1, netAmount, taxAmount: '0.13', live: true, redLetter: '', ...more,
});
const three = [line('a', '37.04'), line('b', '100.00'), line('c', '0.30')];

describe('B-2: red letters', () => {
  it('B-2: drafted, approved, issued, sent; given up only before it is issued', () => {
    expect([redLetterSteps.unreachable(), redLetterSteps.deadEnds()]).toEqual([[], []]);
    expect(() => redLetterSteps.next('issue', 'draft')).toThrow(refuses('STEP_NOT_ALLOWED'));
    expect(() => redLetterSteps.next('discard', 'issued')).toThrow(refuses('STEP_NOT_ALLOWED'));
    expect(redLetterSteps.next('deliver', 'issued')).toBe('delivered');
  });

  it('B-2: only what is issued is taken back; a request is withdrawn', () => {
    for (const state of ['issued', 'delivered'] as const) expect(() => assertIssued(state)).not.toThrow();
    for (const state of ['requested', 'red_letter', 'withdrawn'] as const) expect(() => assertIssued(state)).toThrow(refuses('INVOICE_NOT_ISSUED'));
  });

  it('B-1, B-2: over the invoice it takes every line back, over one line only that line', () => {
    expect(linesToRedden(three, []).map(({ lineId }) => lineId)).toEqual(['a', 'b', 'c']);
    expect(linesToRedden(three, ['b']).map(({ lineId }) => lineId)).toEqual(['b']);
    expect(() => linesToRedden(three, ['x'])).toThrow(refuses('LINE_UNKNOWN'));
  });

  it('B-2: a line is taken back once; what is left is what another red letter may be over', () => {
    const one = [line('a', '1.00', { redLetter: 'RL-2026-000001' }), line('b', '2.00')];
    expect(linesToRedden(one, []).map(({ lineId }) => lineId)).toEqual(['b']);
    const named = expect.objectContaining({ reason: 'RED_LETTER_EXISTS', details: { number: 'RL-2026-000001' } }) as Error;
    expect(() => linesToRedden(one, ['a', 'b'])).toThrow(named);
    expect(() => linesToRedden([one[0]], [])).toThrow(named);
  });

  it('B-2: the invoice is taken back when none of its lines is live any more', () => {
    expect(stateAfterRedLetter('delivered', [{ live: false }, { live: true }])).toBe('delivered');
    expect(stateAfterRedLetter('issued', [{ live: false }, { live: false }])).toBe('red_letter');
  });

  it('B-2: who drafted it does not approve it, and it is not older than its invoice', () => {
    expect(() => assertOtherApprover('f', 's')).not.toThrow();
    expect(() => assertOtherApprover('f', 'f')).toThrow(refuses('APPROVER_IS_REQUESTER'));
    expect(() => assertNotBefore('2026-03-31', '2026-03-31')).not.toThrow();
    expect(() => assertNotBefore('2026-03-30', '2026-03-31')).toThrow(refuses('DATE_BEFORE_INVOICE'));
  });

  it('B-1, B-2: however an invoice is taken back in parts, the parts come to exactly the invoice', () => {
    const fen = fc.integer({ min: 0, max: 10_000_000 }).map((value) => (value / 100).toFixed(2));
    fc.assert(fc.property(fc.array(fc.tuple(fen, fen), { minLength: 1, maxLength: 12 }), fc.array(fc.nat(3), { maxLength: 12 }), (amounts, parts) => {
      const lines = amounts.map(([netAmount, taxAmount], at) => line(String(at), netAmount, { taxAmount }));
      let back = '0.00';
      for (const part of new Set([...parts, 0, 1, 2, 3])) {
        const asked = lines.filter(({ redLetter }, at) => redLetter === '' && (parts[at] ?? 0) === part).map(({ lineId }) => lineId);
        if (asked.length === 0) continue;
        const taken = linesToRedden(lines, asked);
        back = addMoney(back, redTotals(taken).grossTotal);
        for (const each of taken) each.redLetter = String(part);
      }
      expect(back).toBe(redTotals(lines).grossTotal);
    }));
  });
});
