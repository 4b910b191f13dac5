import fc from 'fast-check';
import { lineChange, monthOfItem, OUTCOMES, piecesOf, type LineData, type ToldItem } from './report-line.rules.js';

const at = (local: string): string => new Date(`${local}+08:00`).toISOString();
const solved: ToldItem = {
  dealerId: 'd', kind: 'repair', itemId: 'call', itemNumber: 'RC-1', happenedAt: at('2026-03-10T09:00:00'), outcome: 'resolved', serial: 'SN-1', modelCode: '', faultCodes: ['F-2', 'F-1', 'F-2'], pieces: 2,
};
const confirmed: ToldItem = { ...solved, outcome: 'confirmed', faultCodes: ['F-3'], pieces: 1 };
const filed: ToldItem = { ...solved, outcome: 'filed', serial: '', faultCodes: [], pieces: 0 };
const lineOf = (told: ToldItem): LineData => (lineChange('open', null, told) as { data: LineData }).data;

describe('a line of a monthly report', () => {
  it('D-7: an installation belongs to the month of its acceptance, a repair to that of its solution, by local time', () => {
    expect(monthOfItem({ happenedAt: '2026-03-31T15:59:59.999Z' })).toBe('2026-03');
    expect(monthOfItem({ happenedAt: '2026-03-31T16:00:00.000Z' })).toBe('2026-04');
    expect(lineOf({ ...confirmed, happenedAt: at('2026-03-31T23:00:00') })).toMatchObject({ itemOn: '2026-03-31', outcome: 'confirmed' });
  });

  it('D-7: an open report takes in what it is told, once per item', () => {
    expect(lineChange('open', null, solved)).toEqual({ kind: 'counts', data: expect.objectContaining({ itemNumber: 'RC-1', faultCodes: ['F-1', 'F-2'], itemOn: '2026-03-10' }) });
    expect(lineChange('open', lineOf(solved), solved)).toEqual({ kind: 'none' });
  });

  it('D-7: confirmation and filing go on the line of the repair they are about; a later solution of the same call takes its place', () => {
    expect(lineChange('open', lineOf(solved), filed)).toMatchObject({ data: { outcome: 'filed', serial: 'SN-1', pieces: 2 } });
    expect(lineChange('open', lineOf(filed), solved)).toMatchObject({ data: { outcome: 'filed', serial: 'SN-1', pieces: 2 } });
    const again = { ...solved, happenedAt: at('2026-03-20T09:00:00') };
    expect(lineChange('open', lineOf(filed), again)).toMatchObject({ kind: 'counts', data: { outcome: 'resolved', itemOn: '2026-03-20' } });
    expect(lineChange('open', lineOf(again), filed)).toEqual({ kind: 'none' });
  });

  it('D-7: of what was confirmed, the parts count of the repairs of that month alone, each once; told without its repairs, all', () => {
    const parts = (...quantities: number[]) => quantities.map((quantity) => ({ quantity }));
    const records = [{ solvedAt: at('2026-03-31T23:00:00'), partsUsed: parts(1, 2) }, { solvedAt: at('2026-04-01T01:00:00'), partsUsed: parts(4) }, { solvedAt: at('2026-04-02T01:00:00'), partsUsed: [] }];
    const told = { partsUsed: parts(1, 2, 4), records };
    expect([piecesOf(told, at('2026-03-31T23:00:00')), piecesOf(told, at('2026-04-02T01:00:00'))]).toEqual([3, 4]);
    expect(piecesOf({ ...told, records: [] }, at('2026-04-02T01:00:00'))).toBe(7);
    expect(piecesOf({ ...told, records: records.map((record) => ({ ...record, solvedAt: '' })) }, at('2026-04-02T01:00:00'))).toBe(7);
  });

  it('D-7: submitting freezes: what the report has stays as it was, what is new waits for an amendment', () => {
    expect(lineChange('submitted', lineOf(solved), filed)).toEqual({ kind: 'none' });
    expect(lineChange('submitted', lineOf(solved), { ...solved, happenedAt: at('2026-03-20T09:00:00') })).toEqual({ kind: 'none' });
    expect(lineChange('submitted', null, solved)).toMatchObject({ kind: 'pends', data: { itemNumber: 'RC-1' } });
  });

  it('D-7: in whatever order and however often the steps of a call arrive, its line is the same', () => {
    const day = (index: number): string => at(`2026-03-1${index}T09:00:00`);
    const told = fc.array(fc.record({ outcome: fc.constantFrom(...OUTCOMES.slice(2, 5)), day: fc.integer({ min: 0, max: 2 }), code: fc.constantFrom('F-1', 'F-2'), pieces: fc.nat(3) }), { minLength: 1, maxLength: 6 });
    const lineAfter = (items: ToldItem[]): LineData | null =>
      items.reduce<LineData | null>((line, item) => {
        const change = lineChange('open', line, item);
        return change.kind === 'none' ? line : change.data;
      }, null);
    fc.assert(fc.property(told, fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })), (list, order) => {
      const items = list.map(({ outcome, day: index, code, pieces }) => ({ ...solved, outcome, happenedAt: day(index), faultCodes: [code], pieces }));
      const shuffled = [...items, ...items].map((item) => ({ item, rank: order.next().value as number })).sort((a, b) => a.rank - b.rank).map(({ item }) => item);
      expect(lineAfter(shuffled)).toEqual(lineAfter(items));
    }));
  });
});
