import { atOnce, type ImportRow } from '@aftercare/domain';
import { checkPartSheet, type PartDraft } from './part-import.rules.js';

const SOUND = { number: 'P-1', name: '阀芯', unit: 'piece', partClass: 'cartridge', families: 'faucet、bidet', familyStates: 'faucet:active,bidet:active', returnRequired: '是' };
const KNOWN: PartDraft = {
  number: 'P-0', name: '旧阀芯', nameEn: '', unit: 'piece', partClass: 'cartridge', families: ['faucet'], returnRequired: true, weightGrams: 0, supersedesNumber: '',
};
const rowsOf = (...rows: Record<string, string>[]): ImportRow[] => rows.map((cells, at) => ({ row: at + 2, cells }));
const check = (rows: ImportRow[], known: PartDraft[] = [KNOWN]) => atOnce(checkPartSheet(rows, new Map(known.map((part) => [part.number, part]))));
const faults = (...rows: Record<string, string>[]): string[] => check(rowsOf(...rows)).faults.map(({ row, column, code }) => `${row} ${column} ${code}`);

describe('a sheet of parts', () => {
  it('X-9, P-1: a row is a part; a replaced part of the same sheet comes before its successor', () => {
    const { fresh, faults: wrong } = check(rowsOf({ ...SOUND, number: 'P-2', supersedesNumber: 'P-1' }, { ...SOUND, supersedesNumber: 'P-0', weightGrams: '120' }));
    expect(wrong).toEqual([]);
    expect(fresh.map(({ number }) => number)).toEqual(['P-1', 'P-2']);
    expect(fresh[0]).toMatchObject({ families: ['faucet', 'bidet'], returnRequired: true, weightGrams: 120 });
  });

  it('X-9: what is in the catalogue as the row says is not added again; said otherwise it is a fault of the cell', () => {
    const same = { number: 'P-0', name: '旧阀芯', unit: 'piece', partClass: 'cartridge', families: 'faucet', returnRequired: '' };
    expect(check(rowsOf(same))).toMatchObject({ fresh: [], unchanged: 1, faults: [] });
    expect(faults({ ...same, name: '别的', weightGrams: '5' })).toEqual(['2 name KNOWN_OTHERWISE', '2 weightGrams KNOWN_OTHERWISE']);
  });

  it('X-9: every cell that cannot stand is named with its row', () => {
    expect(faults({ ...SOUND, number: '', name: '', unit: 'a b' })).toEqual(['2 number FIELD_MISSING', '2 name FIELD_MISSING', '2 unit VALUE_INVALID']);
    expect(faults({ ...SOUND, families: 'tap', familyStates: 'tap:' })).toEqual(['2 families FAMILY_UNKNOWN']);
    expect(faults({ ...SOUND, families: 'bidet', familyStates: 'bidet:retired' })).toEqual(['2 families FAMILY_RETIRED']);
    expect(faults({ ...SOUND, weightGrams: '-1', returnRequired: 'perhaps' })).toEqual(['2 returnRequired YES_OR_NO', '2 weightGrams VALUE_INVALID']);
    expect(faults(SOUND, SOUND)).toEqual(['3 number ROW_DOUBLE']);
  });

  it('W-9: a class is taken in its one spelling; what no warranty term can name is a fault of its cell', () => {
    expect(check(rowsOf({ ...SOUND, partClass: 'SEAL' }, { ...SOUND, number: 'P-2', partClass: 'Ｓｅａｌ' })).fresh.map(({ partClass }) => partClass)).toEqual(['seal', 'seal']);
    const same = { number: 'P-0', name: '旧阀芯', unit: 'piece', partClass: 'Cartridge', families: 'faucet' };
    expect(check(rowsOf(same))).toMatchObject({ fresh: [], unchanged: 1, faults: [] });
    for (const partClass of ['seal-1', '*', '密封圈', 's'.repeat(41)]) expect(faults({ ...SOUND, partClass })).toEqual(['2 partClass PART_CLASS_INVALID']);
    expect(faults({ ...SOUND, partClass: '' })).toEqual(['2 partClass FIELD_MISSING']);
  });

  it('P-1: chains of a sheet have neither a circle nor two successors of one part, and end in what is known', () => {
    expect(faults({ ...SOUND, supersedesNumber: 'P-9' })).toEqual(['2 supersedesNumber SUPERSEDED_UNKNOWN']);
    expect(faults({ ...SOUND, supersedesNumber: 'P-2' }, { ...SOUND, number: 'P-2', supersedesNumber: 'P-1' })).toEqual(['2 supersedesNumber SUPERSESSION_CYCLE', '3 supersedesNumber SUPERSESSION_CYCLE']);
    expect(faults({ ...SOUND, supersedesNumber: 'P-0' }, { ...SOUND, number: 'P-2', supersedesNumber: 'P-0' })).toEqual(['2 supersedesNumber SUPERSEDED_ALREADY', '3 supersedesNumber SUPERSEDED_ALREADY']);
  });

  it('P-1, X-9: a chain of any length is read from either end and added from its oldest part on; a row whose number stands above is no link of it', () => {
    const numbers = Array.from({ length: 2_000 }, (_, at) => `P-${at + 1}`);
    const chain = numbers.map((number, at) => ({ ...SOUND, number, supersedesNumber: `P-${at}` }));
    for (const rows of [chain, [...chain].reverse()]) {
      const { fresh, faults: wrong } = check(rowsOf(...rows));
      expect([fresh.map(({ number }) => number), wrong]).toEqual([numbers, []]);
    }
    expect(faults({ ...SOUND, supersedesNumber: 'P-0' }, { ...SOUND, supersedesNumber: 'P-1' })).toEqual(['3 number ROW_DOUBLE']);
  });
});
