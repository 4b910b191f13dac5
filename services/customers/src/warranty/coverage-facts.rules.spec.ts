import { EXCLUSIONS } from '@aftercare/domain';
import { checkEvidence, checkProofDay, readFacts } from './coverage-facts.rules.js';

const refusal = (reason: string): Error => expect.objectContaining({ reason }) as Error;
const facts = {
  serial: 'SN-1', registered: true, sold: true, purchaseDate: '2024-03-15', acceptedOn: null, extendedUntil: null, termsVersion: 1, terms: [],
  replacedOn: null, partClass: '', eventDate: '2024-09-01', exclusion: null, proofPurchaseDate: null, visit: false,
};

describe('the facts of a verdict', () => {
  it('W-5: on 2024-09-01 exclusion power_supply with a photo is taken; the same without a photo is refused: evidence missing', () => {
    const given = { eventDate: '2024-09-01', exclusion: 'power_supply', exclusionCause: '电压不稳', proofPurchaseDate: '', proofEvidence: 0 };
    expect(() => checkEvidence({ ...given, exclusionEvidence: 1 })).not.toThrow();
    expect(() => checkEvidence({ ...given, exclusionEvidence: 0 })).toThrow(refusal('EVIDENCE_MISSING'));
  });

  it('W-5: the list of exclusions is closed and each needs a cause', () => {
    const given = { eventDate: '2024-09-01', exclusionCause: 'x', exclusionEvidence: 1, proofPurchaseDate: '', proofEvidence: 0 };
    for (const exclusion of EXCLUSIONS) expect(() => checkEvidence({ ...given, exclusion })).not.toThrow();
    expect(() => checkEvidence({ ...given, exclusion: 'scratched' })).toThrow(refusal('EXCLUSION_UNKNOWN'));
    expect(() => checkEvidence({ ...given, exclusion: 'misuse', exclusionCause: ' ' })).toThrow(refusal('EVIDENCE_MISSING'));
  });

  it('W-5: who only asks what would be needs no evidence yet, but a cause of the list', () => {
    const given = { eventDate: '2024-09-01', exclusionCause: '', exclusionEvidence: 0, proofPurchaseDate: '', proofEvidence: 0, preview: true };
    expect(() => checkEvidence({ ...given, exclusion: 'misuse' })).not.toThrow();
    expect(() => checkEvidence({ ...given, exclusion: 'scratched' })).toThrow(refusal('EXCLUSION_UNKNOWN'));
  });

  it('W-4: a proved date of purchase is a real date and has a photo', () => {
    const proof = { eventDate: '2025-03-16', exclusion: '', exclusionCause: '', exclusionEvidence: 0, proofPurchaseDate: '2024-03-16' };
    expect(() => checkEvidence({ ...proof, proofEvidence: 1 })).not.toThrow();
    expect(() => checkEvidence({ ...proof, proofEvidence: 0 })).toThrow(refusal('EVIDENCE_MISSING'));
    expect(() => checkEvidence({ ...proof, proofPurchaseDate: '2024-02-30', proofEvidence: 1 })).toThrow(refusal('INVALID_DATE'));
  });

  it('W-4, W-1: a proved day of purchase is not after the event or today, nor before the dispatch', () => {
    const given = { proofPurchaseDate: '2024-03-16', eventDate: '2024-03-16', today: '2024-03-16', dispatchedOn: '2024-03-16' };
    for (const fits of [given, { ...given, dispatchedOn: null }, { ...given, proofPurchaseDate: '' }]) expect(() => checkProofDay(fits)).not.toThrow();
    expect(() => checkProofDay({ ...given, eventDate: '2024-03-15', today: '2024-03-15' })).toThrow(refusal('DATE_IN_FUTURE'));
    expect(() => checkProofDay({ ...given, eventDate: '2024-03-15' })).toThrow(refusal('DATE_AFTER_EVENT'));
    expect(() => checkProofDay({ ...given, dispatchedOn: '2024-03-17' })).toThrow(refusal('DATE_BEFORE_DISPATCH'));
  });

  it('W-8: are read again as they were stored, and texts that are none are refused', () => {
    expect(readFacts(JSON.stringify(facts))).toEqual(facts);
    for (const text of ['', 'null', '{}', '[]', '{"eventDate":"2026-02-30"}', JSON.stringify({ ...facts, exclusion: '__proto__' })]) {
      expect(() => readFacts(text)).toThrow(refusal('FACTS_INVALID'));
    }
  });
});
