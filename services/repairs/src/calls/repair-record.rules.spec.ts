import { codesOf, isFirstVisit, refuseIncompleteRecord, type RecordDraft } from './repair-record.rules.js';

const draft: RecordDraft = {
  faults: [{ faultCode: 'F01', faultDescription: '滴水', causeCode: '', cause: '阀芯磨损', actionCode: 'A01', action: '更换阀芯' }],
  partsUsed: [{ partId: '0199', quantity: 1, source: 'holdings' }],
  labourFee: '50.00',
  travelFee: '0.00',
};
const reasonOf = (run: () => void): string => {
  try {
    run();
  } catch (error) {
    return (error as { reason: string }).reason;
  }
  return '';
};

describe('the repair record (R-5)', () => {
  it('R-5: a whole record is taken', () => {
    expect(reasonOf(() => refuseIncompleteRecord(draft))).toBe('');
  });

  it.each(['faultDescription', 'cause', 'action'] as const)('R-5: description, cause and action must all be filled: without %s it is refused', (field) => {
    const faults = [{ ...draft.faults[0], [field]: '  ' }];
    expect(reasonOf(() => refuseIncompleteRecord({ ...draft, faults }))).toBe('FAULT_INCOMPLETE');
  });

  it('R-5: a record without a fault is refused', () => {
    expect(reasonOf(() => refuseIncompleteRecord({ ...draft, faults: [] }))).toBe('FAULT_INCOMPLETE');
  });

  it('R-5: parts come from holdings, warehouse or the dealer\'s own, in whole positive numbers', () => {
    const part = draft.partsUsed[0];
    expect(reasonOf(() => refuseIncompleteRecord({ ...draft, partsUsed: [{ ...part, quantity: 0 }] }))).toBe('QUANTITY_INVALID');
    expect(reasonOf(() => refuseIncompleteRecord({ ...draft, partsUsed: [{ ...part, quantity: 100_001 }] }))).toBe('QUANTITY_INVALID');
    expect(reasonOf(() => refuseIncompleteRecord({ ...draft, partsUsed: [{ ...part, source: 'shop' }] }))).toBe('SOURCE_UNKNOWN');
  });

  it.each(['-1.00', '1.005', 'abc', '1e3', ''])('R-5: a fee of %p is refused', (labourFee) => {
    expect(reasonOf(() => refuseIncompleteRecord({ ...draft, labourFee }))).toBe('AMOUNT_INVALID');
  });

  it('R-16: events tell the fault codes of the records, each once, and no free text', () => {
    expect(codesOf([{ faults: [{ faultCode: 'F02' }, { faultCode: '' }] }, { faults: [{ faultCode: 'F01' }, { faultCode: 'F02' }] }])).toEqual(['F01', 'F02']);
  });

  it('R-5, D-4: resolved on the first visit means with the first record of a call that was never reopened', () => {
    expect(isFirstVisit(0, 0, true)).toBe(true);
    expect([isFirstVisit(1, 0, true), isFirstVisit(0, 1, true), isFirstVisit(0, 0, false)]).toEqual([false, false, false]);
  });
});
