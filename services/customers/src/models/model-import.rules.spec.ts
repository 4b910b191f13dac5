import { atOnce } from '@aftercare/domain';
import type { Term } from '../warranty/terms.rules.js';
import { checkModelSheet, type ModelSheet } from './model-import.rules.js';

const good = { code: 'HP-100', name: '智能马桶', family: 'toilet', months: '24' };
const seal = { code: 'HP-100', partClass: 'seal', months: '12', coversLabour: '否', startBasis: '安装', replacementMonths: '6' };
const term: Term = { partClass: '*', months: 24, coversParts: true, coversLabour: true, startBasis: 'purchase', replacementMonths: 0 };
const sealTerm: Term = { partClass: 'seal', months: 12, coversParts: true, coversLabour: false, startBasis: 'commissioning', replacementMonths: 6 };
const known: ModelSheet = { code: 'HP-100', name: '智能马桶', nameEn: 'Smart toilet', family: 'toilet', terms: [term, sealTerm] };
const check = (sheet: Record<string, string>[], registered: ModelSheet[] = []) =>
  atOnce(checkModelSheet(sheet.map((cells, at) => ({ row: at + 2, cells })), new Map(registered.map((model) => [model.code.toLowerCase(), model])), new Map([['toilet', { active: true }], ['sink', { active: false }]])));
const faults = (sheet: Record<string, string>[], registered: ModelSheet[] = []): string[] =>
  check(sheet, registered).faults.map(({ row, column, code }) => `${row} ${column} ${code}`);

describe('the sheet of models', () => {
  it('X-9, W-9: rows of one code are one model, a row for each class of parts', () => {
    expect(check([good, seal, { ...good, code: 'HP-200' }])).toEqual({
      fresh: [{ code: 'HP-100', name: '智能马桶', nameEn: '', family: 'toilet', terms: [term, sealTerm] }, expect.objectContaining({ code: 'HP-200', terms: [term] })],
      unchanged: 0, faults: [],
    });
  });

  it('X-9: names every fault by row and cell', () => {
    expect(faults([{}])).toEqual(['2 code FIELD_MISSING', '2 months FIELD_MISSING', '2 name FIELD_MISSING', '2 family FIELD_MISSING']);
    expect(faults([{ ...good, code: '=1', family: '马桶', months: '601', partClass: 'Seal', coversParts: 'x', startBasis: 'never', replacementMonths: '1.5' }])).toEqual([
      '2 code CODE_INVALID', '2 coversParts YES_OR_NO', '2 replacementMonths VALUE_INVALID', '2 partClass TERM_INVALID', '2 months TERM_INVALID',
      '2 startBasis BASIS_UNKNOWN', '2 family FAMILY_INVALID',
    ]);
    expect(faults([{ ...good, family: 'bath' }, { ...good, code: 'HP-300', family: 'sink' }])).toEqual(['2 family FAMILY_UNKNOWN', '3 family FAMILY_RETIRED']);
    expect(faults([good, { ...seal, partClass: '' }])).toEqual(['3 partClass TERM_DOUBLE']);
    expect(faults([good, { ...seal, name: '别名' }])).toEqual(['3 name ROWS_DIFFER']);
    const many = Array.from({ length: 51 }, (_row, at) => ({ ...good, partClass: `c${at}` }));
    expect(faults(many)).toEqual(['2 code TERM_INVALID']);
  });

  it('X-9: the same model again changes nothing; another value, term or class is a fault of its cell', () => {
    expect(check([good, seal], [known])).toEqual({ fresh: [], unchanged: 1, faults: [] });
    expect(faults([{ ...good, name: '别名' }, { ...seal, months: '18' }], [known])).toEqual(['3 months KNOWN_OTHERWISE', '2 name KNOWN_OTHERWISE']);
    expect(faults([good], [known])).toEqual(['2 code KNOWN_OTHERWISE']);
    expect(faults([good, seal, { ...seal, partClass: 'valve' }], [known])).toEqual(['4 partClass KNOWN_OTHERWISE']);
  });
});
