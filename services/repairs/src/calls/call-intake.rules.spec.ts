import { refuseIncompleteIntake, refuseWrongWindow, type IntakeDraft } from './call-intake.rules.js';

const draft: IntakeDraft = {
  channel: 'phone', unitId: '', unitSerial: 'SN1', unitDescription: '', contactPhone: '138 1234 1234', symptoms: '漏水', wishedFrom: '', wishedTo: '',
};
const refused = (change: Partial<IntakeDraft>, reason: string): void =>
  expect(() => refuseIncompleteIntake({ ...draft, ...change })).toThrow(expect.objectContaining({ reason }));

describe('the intake of a call (R-1)', () => {
  it('R-1: a call with a channel, a phone, symptoms and a unit is taken', () => {
    expect(() => refuseIncompleteIntake(draft)).not.toThrow();
  });

  it('R-1: a description will do when no serial is at hand, but not nothing', () => {
    expect(() => refuseIncompleteIntake({ ...draft, unitSerial: '', unitDescription: '坐便器' })).not.toThrow();
    refused({ unitSerial: ' ' }, 'UNIT_OR_DESCRIPTION_MISSING');
  });

  it('R-1: symptoms and a number to call back are needed, and the channel is one of the list', () => {
    refused({ symptoms: ' ' }, 'SYMPTOMS_MISSING');
    refused({ contactPhone: 'none' }, 'PHONE_INVALID');
    refused({ channel: 'pigeon' }, 'CHANNEL_UNKNOWN');
  });

  it('R-1: the region is a district that exists, or left open', () => {
    expect(() => refuseIncompleteIntake({ ...draft, address: { regionCode: '310104' } })).not.toThrow();
    expect(() => refuseIncompleteIntake({ ...draft, address: { regionCode: '' } })).not.toThrow();
    for (const regionCode of ['999999', '310000', '310199']) refused({ address: { regionCode } }, 'REGION_UNKNOWN');
  });

  it('R-1: a wished time is a window in order', () => {
    expect(() => refuseWrongWindow('2026-03-01T10:00:00+08:00', '2026-03-01T12:00:00+08:00', 'wished')).not.toThrow();
    refused({ wishedFrom: '2026-03-01T10:00:00+08:00', wishedTo: '2026-03-01T09:00:00+08:00' }, 'TIME_INVALID');
    refused({ wishedFrom: '2026-02-30T10:00:00+08:00' }, 'TIME_INVALID');
  });
});
