import { refusalReason } from '@aftercare/domain';
import {
  refuseForeignFile, refuseIncompleteIntake, refuseUnlikelyAppointment, refuseUnlikelyWish, refuseWrongAppointment, type IntakeDraft,
} from './call-intake.rules.js';

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

  it('R-1: a wished time is a window in order that lies ahead', () => {
    refused({ wishedFrom: '2026-03-01T10:00:00+08:00', wishedTo: '2026-03-01T10:00:00+08:00' }, 'TIME_INVALID');
    refused({ wishedFrom: '2026-03-01T10:00:00+08:00', wishedTo: '2026-03-01T09:00:00+08:00' }, 'TIME_INVALID');
    refused({ wishedFrom: '2026-02-30T10:00:00+08:00' }, 'TIME_INVALID');
    const wish = { wishedFrom: '2026-03-01T10:00:00+08:00', wishedTo: '2026-03-01T12:00:00+08:00' };
    expect(() => refuseIncompleteIntake({ ...draft, ...wish })).not.toThrow();
    expect(refusalReason(() => refuseUnlikelyWish(wish, '2026-03-01'))).toBeUndefined();
    expect(refusalReason(() => refuseUnlikelyWish(wish, '2026-03-02'))).toBe('TIME_IN_PAST');
    expect(refusalReason(() => refuseUnlikelyWish(wish, '2025-02-28'))).toBe('TIME_TOO_FAR');
  });

  it('C-5, D-9: a dealer’s call names no other dealer’s file; one that no dealer has may name any', () => {
    const refused = (file: string, call: string | null) => refusalReason(() => refuseForeignFile(file, call));
    expect([refused('a', 'a'), refused('a', null), refused('', 'b')]).toEqual([undefined, undefined, undefined]);
    expect(refused('a', 'b')).toBe('CUSTOMER_OF_OTHER_DEALER');
  });

  it('R-3: an appointment has both ends, in order, ahead; a call may be given without one', () => {
    const reason = (appointmentFrom: string, appointmentTo: string) => refusalReason(() => {
      refuseWrongAppointment({ appointmentFrom, appointmentTo });
      refuseUnlikelyAppointment({ appointmentFrom, appointmentTo }, '2026-03-02T10:30:00+08:00');
    });
    expect(reason('', '')).toBeUndefined();
    expect(reason('2026-03-02T10:00:00+08:00', '2026-03-02T11:00:00+08:00')).toBeUndefined();
    expect(reason('2026-03-02T10:00:00+08:00', '')).toBe('FIELD_MISSING');
    expect(reason('', '2026-03-02T10:00:00+08:00')).toBe('FIELD_MISSING');
    expect(reason('2026-03-02T10:00:00+08:00', '2026-03-02T10:00:00+08:00')).toBe('TIME_INVALID');
    expect(reason('2026-03-02T10:00:00+08:00', '2026-03-02T09:00:00+08:00')).toBe('TIME_INVALID');
    expect(reason('2026-03-02T10:00:00+08:00', '2026-03-02T10:30:00.001+08:00')).toBeUndefined();
    expect(reason('2026-03-02T09:00:00+08:00', '2026-03-02T10:30:00+08:00')).toBe('TIME_IN_PAST');
    expect(reason('2020-03-02T10:00:00+08:00', '2020-03-02T11:00:00+08:00')).toBe('TIME_IN_PAST');
    expect(reason('2029-03-02T10:00:00+08:00', '2029-03-02T11:00:00+08:00')).toBe('TIME_TOO_FAR');
  });
});
