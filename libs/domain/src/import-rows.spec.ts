import { ImportRowReader, type ImportFault } from './import-rows.js';
import { Refusal } from './refusal.js';

function read<T>(cells: Record<string, string>, how: (row: ImportRowReader<string>) => T): { value: T; faults: string[] } {
  const faults: ImportFault[] = [];
  const value = how(new ImportRowReader({ row: 2, cells }, faults));
  return { value, faults: faults.map(({ column, code }) => `${column} ${code}`) };
}

describe('the row of an import', () => {
  it('X-9: cells are read as people write them', () => {
    const cells = { a: ' 名 ', list: '310000、330100，330200 310000', yes: '是', no: 'No', whole: '２４', date: '2026年3月5日' };
    expect(read(cells, (row) => [row.text('a'), row.list('list'), row.yesNo('yes', false), row.yesNo('no', true), row.whole('whole', 0), row.date('date')])).toEqual({
      value: ['名', ['310000', '330100', '330200'], true, false, 24, '2026-03-05'], faults: [],
    });
    for (const date of ['2026/3/5', '2026.03.05', '2026-3-5', '2026-03-05T00:00:00.000Z']) expect(read({ date }, (row) => row.date('date')).value).toBe('2026-03-05');
  });

  it('X-9: an empty cell says nothing and takes what holds otherwise', () => {
    expect(read({}, (row) => [row.text('a'), row.list('a'), row.yesNo('a', true), row.whole('a', 7), row.date('a'), row.fits])).toEqual({
      value: ['', [], true, 7, '', true], faults: [],
    });
  });

  it('X-9: every fault of a row is named, none hides another', () => {
    const cells = { yes: 'perhaps', whole: '-1', date: '2026-02-30' };
    const { value, faults } = read(cells, (row) => {
      row.needed('name');
      row.yesNo('yes', false);
      row.whole('whole', 0);
      row.date('date');
      row.check('code', () => { throw new Refusal('invalid_argument', 'CODE_INVALID', 'no'); });
      return row.fits;
    });
    expect(value).toBe(false);
    expect(faults).toEqual(['name FIELD_MISSING', 'yes YES_OR_NO', 'whole VALUE_INVALID', 'date INVALID_DATE', 'code CODE_INVALID']);
  });

  it('C-1: a cell with signs that cannot be seen or turn what follows is a fault of its own, once', () => {
    const cells = { name: '王\u202e小明', address: '一号\n二楼', note: 'a\u0085b' };
    expect(read(cells, (row) => [row.needed('name'), row.text('name'), row.text('address'), row.fits])).toEqual({
      value: ['王\u202e小明', '王\u202e小明', '一号\n二楼', false], faults: ['name TEXT_UNPRINTABLE', 'note TEXT_UNPRINTABLE'],
    });
  });

  it('a column named like what every object inherits is empty', () => {
    expect(read({}, (row) => row.text('constructor')).value).toBe('');
  });
});
