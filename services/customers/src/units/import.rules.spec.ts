import { atOnce, REASONS } from '@aftercare/domain';
import { cell, checkSheet, type Registry } from './import.rules.js';

const good = { serial: 'sn-1', modelCode: 'M1', dealerCode: 'SH001', manufacturedOn: '2026-01-05', dispatchedOn: '2026-02-01' };
const registry: Registry = {
  models: new Map([['m1', { id: 'm1', state: 'published' }], ['m2', { id: 'm2', state: 'draft' }]]),
  dealers: new Map([['sh001', { id: 'd1', status: 'active' }], ['old', { id: 'd2', status: 'terminated' }]]),
  units: new Map([['SN-9', { modelId: 'm1', dealerId: 'd1', manufacturedOn: '2026-01-05', dispatchedOn: '2026-02-01' }]]),
  today: '2026-03-01',
};
const check = (...cells: Record<string, string>[]) => atOnce(checkSheet(cells.map((row, at) => ({ row: at + 2, cells: row })), registry));
const faults = (...cells: Record<string, string>[]): string[] => check(...cells).errors.map(({ row, column, code }) => `${row} ${column} ${code}`);

describe('the dispatch sheet', () => {
  it('C-3: a good row is read with its model and dealer', () => {
    expect(check(good)).toEqual({
      errors: [], unchanged: 0,
      fresh: [{ row: 2, serial: 'SN-1', modelId: 'm1', dealerId: 'd1', manufacturedOn: '2026-01-05', dispatchedOn: '2026-02-01' }],
    });
  });

  it('C-3, D-1, W-9: codes are read without case', () => {
    expect(check({ ...good, modelCode: 'm1', dealerCode: 'Sh001' })).toMatchObject({ fresh: [{ modelId: 'm1', dealerId: 'd1' }], errors: [] });
  });

  it('C-3: names every fault by row and cell', () => {
    expect(faults(good, { ...good, serial: 'SN-1' })).toEqual(['3 serial SERIAL_DOUBLE']);
    expect(faults({ ...good, serial: '' })).toEqual(['2 serial FIELD_MISSING']);
    expect(faults({})).toEqual(['2 serial FIELD_MISSING', '2 modelCode FIELD_MISSING', '2 dealerCode FIELD_MISSING', '2 manufacturedOn FIELD_MISSING', '2 dispatchedOn FIELD_MISSING']);
    expect(faults({ ...good, serial: '?!', modelCode: 'M9', dealerCode: 'XX' })).toEqual(['2 serial SERIAL_INVALID', '2 modelCode MODEL_UNKNOWN', '2 dealerCode DEALER_UNKNOWN']);
    expect(faults({ ...good, modelCode: 'M2', dealerCode: 'OLD' })).toEqual(['2 modelCode MODEL_NOT_PUBLISHED', '2 dealerCode DEALER_LEFT']);
    expect(faults({ ...good, manufacturedOn: '2026-02-30' })).toEqual(['2 manufacturedOn INVALID_DATE']);
    expect(faults({ ...good, dispatchedOn: '2026-03-02' })).toEqual(['2 dispatchedOn DATE_IN_FUTURE']);
    expect(faults({ ...good, manufacturedOn: '2026-02-02' })).toEqual(['2 dispatchedOn DISPATCHED_BEFORE_MADE']);
    expect(faults({ ...good, modelCode: '__proto__', dealerCode: 'constructor' })).toEqual(['2 modelCode MODEL_UNKNOWN', '2 dealerCode DEALER_UNKNOWN']);
  });

  it('C-3, X-2: every fault has a sentence in both languages', () => {
    const wrong = check({}, { ...good, serial: '?!', modelCode: 'M9', dealerCode: 'XX' }, { ...good, modelCode: 'M2', dealerCode: 'OLD', manufacturedOn: '2026-02-30' }, good, good,
      { ...good, serial: 'SN-9', dispatchedOn: '2026-02-02' }, { ...good, serial: 'SN-3', dispatchedOn: '2026-03-02' }, { ...good, serial: 'SN-4', manufacturedOn: '2026-02-02' });
    const codes = [...new Set(wrong.errors.map(({ code }) => code))];
    expect(codes).toHaveLength(11);
    expect(codes.filter((code) => !Object.hasOwn(REASONS, code))).toEqual([]);
  });

  it('C-3: a row registered already with the same data changes nothing; with other data it is a fault', () => {
    expect(check({ ...good, serial: 'SN-9' })).toEqual({ fresh: [], unchanged: 1, errors: [] });
    expect(faults({ ...good, serial: 'SN-9', dispatchedOn: '2026-02-02' })).toEqual(['2 serial SERIAL_KNOWN']);
  });

  it('C-3, X-2: may be left after each row, so that a large sheet keeps nobody waiting', () => {
    const sheet = Array.from({ length: 300 }, (_, at) => ({ row: at + 2, cells: at % 3 === 0 ? {} : { ...good, serial: `SN-${at}` } }));
    expect([...checkSheet(sheet, registry)]).toHaveLength(300);
  });

  it('reads dates as people write them', () => {
    const read = (dispatchedOn: string): string => cell({ row: 2, cells: { dispatchedOn } }, 'dispatchedOn');
    expect(['2026/3/5', '2026.03.05', '2026-3-5', ' 2026-03-05 ', '2026-03-05T00:00:00.000Z'].map(read)).toEqual(Array(5).fill('2026-03-05'));
    expect(read('March')).toBe('March');
  });
});
