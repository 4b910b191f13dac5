import { framesOf, normalDate, unitRows } from './unit-sheet.rules.js';

const headings = ['序列号', '型号', '经销商代码', '生产日期', '发货日期'];

describe('sheet of dispatched units', () => {
  it('X-2: Chinese headings and keys are both read, in any order, and empty rows keep the numbers of the others', () => {
    const sheet = [['dispatchedOn', 'Serial', '型号', 'dealerCode', '生产日期'], ['2026/1/5', 'SN1', 'M1', 'SH001', '2025年12月1日'], ['', '', '', '', ''], ['', 'SN2', 'M1', '', '']];
    expect(unitRows(sheet)).toEqual([
      { row: 2, cells: { serial: 'SN1', modelCode: 'M1', dealerCode: 'SH001', manufacturedOn: '2025-12-01', dispatchedOn: '2026-01-05' } },
      { row: 4, cells: { serial: 'SN2', modelCode: 'M1', dealerCode: '', manufacturedOn: '', dispatchedOn: '' } },
    ]);
  });

  it('X-2: an unknown or missing heading and an empty sheet are named', () => {
    expect(unitRows([[...headings, 'price'], ['a']])).toEqual({ reason: 'COLUMN_UNKNOWN', column: 'price' });
    expect(unitRows([headings.slice(1), ['a']])).toEqual({ reason: 'COLUMN_MISSING', column: '序列号' });
    expect(unitRows([headings])).toEqual({ reason: 'SHEET_EMPTY' });
    expect(unitRows([])).toEqual({ reason: 'SHEET_EMPTY' });
  });

  it('X-2: the column of errors of a marked-up file may come back', () => {
    expect(unitRows([[...headings, '错误'], ['SN1', 'M1', 'SH1', '', '', 'wrong']])).toHaveLength(1);
  });

  it('X-2: only dates in known spellings are rewritten', () => {
    expect(normalDate('2026-02-30')).toBe('2026-02-30');
    expect(normalDate('5.1.2026')).toBe('5.1.2026');
  });

  it('X-2: rows travel in frames of limited size, none lost, order kept', () => {
    const rows = Array.from({ length: 100 }, (_row, index) => ({ row: index + 2, cells: { serial: 'S'.repeat(50) } }));
    const frames = framesOf(rows, 1_000);
    expect(frames.flat()).toEqual(rows);
    expect(frames.every((frame) => JSON.stringify(frame).length <= 1_002)).toBe(true);
  });
});
