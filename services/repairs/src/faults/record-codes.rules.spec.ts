import { refusalReason, STAGES, PROBLEM_DIMENSIONS } from '@aftercare/domain';
import { codesOfFamily, refuseUnknownCodes, refuseWrongDimension, type NamedCodes } from './record-codes.rules.js';

const published = [
  { kind: 'fault', family: 'faucet', code: 'F01', parentCode: '' }, { kind: 'fault', family: 'faucet', code: 'F02', parentCode: '' },
  { kind: 'cause', family: 'faucet', code: 'C01', parentCode: 'F01' }, { kind: 'action', family: 'faucet', code: 'A01', parentCode: 'C01' },
  { kind: 'fault', family: 'toilet', code: 'F01', parentCode: '' }, { kind: 'cause', family: 'toilet', code: 'C09', parentCode: 'F01' },
];
const none = { faultCode: '', causeCode: '', actionCode: '' };
const codes = (given: Partial<NamedCodes>, family = 'faucet') => refusalReason(() => refuseUnknownCodes([{ ...none, ...given }], published, family));

describe('the codes of a record (R-16)', () => {
  it('R-16: a code that is given is a published one of its kind and of the unit’s family; free text alone will do', () => {
    expect([codes({}), codes({ faultCode: 'F01' }), codes({ faultCode: 'F01' }, '')]).toEqual([undefined, undefined, undefined]);
    expect([codes({ faultCode: 'C01' }), codes({ faultCode: 'F02' }, 'toilet'), codes({ faultCode: 'F09' }, '')]).toEqual(Array(3).fill('FAULT_CODE_UNKNOWN'));
  });

  it('R-16: a cause stands below its fault, an action below its cause, within one family', () => {
    expect(codes({ faultCode: 'F01', causeCode: 'C01', actionCode: 'A01' })).toBeUndefined();
    expect([codes({ faultCode: 'F02', causeCode: 'C01' }), codes({ faultCode: 'F01', causeCode: 'C09' }, '')]).toEqual(['CODE_NOT_BELOW', undefined]);
    expect(codes({ faultCode: 'F01', causeCode: 'C09', actionCode: 'A01' }, '')).toBe('FAULT_CODE_UNKNOWN');
    expect([codes({ causeCode: 'C01' }), codes({ faultCode: 'F01', actionCode: 'A01' })]).toEqual([undefined, undefined]);
  });
});

describe('problem dimensions (R-15)', () => {
  const dimension = (problemDimension: string, stage: string) => refusalReason(() => refuseWrongDimension([{ problemDimension: '' }, { problemDimension }], stage));

  it('R-15: each stage has its own dimensions, and only those', () => {
    for (const stage of STAGES) {
      for (const owner of STAGES) {
        const expected = stage === owner ? undefined : 'DIMENSION_NOT_OF_STAGE';
        expect(PROBLEM_DIMENSIONS[owner].map((each) => dimension(each, stage))).toEqual(PROBLEM_DIMENSIONS[owner].map(() => expected));
      }
    }
  });

  it('R-15: where the stage is not known any of them will do, and nothing else', () => {
    expect([dimension('durability', ''), dimension('appearance', ''), dimension('colour', '')]).toEqual([undefined, undefined, 'DIMENSION_NOT_OF_STAGE']);
  });
});

describe('codes for the figures', () => {
  it('Q-1, R-16: of a record made of another unit than the one named since, codes that its family has not are not told, nor what stands below them', () => {
    const told = (given: Partial<NamedCodes>, family: string) => Object.values(codesOfFamily(published, family)({ ...none, ...given }));
    expect(told({ faultCode: 'F01', causeCode: 'C01', actionCode: 'A01' }, 'faucet')).toEqual(['F01', 'C01', 'A01']);
    expect(told({ faultCode: 'F02', causeCode: 'C09' }, 'toilet')).toEqual(['', '', '']);
    expect(told({ causeCode: 'C09' }, 'toilet')).toEqual(['', 'C09', '']);
    expect(told({ faultCode: 'F02', causeCode: 'C01', actionCode: 'A01' }, 'faucet')).toEqual(['F02', '', '']);
    expect(told({ faultCode: 'F01', causeCode: 'C09', actionCode: 'A01' }, 'faucet')).toEqual(['F01', '', '']);
    expect(told({ faultCode: 'F01', causeCode: 'C01' }, 'toilet')).toEqual(['F01', '', '']);
    expect(told({ faultCode: 'F02', causeCode: 'C09' }, '')).toEqual(['F02', 'C09', '']);
  });
});
