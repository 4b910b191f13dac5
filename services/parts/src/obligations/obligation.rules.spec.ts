import fc from 'fast-check';
import {
  assertOutstanding, creditToUse, dueDate, explain, isOverdue, meetObligations, tally, type Ended, type OpenObligation,
} from './obligation.rules.js';

const alone = (partId: string): Set<string> => new Set([partId]);
const open = (id: string, outstanding: number, more: Partial<OpenObligation> = {}): OpenObligation => ({
  id, partId: 'P', unitSerial: '', dueOn: '2026-04-05', outstanding, ...more,
});
const counted = (quantity: number, more: object = {}): { line: number; partId: string; quantity: number; unitSerial: string } => ({
  line: 0, partId: 'P', quantity, unitSerial: '', ...more,
});

describe('H: the table of part P and dealer A, without stocktakes', () => {
  const rows: [string, Ended[], number, number][] = [
    ['03-05: 10 shipped with a return due', [], 0, 10],
    ['03-20: 5 announced, 4 counted', [{ kind: 'returned', quantity: 4 }], 4, 6],
    ['04-20: 5 counted', [{ kind: 'returned', quantity: 4 }, { kind: 'returned', quantity: 5 }], 9, 1],
  ];
  it.each(rows)('H-1: %s', (_title, settlements, returned, outstanding) => {
    expect(tally(10, settlements)).toEqual({ issued: 10, returned, charged: 0, excused: 0, outstanding });
  });

  it('H-1: a late return re-opens a charged piece and ends it as returned, both stay in its history', () => {
    const settlements: Ended[] = [
      { kind: 'returned', quantity: 9 }, { kind: 'charged', quantity: 1 }, { kind: 'conversion_reversed', quantity: 1 }, { kind: 'returned', quantity: 1 },
    ];
    expect(tally(10, settlements.slice(0, 2))).toMatchObject({ returned: 9, charged: 1, outstanding: 0 });
    expect(tally(10, settlements)).toEqual({ issued: 10, returned: 10, charged: 0, excused: 0, outstanding: 0 });
  });

  it('H-7: borrowed 6, counted 8: 2 are kept as credit, and the next issue of 3 is met by them at once', () => {
    const { meetings, surplus } = meetObligations([open('o', 6)], [counted(8)], alone);
    expect(meetings).toEqual([{ line: 0, obligationId: 'o', partId: 'P', quantity: 6 }]);
    expect(surplus.get(0)).toBe(2);
    expect(creditToUse(2, 3)).toBe(2);
    expect(tally(3, [{ kind: 'credit', quantity: 2 }]).outstanding).toBe(1);
    expect(creditToUse(5, 3)).toBe(3);
  });

  it('P-8: an agreed shortage lowers what was issued', () => {
    expect(tally(10, [{ kind: 'shortage', quantity: 2 }])).toEqual({ issued: 8, returned: 0, charged: 0, excused: 0, outstanding: 8 });
  });
});

describe('H-1, P-8: pieces that never arrived although something had ended them', () => {
  it.each<[string, Ended[], number[]]>([
    ['a count that had met them', [{ kind: 'returned', quantity: 2 }, { kind: 'return_reversed', quantity: 1 }, { kind: 'shortage', quantity: 1 }], [2, 1, 0, 0, 1]],
    ['a surplus that had met them', [{ kind: 'credit', quantity: 2 }, { kind: 'credit_reversed', quantity: 1 }, { kind: 'shortage', quantity: 1 }], [2, 1, 0, 0, 1]],
    ['an excuse', [{ kind: 'excused', quantity: 2 }, { kind: 'excuse_reversed', quantity: 1 }, { kind: 'shortage', quantity: 1 }], [2, 0, 0, 1, 1]],
    ['a charge', [{ kind: 'charged', quantity: 2 }, { kind: 'conversion_reversed', quantity: 1 }, { kind: 'shortage', quantity: 1 }], [2, 0, 1, 0, 1]],
  ])('H-1, P-8: issued less shortage = returned + charged + excused + outstanding, with %s taken back', (_title, settlements, sums) => {
    const { issued, returned, charged, excused, outstanding } = tally(3, settlements);
    expect([issued, returned, charged, excused, outstanding]).toEqual(sums);
    expect(returned + charged + excused + outstanding).toBe(issued);
  });
});

