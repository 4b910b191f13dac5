import { checkNearDate, defineSteps, isRealDate, Refusal, refusalReason, requireRole, type Role } from '@aftercare/domain';

export type TrainingState = 'planned' | 'held' | 'cancelled';
export type TrainingAction = 'record-attendance' | 'correct-attendance' | 'cancel';

/** D-5: a session is planned, then held with its attendance, or cancelled. */
export const trainingSteps = defineSteps<TrainingState, TrainingAction>({
  initial: 'planned',
  steps: {
    'record-attendance': { from: ['planned'], to: 'held' }, 'correct-attendance': { from: ['held'], to: 'held' }, cancel: { from: ['planned'], to: 'cancelled' },
  },
  final: ['cancelled'],
});

export const ATTENDANCE_RESULTS = ['passed', 'failed', 'absent'] as const;
export type AttendanceResult = (typeof ATTENDANCE_RESULTS)[number];

/** A course as it may be written. */
export interface CourseData {
  code: string;
  name: string;
  nameEn: string;
  family: string;
  validMonths: number;
}

const MAY: readonly Role[] = ['service_clerk', 'service_supervisor'];
const CODE = /^[A-Za-z0-9][A-Za-z0-9_-]{1,19}$/;
/** As customers spells the families of its models. */
const FAMILY = /^[a-z][a-z0-9_-]{0,39}$/i;
const TEXT_LENGTH_MAX = 100;
const PLACE_LENGTH_MAX = 200;
const MONTHS_MAX = 120;

/** D-5: trainings are the clerk's and the supervisor's. Refuses ROLE_NOT_ALLOWED. */
export function requireTrainingRole(role: string): void {
  requireRole(role, MAY, 'trainings');
}

/** D-5: a course is of one product family. Refuses CODE_INVALID, NAME_INVALID, FAMILY_INVALID, MONTHS_INVALID. */
export function checkCourse(course: CourseData): void {
  if (!CODE.test(course.code)) throw refusedField('code', 'CODE_INVALID', 'A code has 2 to 20 letters, digits, "-" or "_".');
  if (course.name === '' || course.name.length > TEXT_LENGTH_MAX) throw refusedField('name', 'NAME_INVALID', 'The name is missing or too long.');
  if (course.nameEn.length > TEXT_LENGTH_MAX) throw refusedField('nameEn', 'NAME_INVALID', 'The name is too long.');
  if (!FAMILY.test(course.family)) throw refusedField('family', 'FAMILY_INVALID', 'The family is a code of at most 40 letters and digits.');
  if (!Number.isInteger(course.validMonths) || course.validMonths < 1 || course.validMonths > MONTHS_MAX) {
    throw refusedField('validMonths', 'MONTHS_INVALID', `A certificate holds 1 to ${MONTHS_MAX} months.`);
  }
}

/**
 * D-5: a session has a day and a place; a day in the past is entered afterwards, as long as a certificate of it could still hold.
 * Refuses INVALID_DATE, DATE_LONG_AGO, DATE_TOO_FAR, PLACE_INVALID.
 */
export function checkTraining(training: { heldOn: string; place: string }, today: string): void {
  if (!isRealDate(training.heldOn)) throw refusedField('heldOn', 'INVALID_DATE', 'This is not a calendar date.');
  checkNearDate('heldOn', training.heldOn, { today, monthsBack: MONTHS_MAX });
  if (training.place === '' || training.place.length > PLACE_LENGTH_MAX) throw refusedField('place', 'PLACE_INVALID', 'The place is missing or too long.');
}

/**
 * D-5: the state after the attendance was recorded, once, on the session's day or later, each technician with one result.
 * Refuses STEP_NOT_ALLOWED, TRAINING_NOT_HELD_YET, ATTENDANCE_MISSING, ATTENDANCE_DOUBLE, RESULT_UNKNOWN.
 */
export function recordAttendance(
  training: { state: TrainingState; heldOn: string },
  attendances: readonly { technicianId: string; result: string }[],
  today: string,
): TrainingState {
  const next = trainingSteps.next('record-attendance', training.state);
  refuseBeforeDay(training.heldOn, today);
  checkAttendances(attendances);
  return next;
}

/** A result that differs from the one recorded; `before` is empty for a technician that was forgotten. */
export interface Correction {
  technicianId: string;
  before: AttendanceResult | '';
  result: AttendanceResult;
}

/**
 * D-5: what a correction changes of a held session: only other results, and technicians that were forgotten, with a reason.
 * Refuses STEP_NOT_ALLOWED, REASON_MISSING, ATTENDANCE_MISSING, ATTENDANCE_DOUBLE, RESULT_UNKNOWN, ATTENDANCE_UNCHANGED.
 */
export function correctAttendance(
  state: TrainingState, recorded: ReadonlyMap<string, AttendanceResult>, given: { reason: string; attendances: readonly { technicianId: string; result: string }[] },
): Correction[] {
  trainingSteps.next('correct-attendance', state);
  if (given.reason.trim() === '') throw refusedField('reason', 'REASON_MISSING', 'Say why.');
  checkAttendances(given.attendances);
  return given.attendances.map(({ technicianId, result }, at) => {
    const before = recorded.get(technicianId) ?? '';
    if (before === result) throw refusedField(`attendances[${at}].result`, 'ATTENDANCE_UNCHANGED', 'This is the result that stands.');
    return { technicianId, before, result: result as AttendanceResult };
  });
}

function checkAttendances(attendances: readonly { technicianId: string; result: string }[]): void {
  if (attendances.length === 0) throw refusedField('attendances', 'ATTENDANCE_MISSING', 'Name at least one technician.');
  const named = new Set<string>();
  attendances.forEach(({ technicianId, result }, at) => {
    if (named.has(technicianId)) throw refusedField(`attendances[${at}].technicianId`, 'ATTENDANCE_DOUBLE', 'This technician stands twice.');
    named.add(technicianId);
    if (!(ATTENDANCE_RESULTS as readonly string[]).includes(result)) {
      throw refusedField(`attendances[${at}].result`, 'RESULT_UNKNOWN', `A result is one of ${ATTENDANCE_RESULTS.join(', ')}.`);
    }
  });
}

/** D-5: the state after a cancellation. Refuses STEP_NOT_ALLOWED, REASON_MISSING. */
export function cancelTraining(state: TrainingState, reason: string): TrainingState {
  const next = trainingSteps.next('cancel', state);
  if (reason.trim() === '') throw refusedField('reason', 'REASON_MISSING', 'Say why.');
  return next;
}

/** What the caller may do with a session now, and why not. */
export function trainingActions(training: { state: TrainingState; heldOn: string }, role: string, today: string): { action: TrainingAction; reason?: string }[] {
  const answer = (action: TrainingAction, rule: () => unknown): { action: TrainingAction; reason?: string } => ({
    action,
    reason: refusalReason(() => {
      requireTrainingRole(role);
      trainingSteps.next(action, training.state);
      rule();
    }),
  });
  return [
    answer('record-attendance', () => refuseBeforeDay(training.heldOn, today)), answer('correct-attendance', () => undefined), answer('cancel', () => undefined),
  ];
}

function refuseBeforeDay(heldOn: string, today: string): void {
  if (heldOn > today) throw new Refusal('failed_precondition', 'TRAINING_NOT_HELD_YET', 'The session is not held yet.', { heldOn });
}

function refusedField(field: string, reason: string, message: string): Refusal {
  return new Refusal('invalid_argument', reason, message, { field });
}
