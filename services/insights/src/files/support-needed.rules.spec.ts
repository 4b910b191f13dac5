import { LOCALES } from '@aftercare/domain';
import { partNeeded, staffNeeded, supportNeeded, trainingNeeded, type FamilyFigures, type SupportLimits } from './support-needed.rules.js';
import { worded } from './support-needed.texts.js';

const LIMITS: SupportLimits = { callsMin: 10, firstFixGapPoints: 10, repeatGapPoints: 5, partFactorPercent: 150, piecesMin: 5, onTimePercent: 90, callsPerTechnician: 60 };
const family: FamilyFigures = {
  family: 'faucet', calls: 20, resolved: 18, firstFixPercent: '80.0', repeatPercent: '4.0', certified: 1, network: { firstFixPercent: '85.0', repeatPercent: '3.0' },
};
const figuresOf = (changed: Partial<FamilyFigures>): string[] => trainingNeeded({ ...family, ...changed }, LIMITS).flatMap(({ figures }) => figures.map(({ figure }) => figure));

describe('training on a family', () => {
  it('D-4: is needed when the first-time-fix rate lies under the network\'s median by the gap', () => {
    expect(figuresOf({ firstFixPercent: '75.1' })).toEqual([]);
    expect(figuresOf({ firstFixPercent: '75.0' })).toEqual(['firstFixPercent']);
  });

  it('D-4: is needed when the share of repeat calls lies over the median by the gap', () => {
    expect(figuresOf({ repeatPercent: '7.9' })).toEqual([]);
    expect(figuresOf({ repeatPercent: '8.0' })).toEqual(['repeatPercent']);
  });

  it('D-4: is needed when nobody holds a valid certificate for it', () => {
    expect(figuresOf({ certified: 0 })).toEqual(['certified']);
  });

  it('D-4: few calls say nothing, nor do calls whose family nobody knows', () => {
    expect(figuresOf({ calls: 9, certified: 0 })).toEqual([]);
    expect(figuresOf({ resolved: 9, firstFixPercent: '10.0' })).toEqual([]);
    expect(figuresOf({ family: '', certified: 0 })).toEqual([]);
  });

  it('D-4: without a network to compare with only the certificates speak', () => {
    expect(figuresOf({ network: null, firstFixPercent: '0.0', certified: 0 })).toEqual(['certified']);
    expect(figuresOf({ firstFixPercent: '', network: { firstFixPercent: '', repeatPercent: '' } })).toEqual([]);
  });

  it('D-4: each figure carries its value, what it is compared with, the limit and the setting that holds it', () => {
    expect(trainingNeeded({ ...family, firstFixPercent: '60.0' }, LIMITS)).toEqual([{
      kind: 'training', subject: 'faucet', subjectName: 'faucet',
      figures: [{ figure: 'firstFixPercent', value: '60.0', compared: '85.0', threshold: '10', setting: 'support.firstFixGapPoints' }],
    }]);
  });
});

describe('support with a part', () => {
  const part = { partId: 'p', name: 'P-1 阀芯', quantity: 12, per100Calls: '15.0', networkPer100Calls: '10.0' };

  it('D-4: is needed when it is replaced by the factor more often for 100 calls than in the network', () => {
    expect(partNeeded(part, LIMITS)).toMatchObject([{ kind: 'parts', subject: 'p', figures: [{ value: '15.0', compared: '10.0', threshold: '150' }] }]);
    expect(partNeeded({ ...part, per100Calls: '14.9' }, LIMITS)).toEqual([]);
  });

  it('D-4: few pieces say nothing, nor does a part without network', () => {
    expect(partNeeded({ ...part, quantity: 4 }, LIMITS)).toEqual([]);
    expect(partNeeded({ ...part, networkPer100Calls: '' }, LIMITS)).toEqual([]);
    expect(partNeeded({ ...part, networkPer100Calls: '0.0' }, LIMITS)).toEqual([]);
    expect(partNeeded({ ...part, per100Calls: '' }, LIMITS)).toEqual([]);
  });
});

describe('staff', () => {
  const staff = { measured24: 100, onTime24Percent: '80.0', technicians: 2, callsPerTechnician: '70.0' };

  it('D-4: more are needed when too little is solved in 24 hours and each technician has more than enough work', () => {
    expect(staffNeeded(staff, LIMITS)).toMatchObject([{ kind: 'staff', figures: [{ value: '80.0', threshold: '90' }, { value: '70.0', threshold: '60' }] }]);
    expect(staffNeeded({ ...staff, onTime24Percent: '90.0' }, LIMITS)).toEqual([]);
    expect(staffNeeded({ ...staff, callsPerTechnician: '60.0' }, LIMITS)).toEqual([]);
    expect(staffNeeded({ ...staff, measured24: 9 }, LIMITS)).toEqual([]);
    expect(staffNeeded({ ...staff, technicians: 0, callsPerTechnician: '' }, LIMITS)).toEqual([]);
  });

  it('D-4: every need and every figure has words in both languages', () => {
    const needs = supportNeeded({
      families: [{ ...family, firstFixPercent: '10.0', repeatPercent: '50.0', certified: 0 }],
      parts: [{ partId: 'p', name: 'P-1', quantity: 12, per100Calls: '15.0', networkPer100Calls: '10.0' }], staff,
    }, LIMITS);
    expect(needs.map(({ kind }) => kind)).toEqual(['training', 'parts', 'staff']);
    for (const locale of LOCALES) {
      for (const need of needs.map((each) => worded(each, locale))) {
        expect(need.text).not.toBe('');
        for (const { text, value, threshold, figure } of need.figures) expect([figure, text.includes(figure === 'certified' ? threshold : value)]).toEqual([figure, true]);
      }
    }
  });
});
