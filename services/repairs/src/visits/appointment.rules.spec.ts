import { refusalReason } from '@aftercare/domain';
import { givenUpAt, outcomeOfArrival, outcomeOfChange, promisesOf, refuseSameTechnician, refuseWrongNewAppointment } from './appointment.rules.js';

const window = { windowFrom: '2026-03-02T01:00:00.000Z', windowTo: '2026-03-02T03:00:00.000Z' };
const reason = (text: string) => expect.objectContaining({ reason: text });

describe('appointments', () => {
  it.each([
    ['at its first moment', '2026-03-02T01:00:00.000Z', 'kept'],
    ['at its last moment', '2026-03-02T03:00:00.000Z', 'kept'],
    ['before it', '2026-03-02T00:59:59.999Z', 'missed'],
    ['after it', '2026-03-02T03:00:00.001Z', 'missed'],
  ] as const)('R-12: an arrival %s', (_when, at, outcome) => {
    expect(outcomeOfArrival(window, at)).toBe(outcome);
  });

  it('R-12: a window is moved in good time, and missed once it is over', () => {
    expect(outcomeOfChange(window, '2026-03-02T03:00:00.000Z')).toBe('moved');
    expect(outcomeOfChange(window, '2026-03-02T03:00:00.001Z')).toBe('missed');
  });

  it('R-12: a window with nobody coming is missed once the local day of its end is over', () => {
    expect(givenUpAt(window)).toBe('2026-03-02T16:00:00.000Z');
    expect(givenUpAt({ windowTo: '2026-03-02T15:59:59.999Z' })).toBe('2026-03-02T16:00:00.000Z');
    expect(givenUpAt({ windowTo: '2026-03-02T16:00:00.000Z' })).toBe('2026-03-03T16:00:00.000Z');
  });

  it('R-12: the rate counts kept and missed windows, neither moved ones nor one that is waited for', () => {
    const windows = ['moved', 'missed', 'kept', 'kept', ''].map((outcome) => ({ outcome }));
    expect(promisesOf(windows)).toEqual({ kept: 2, missed: 1 });
    expect(promisesOf([])).toEqual({ kept: 0, missed: 0 });
  });

  it('R-12: a new appointment has both ends in order and is not over', () => {
    const now = '2026-03-02T03:00:00.000Z';
    const of = (appointmentFrom: string, appointmentTo: string) => refusalReason(() => refuseWrongNewAppointment({ appointmentFrom, appointmentTo }, now));
    expect(of('2026-03-02T01:00:00Z', '2026-03-02T03:00:00.001Z')).toBeUndefined();
    expect(of('2026-03-02T01:00:00Z', now)).toBe('TIME_IN_PAST');
    expect(of('2026-03-02T05:00:00Z', '2026-03-02T04:00:00Z')).toBe('TIME_INVALID');
    expect(of('', '2026-03-02T04:00:00Z')).toBe('FIELD_MISSING');
    expect(of('', '')).toBe('FIELD_MISSING');
    expect(of('2026-03-02T04:00:00Z', '')).toBe('FIELD_MISSING');
    expect(of('2028-03-02T04:00:00Z', '2028-03-02T05:00:00Z')).toBe('TIME_TOO_FAR');
  });

  it('R-12: a call is passed to somebody else', () => {
    expect(() => refuseSameTechnician('a', 'b')).not.toThrow();
    expect(() => refuseSameTechnician('a', 'a')).toThrow(reason('TECHNICIAN_SAME'));
  });
});
