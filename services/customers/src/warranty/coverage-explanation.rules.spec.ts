import { EXCLUSIONS } from '@aftercare/domain';
import { changeWords, notes, usedFacts } from './coverage-explanation.rules.js';
import type { CoverageFacts } from './coverage-facts.rules.js';
import type { Term } from './terms.rules.js';

const term: Term = { partClass: 'seal', months: 12, coversParts: true, coversLabour: true, startBasis: 'commissioning', replacementMonths: 0 };
const facts: CoverageFacts = {
  serial: 'SN-1', registered: true, sold: true, purchaseDate: '2024-03-15', acceptedOn: null, extendedUntil: null, termsVersion: 2, terms: [term],
  replacedOn: null, partClass: 'seal', eventDate: '2024-09-01', exclusion: null, proofPurchaseDate: null, visit: false,
};
const codes = (given: Partial<CoverageFacts>): string[] => usedFacts({ ...facts, ...given }).map(({ code }) => code);
const CHINESE = /[一-鿿]/;
const PLAIN = /^[\x20-\x7e’]+$/;

describe('the explanation of a verdict', () => {
  it('W-6: names every fact that was used, and what is not known of the unit', () => {
    expect(codes({})).toEqual(['event_date', 'registered', 'purchase_date', 'not_installed', 'part_class', 'terms']);
    expect(codes({ sold: false, purchaseDate: null })).toEqual(['event_date', 'registered', 'not_sold', 'not_installed', 'part_class', 'terms']);
    expect(codes({ purchaseDate: null, acceptedOn: '2024-04-01' })).toEqual(['event_date', 'registered', 'purchase_date_unknown', 'accepted', 'part_class', 'terms']);
    expect(codes({ registered: false, sold: false, purchaseDate: null, terms: [], proofPurchaseDate: '2024-01-01' })).toEqual(['event_date', 'not_registered', 'purchase_proved', 'part_class']);
    expect(codes({ extendedUntil: '2025-09-30', replacedOn: '2024-08-01', exclusion: 'misuse', visit: true }).slice(-4)).toEqual(['extension', 'replaced', 'exclusion', 'visit']);
  });

  it('W-6: every fact, every note and every change has its words in both languages', () => {
    const all = [
      facts, { ...facts, purchaseDate: null, acceptedOn: '2024-04-01', extendedUntil: '2025-09-30', replacedOn: '2024-08-01', visit: true, partClass: '' },
      { ...facts, registered: false, serial: '', purchaseDate: null, proofPurchaseDate: '2024-01-01' }, { ...facts, sold: false },
      ...EXCLUSIONS.map((exclusion) => ({ ...facts, exclusion })),
    ];
    const changes = ['purchase_proof', 'exclusion_withdrawn', 'exclusion', 'extension', 'earlier_event', 'later_event'];
    const found = [
      notes.unknownSerial(), notes.unknownDate(), notes.registered(), notes.notSold(), notes.bought('2024-03-15', true), notes.noTerm(''), notes.partsNotCovered('seal'),
      notes.term(term), notes.visit(), ...['within_term', 'extension', 'replaced_part_term'].map((reason) => notes.limit(reason, '2025-03-15')),
      ...EXCLUSIONS.map((exclusion) => notes.exclusion(exclusion)),
    ];
    const words = [
      ...all.flatMap(usedFacts), ...changes.map((code) => changeWords(code, { eventDate: '2025-03-16', lastCoveredDay: '2025-03-15' })),
      ...found.map(({ note, noteZh }) => ({ zh: noteZh, en: note })),
    ];
    for (const { zh, en } of words) {
      expect(zh).toMatch(CHINESE);
      expect(zh).not.toContain('undefined');
      expect(en).toMatch(PLAIN);
    }
  });

  it('W-8: says until when and from when another day would be judged otherwise', () => {
    const dates = { eventDate: '2025-03-16', lastCoveredDay: '2025-03-15' };
    expect(changeWords('extension', dates).en).toBe('an extension until 2025-03-16 or later');
    expect(changeWords('earlier_event', dates).zh).toBe('判定日期不晚于 2025-03-15');
  });
});
