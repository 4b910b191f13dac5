import { atOnce } from '@aftercare/domain';
import { checkFitSheet } from './part-fit-import.rules.js';

const SOUND = { partNumber: 'P-1', partId: 'p', modelCode: 'M-1', modelId: 'm', drawingPosition: '12a' };
const check = (...rows: Record<string, string>[]) => atOnce(checkFitSheet(rows.map((cells, at) => ({ row: at + 2, cells }))));
const faults = (...rows: Record<string, string>[]): string[] => check(...rows).faults.map(({ row, column, code }) => `${row} ${column} ${code}`);

describe('a sheet of fitting models', () => {
  it('X-9, P-1: a part may stand at several positions of a model, and without one', () => {
    expect(check(SOUND, { ...SOUND, drawingPosition: '13' }, { ...SOUND, drawingPosition: '' })).toMatchObject({ faults: [], fits: [{ position: '12a' }, { position: '13' }, { position: '' }] });
  });

  it('X-9: parts and models that are not known, and a place that stands twice, are named', () => {
    expect(faults({ ...SOUND, partId: '' }, { ...SOUND, modelId: '' }, { drawingPosition: '1' })).toEqual([
      '2 partNumber PART_UNKNOWN', '3 modelCode MODEL_UNKNOWN', '4 partNumber FIELD_MISSING', '4 modelCode FIELD_MISSING',
    ]);
    expect(faults(SOUND, SOUND, { ...SOUND, drawingPosition: 'x'.repeat(21) })).toEqual(['3 drawingPosition ROW_DOUBLE', '4 drawingPosition VALUE_INVALID']);
  });
});
