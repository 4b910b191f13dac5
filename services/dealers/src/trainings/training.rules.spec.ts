import { cancelTraining, checkCourse, checkTraining, correctAttendance, recordAttendance, requireTrainingRole, trainingActions, trainingSteps } from './training.rules.js';

const refusal = (reason: string): Error => expect.objectContaining({ reason }) as Error;
const planned = { state: 'planned' as const, heldOn: '2026-03-10' };

describe('trainings', () => {
  it('D-5: a session is planned, then held with its attendance or cancelled with a reason', () => {
    expect(trainingSteps.unreachable()).toEqual([]);
    expect(trainingSteps.deadEnds()).toEqual([]);
    expect(recordAttendance(planned, [{ technicianId: 'a', result: 'passed' }], '2026-03-10')).toBe('held');
    expect(cancelTraining('planned', '讲师生病')).toBe('cancelled');
    expect(() => cancelTraining('planned', ' ')).toThrow(refusal('REASON_MISSING'));
    for (const state of ['held', 'cancelled'] as const) {
      expect(() => cancelTraining(state, 'x')).toThrow(refusal('STEP_NOT_ALLOWED'));
      expect(() => recordAttendance({ ...planned, state }, [{ technicianId: 'a', result: 'passed' }], '2026-03-10')).toThrow(refusal('STEP_NOT_ALLOWED'));
    }
  });

  it('D-5: attendance is recorded on the day or later, each technician once with one result', () => {
    const record = (attendances: { technicianId: string; result: string }[], today = '2026-03-11') => () => recordAttendance(planned, attendances, today);
    expect(record([{ technicianId: 'a', result: 'passed' }], '2026-03-09')).toThrow(refusal('TRAINING_NOT_HELD_YET'));
    expect(record([])).toThrow(refusal('ATTENDANCE_MISSING'));
    expect(record([{ technicianId: 'a', result: 'passed' }, { technicianId: 'a', result: 'failed' }])).toThrow(refusal('ATTENDANCE_DOUBLE'));
    expect(record([{ technicianId: 'a', result: 'brilliant' }])).toThrow(refusal('RESULT_UNKNOWN'));
    expect(record([{ technicianId: 'a', result: 'failed' }, { technicianId: 'b', result: 'absent' }])).not.toThrow();
  });

  it('D-5: a held session is corrected with a reason: other results and who was forgotten, never what stands already', () => {
    const recorded = new Map([['a', 'passed'], ['b', 'failed']] as const);
    const correct = (attendances: { technicianId: string; result: string }[], reason = '登记有误', state: 'held' | 'planned' = 'held') => () => correctAttendance(state, recorded, { reason, attendances });
    expect(correct([{ technicianId: 'a', result: 'failed' }, { technicianId: 'c', result: 'passed' }])()).toEqual([
      { technicianId: 'a', before: 'passed', result: 'failed' }, { technicianId: 'c', before: '', result: 'passed' },
    ]);
    expect(correct([{ technicianId: 'b', result: 'failed' }])).toThrow(expect.objectContaining({ reason: 'ATTENDANCE_UNCHANGED', details: { field: 'attendances[0].result' } }));
    expect(correct([])).toThrow(refusal('ATTENDANCE_MISSING'));
    expect(correct([{ technicianId: 'a', result: 'failed' }], ' ')).toThrow(refusal('REASON_MISSING'));
    expect(correct([{ technicianId: 'a', result: 'failed' }], 'x', 'planned')).toThrow(refusal('STEP_NOT_ALLOWED'));
    expect(correct([{ technicianId: 'a', result: 'brilliant' }])).toThrow(refusal('RESULT_UNKNOWN'));
  });

  it('D-5: a course is of one product family and its certificates hold some months', () => {
    const course = { code: 'FAUCET-1', name: '龙头维修', nameEn: '', family: 'faucet', validMonths: 24 };
    expect(() => checkCourse(course)).not.toThrow();
    expect(() => checkCourse({ ...course, code: '-' })).toThrow(refusal('CODE_INVALID'));
    expect(() => checkCourse({ ...course, name: '' })).toThrow(refusal('NAME_INVALID'));
    expect(() => checkCourse({ ...course, nameEn: 'x'.repeat(101) })).toThrow(refusal('NAME_INVALID'));
    expect(() => checkCourse({ ...course, family: '龙头' })).toThrow(refusal('FAMILY_INVALID'));
    for (const validMonths of [0, 121, 1.5]) expect(() => checkCourse({ ...course, validMonths })).toThrow(refusal('MONTHS_INVALID'));
  });

  it('D-5: a session has a day and a place', () => {
    const check = (heldOn: string, place = '台州') => () => checkTraining({ heldOn, place }, '2026-03-01');
    for (const heldOn of ['2026-03-10', '2016-03-01', '2027-03-01']) expect(check(heldOn)).not.toThrow();
    expect(check('2026-02-30')).toThrow(refusal('INVALID_DATE'));
    for (const heldOn of ['0001-01-01', '2016-02-29']) expect(check(heldOn)).toThrow(refusal('DATE_LONG_AGO'));
    for (const heldOn of ['9999-12-31', '2027-03-02']) expect(check(heldOn)).toThrow(refusal('DATE_TOO_FAR'));
    expect(check('2026-03-10', '')).toThrow(refusal('PLACE_INVALID'));
  });

  it('D-5: trainings are the clerk’s and the supervisor’s, and the buttons say so', () => {
    for (const role of ['service_clerk', 'service_supervisor']) expect(() => requireTrainingRole(role)).not.toThrow();
    for (const role of ['dealer_manager', 'quality_engineer', 'auditor']) expect(() => requireTrainingRole(role)).toThrow(refusal('ROLE_NOT_ALLOWED'));
    expect(trainingActions(planned, 'service_clerk', '2026-03-09')).toEqual([
      { action: 'record-attendance', reason: 'TRAINING_NOT_HELD_YET' }, { action: 'correct-attendance', reason: 'STEP_NOT_ALLOWED' }, { action: 'cancel' },
    ]);
    expect(trainingActions(planned, 'dealer_manager', '2026-03-10').map(({ reason }) => reason)).toEqual(['ROLE_NOT_ALLOWED', 'ROLE_NOT_ALLOWED', 'ROLE_NOT_ALLOWED']);
    expect(trainingActions({ ...planned, state: 'held' }, 'service_clerk', '2026-03-10').map(({ reason }) => reason)).toEqual(['STEP_NOT_ALLOWED', undefined, 'STEP_NOT_ALLOWED']);
  });
});
