import { framesOf, normalDate, sheetRows, type SheetForm } from './sheet-form.rules.js';

const form: SheetForm = {
  rowsMax: 3,
  columns: [
    { key: 'serial', names: ['序列号', 'Serial'], required: true, example: 'SN-EXAMPLE' },
    { key: 'modelCode', names: ['型号', 'Model'], required: true, example: 'M-1' },
    { key: 'dispatchedOn', names: ['发货日期', 'Dispatched on'], required: false, isDate: true, example: '2026-01-05' },
  ],
};

describe('the form of a sheet', () => {
  it('X-2: headings in both languages and keys are read, in any order, and empty rows keep the numbers of the others', () => {
    const sheet = [['dispatchedOn', 'Serial', '型号'], ['2026/1/5', 'SN1', 'M1'], ['', '', ''], ['', 'SN2', 'M1']];
    expect(sheetRows(form, sheet)).toEqual([
      { row: 2, cells: { serial: 'SN1', modelCode: 'M1', dispatchedOn: '2026-01-05' } },
      { row: 4, cells: { serial: 'SN2', modelCode: 'M1', dispatchedOn: '' } },
    ]);
  });

  it('X-2: an unknown, missing or doubled heading, an empty sheet and too many rows are named; a column that is not needed may be missing', () => {
    const headings = ['序列号', '型号'];
    expect(sheetRows(form, [[...headings, 'price'], ['a']])).toEqual({ reason: 'COLUMN_UNKNOWN', column: 'price' });
    expect(sheetRows(form, [headings.slice(1), ['a']])).toEqual({ reason: 'COLUMN_MISSING', column: '序列号' });
    expect(sheetRows(form, [[...headings, 'model'], ['a']])).toEqual({ reason: 'COLUMN_DOUBLE', column: 'model' });
    expect(sheetRows(form, [headings])).toEqual({ reason: 'SHEET_EMPTY' });
    expect(sheetRows(form, [])).toEqual({ reason: 'SHEET_EMPTY' });
    expect(sheetRows(form, [headings, ...Array.from({ length: 4 }, (_row, at) => [`S${at}`, 'M'])])).toEqual({ reason: 'TOO_MANY_ROWS' });
    expect(sheetRows(form, [headings, ['SN1', 'M1']])).toEqual([{ row: 2, cells: { serial: 'SN1', modelCode: 'M1' } }]);
  });

  it('X-2: of a sheet whose headings its taker knows every row travels by the letters of its columns', () => {
    const free = { rowsMax: 3, isFree: true, columns: [] };
    expect(sheetRows(free, [['某银行'], ['', ''], ['日期', '收入']])).toEqual([{ row: 1, cells: { A: '某银行' } }, { row: 3, cells: { A: '日期', B: '收入' } }]);
    expect(sheetRows(free, [['']])).toEqual({ reason: 'SHEET_EMPTY' });
    expect(sheetRows(free, Array.from({ length: 4 }, () => ['x']))).toEqual({ reason: 'TOO_MANY_ROWS' });
  });

  it('C-5: names an unknown column of a sheet of persons by its letter, since without headings it may be a person', () => {
    const persons = { ...form, isPersonal: true };
    expect(sheetRows(persons, [['序列号', '型号', '张三丰'], ['a']])).toEqual({ reason: 'COLUMN_UNKNOWN', column: 'C' });
    expect(sheetRows(persons, [[...Array.from({ length: 27 }, () => ''), '13812341234'], ['a']])).toEqual({ reason: 'COLUMN_UNKNOWN', column: 'AB' });
  });

  it('X-9: the example row of the template is passed over as long as it is as it was', () => {
    const headings = ['序列号', '型号', '发货日期'];
    expect(sheetRows(form, [headings, ['SN-EXAMPLE', 'M-1', '2026-01-05'], ['SN1', 'M1', '']])).toEqual([expect.objectContaining({ row: 3 })]);
    expect(sheetRows(form, [headings, ['SN-EXAMPLE', 'M-1', '2026/1/5']])).toEqual({ reason: 'SHEET_EMPTY' });
    expect(sheetRows(form, [headings, ['SN-EXAMPLE', 'M-2', '2026-01-05']])).toHaveLength(1);
  });

  it('X-9: a column with numbers that lost their last digits is named', () => {
    expect(sheetRows(form, [['序列号', '型号'], ['≈6222600000000001000', 'M1']])).toEqual({ reason: 'NUMBER_INEXACT', column: '序列号' });
  });

  it('X-2: the column of errors of a marked-up file may come back', () => {
    expect(sheetRows(form, [['序列号', '型号', '错误'], ['SN1', 'M1', 'wrong']])).toEqual([{ row: 2, cells: { serial: 'SN1', modelCode: 'M1' } }]);
  });

  it('X-2: only dates in known spellings are rewritten', () => {
    expect(['2026-02-30', '5.1.2026', '2025年12月1日', '2026/1/5'].map(normalDate)).toEqual(['2026-02-30', '5.1.2026', '2025-12-01', '2026-01-05']);
  });

  it('X-2: rows travel in frames of limited size, none lost, order kept', () => {
    const rows = Array.from({ length: 100 }, (_row, index) => ({ row: index + 2, cells: { serial: 'S'.repeat(50) } }));
    const frames = framesOf(rows, 1_000);
    expect(frames.flat()).toEqual(rows);
    expect(frames.every((frame) => JSON.stringify(frame).length <= 1_002)).toBe(true);
  });
});
