import { addHours } from '@aftercare/domain';
import fc from 'fast-check';
import { afterTelling, dueAt, isOnTime, momentsToTell, nextMoment, warningAt, type Clock, type ClockMoment } from './call-clock.rules.js';

const TERMS = { solveHours: 24, specialHours: 48, warnShare: 0.75 };
/** 2026-03-01 10:00 +08:00 */
const START = '2026-03-01T02:00:00Z';
const fresh: Clock = { startedAt: START, specialReason: null, stoppedAt: null, breachedAt: null, warnedHours: [], escalatedAt: null };
const local = (text: string): string => new Date(`${text.replace(' ', 'T')}+08:00`).toISOString();
const same = (a: string, b: string): void => expect(new Date(a).toISOString()).toBe(new Date(b).toISOString());

/** Tells everything that became known up to now and gives the clock back. */
function tell(clock: Clock, now: string): { clock: Clock; told: ClockMoment[] } {
  const told = momentsToTell(clock, now, TERMS);
  return { clock: afterTelling(clock, told, TERMS), told };
}

describe('the clock of a call (R-3, R-4)', () => {
  it('R-3: received 2026-03-01 10:00 is warned 2026-03-02 04:00 and due 2026-03-02 10:00', () => {
    same(warningAt(fresh, TERMS), local('2026-03-02 04:00'));
    same(dueAt(fresh, TERMS), local('2026-03-02 10:00'));
  });

  it('R-3: a special moves the due moment to 48 hours and the warning to 2026-03-02 22:00', () => {
    const special = { ...fresh, specialReason: 'remote_area' };
    same(dueAt(special, TERMS), local('2026-03-03 10:00'));
    same(warningAt(special, TERMS), local('2026-03-02 22:00'));
  });

  it('R-4: a special after the first warning is warned a second time', () => {
    const first = tell(fresh, local('2026-03-02 04:00'));
    expect(first.told.map(({ kind }) => kind)).toEqual(['warning']);
    const special = { ...first.clock, specialReason: 'remote_area' };
    expect(tell(special, local('2026-03-02 21:59')).told).toEqual([]);
    expect(tell(special, local('2026-03-02 22:00')).told.map(({ kind }) => kind)).toEqual(['warning']);
  });

  it('R-4: resolved 09:59, refused 12:00: told at 12:00 with the moment 10:00, one breach', () => {
    const warned = tell(fresh, local('2026-03-02 04:00')).clock;
    const resolved = { ...warned, stoppedAt: local('2026-03-02 09:59') };
    expect(tell(resolved, local('2026-03-02 11:00')).told).toEqual([]);
    const revived = tell({ ...resolved, stoppedAt: null }, local('2026-03-02 12:00'));
    expect(revived.told.map(({ kind }) => kind)).toEqual(['breach']);
    same(revived.clock.breachedAt!, local('2026-03-02 10:00'));
    const again = { ...revived.clock, stoppedAt: local('2026-03-02 20:00') };
    expect(tell(again, local('2026-03-05 00:00')).told).toEqual([]);
    expect(isOnTime(again, TERMS)).toBe(false);
  });

  it('R-4: platform down from 09:50 to 10:20: the breach is recorded once with the moment 10:00', () => {
    const warned = tell(fresh, local('2026-03-02 04:00')).clock;
    const late = tell(warned, local('2026-03-02 10:20'));
    expect(late.told).toHaveLength(1);
    same(late.clock.breachedAt!, local('2026-03-02 10:00'));
    expect(tell(late.clock, local('2026-03-02 10:21')).told).toEqual([]);
  });

  it('R-4: without special, 48 hours are a further escalation and not a second breach', () => {
    const breached = tell(fresh, local('2026-03-02 10:00')).clock;
    same(nextMoment(breached, TERMS)!, local('2026-03-03 10:00'));
    expect(tell(breached, local('2026-03-03 10:00')).told.map(({ kind }) => kind)).toEqual(['escalation']);
  });

  it('R-4: on a call resolved in time and not refused nothing is told, ever', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 24 * 3600 - 1 }), fc.integer({ min: 0, max: 1000 }), (solvedSeconds, laterHours) => {
        const solved = { ...fresh, warnedHours: [24], stoppedAt: addHours(START, solvedSeconds / 3600) };
        expect(momentsToTell(solved, addHours(START, laterHours), TERMS)).toEqual([]);
        expect(nextMoment(solved, TERMS)).toBeNull();
        expect(isOnTime(solved, TERMS)).toBe(true);
      }),
    );
  });

  it('R-4: whenever and however often one looks, each moment is told exactly once with its own time', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 80 * 60 }), { minLength: 1, maxLength: 30 }), (minutes) => {
        let clock = fresh;
        const told: ClockMoment[] = [];
        for (const minute of [...minutes, 80 * 60].sort((a, b) => a - b)) {
          const step = tell(clock, addHours(START, minute / 60));
          clock = step.clock;
          told.push(...step.told);
        }
        expect(told.map(({ kind }) => kind).sort()).toEqual(['breach', 'escalation', 'warning']);
        same(clock.breachedAt!, dueAt(fresh, TERMS));
      }),
    );
  });
});