describe('H-1a: which obligation a counted piece meets', () => {
  it('H-1a: the same unit serial comes first, then the oldest due date', () => {
    const obligations = [
      open('old', 1, { dueOn: '2026-01-01' }), open('serial', 1, { unitSerial: 'S1', dueOn: '2026-09-09' }), open('undelivered', 1, { dueOn: null }),
    ];
    const { meetings } = meetObligations(obligations, [counted(1, { unitSerial: 'S1' })], alone);
    expect(meetings.map((each) => each.obligationId)).toEqual(['serial']);
    expect(meetObligations(obligations, [counted(3)], alone).meetings.map((each) => each.obligationId)).toEqual(['old', 'serial', 'undelivered']);
  });

  it('H-1a: a line without serial never takes the obligation that a later line names by serial', () => {
    const obligations = [open('named', 1, { unitSerial: 'S1', dueOn: '2026-01-01' }), open('other', 1, { dueOn: '2026-02-01' })];
    const { meetings } = meetObligations(obligations, [counted(1), counted(1, { line: 1, unitSerial: 'S1' })], alone);
    expect(meetings).toEqual([
      { line: 1, obligationId: 'named', partId: 'P', quantity: 1 }, { line: 0, obligationId: 'other', partId: 'P', quantity: 1 },
    ]);
  });

  it('H-1a: a part of the supersession chain meets it too, another part is surplus', () => {
    const chain = (partId: string): Set<string> => (partId === 'X' ? new Set(['X']) : new Set(['P', 'P2']));
    const { meetings, surplus } = meetObligations([open('o', 1)], [counted(1, { partId: 'P2' }), counted(1, { line: 1, partId: 'X' })], chain);
    expect(meetings).toEqual([{ line: 0, obligationId: 'o', partId: 'P', quantity: 1 }]);
    expect([...surplus]).toEqual([[1, 1]]);
  });

  it('H-1a: whatever is counted, settlements never exceed what was issued and only the excess is surplus', () => {
    const amounts = fc.integer({ min: 1, max: 9 });
    const serials = fc.constantFrom('', 'S1', 'S2');
    const parts = fc.constantFrom('P', 'Q');
    const obligations = fc.array(fc.tuple(amounts, serials, parts), { maxLength: 6 });
    const pieces = fc.array(fc.tuple(amounts, serials, parts), { maxLength: 6 });
    fc.assert(fc.property(obligations, pieces, (left, right) => {
      const opened = left.map(([quantity, unitSerial, partId], index) => open(`o${index}`, quantity, { unitSerial, partId }));
      const lines = right.map(([quantity, unitSerial, partId], line) => counted(quantity, { line, unitSerial, partId }));
      const { meetings, surplus } = meetObligations(opened, lines, alone);
      const sum = (values: number[]): number => values.reduce((a, b) => a + b, 0);
      for (const each of opened) {
        const met = meetings.filter((meeting) => meeting.obligationId === each.id);
        expect(tally(each.outstanding, met.map(({ quantity }) => ({ kind: 'returned' as const, quantity }))).outstanding).toBeGreaterThanOrEqual(0);
      }
      for (const partId of ['P', 'Q']) {
        const issued = sum(opened.filter((each) => each.partId === partId).map((each) => each.outstanding));
        const came = lines.filter((each) => each.partId === partId);
        const over = sum(came.map((each) => surplus.get(each.line) ?? 0));
        expect(over).toBe(Math.max(0, sum(came.map((each) => each.quantity)) - issued));
      }
    }));
  });
});

describe('H-1: due dates', () => {
  it('H-1, W-1: due 30 days after delivery, overdue from the day after', () => {
    const due = dueDate('2026-03-06', 30);
    expect(due).toBe('2026-04-05');
    expect(isOverdue(due, 1, '2026-04-05')).toBe(false);
    expect(isOverdue(due, 1, '2026-04-06')).toBe(true);
    expect(isOverdue(due, 0, '2026-04-06')).toBe(false);
    expect(isOverdue(null, 1, '2026-04-06')).toBe(false);
  });

  it('H-1: no more pieces end than are outstanding', () => {
    expect(() => assertOutstanding(1, 1)).not.toThrow();
    expect(() => assertOutstanding(1, 2)).toThrow(expect.objectContaining({ reason: 'MORE_THAN_OUTSTANDING' }));
  });

  it('H-1: "why is this still on my list" is answered in both languages', () => {
    const base = { partNumber: 'BX-1', issued: 10, returned: 4, charged: 0, excused: 0, outstanding: 6 };
    const late = explain({ ...base, dueOn: '2026-04-05', overdue: true });
    expect(late.sentenceEn).toBe('10 pieces of part BX-1 were issued free; 4 returned, 0 charged, 0 excused, 6 outstanding. It was due on 2026-04-05 and is overdue.');
    expect(late.sentenceZh).toContain('尚欠 6 件');
    expect(explain({ ...base, dueOn: null, overdue: false }).sentenceEn).toContain('not delivered yet');
    expect(explain({ ...base, returned: 10, outstanding: 0, dueOn: '2026-04-05', overdue: false }).sentenceZh).toContain('已全部了结');
  });
});
