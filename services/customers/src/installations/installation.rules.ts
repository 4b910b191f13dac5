import { checkComingWindow, compareInstant, daysBetween, defineSteps, isInstant, Refusal, refusalReason, requireRole, type DealerStatus, type InstallationState, type Role } from '@aftercare/domain';
import { requireServingDealer } from '../customers/customer.rules.js';
import { unanswered, type Point } from '../checklists/checklist.rules.js';

export type InstallationStep = 'reschedule' | 'cancel' | 'complete' | 'fail';

/** C-4: an appointment may move, and ends accepted, failed or cancelled; a failed or cancelled one is followed by a new appointment. */
export const installationSteps = defineSteps<InstallationState, InstallationStep>({
  initial: 'scheduled',
  steps: {
    reschedule: { from: ['scheduled'], to: 'scheduled' }, cancel: { from: ['scheduled'], to: 'cancelled' },
    complete: { from: ['scheduled'], to: 'accepted' }, fail: { from: ['scheduled'], to: 'failed' },
  },
  final: ['accepted', 'failed', 'cancelled'],
});

const PLANNERS: readonly Role[] = ['dealer_manager', 'dealer_technician', 'service_clerk'];
const MAY: Record<'schedule' | InstallationStep, readonly Role[]> = {
  schedule: PLANNERS,
  reschedule: PLANNERS,
  cancel: PLANNERS,
  complete: ['dealer_manager', 'dealer_technician'],
  fail: ['dealer_manager', 'dealer_technician'],
};

/** One point of the checklist. */
export interface Check {
  code: string;
  passed: boolean;
  note: string;
}

/** What a completed installation is accepted by. */
export interface Outcome {
  checklist: readonly Check[];
  customerInstructed: boolean;
  /** The points of the family's published checklist; none without one. */
  points: readonly Point[];
}

/** Who asks. */
export interface Actor {
  userId: string;
  role: string;
  dealerId: string | null;
  dealerStatus?: DealerStatus | null;
}

/** The installation as far as permission depends on it. */
export interface InstallationFacts {
  state: InstallationState;
  dealerId: string;
  technicianUserId: string;
  /** Its dealer's agreement has ended, as far as this service heard. */
  dealerLeft?: boolean;
}

const CODE = /^[a-z][a-z0-9_]{0,39}$/;
const CHECKS_MAX = 100;

/** Refuses ROLE_NOT_ALLOWED. */
export function requireInstallationRole(action: keyof typeof MAY, role: string): void {
  requireRole(role, MAY[action], action);
}

/** A technician sees and does own work only. */
export function isOwnWork(technicianUserId: string, actor: Actor): boolean {
  return actor.role !== 'dealer_technician' || technicianUserId === actor.userId;
}

/** C-4: an appointment lies ahead. Refuses TIME_IN_PAST, TIME_TOO_FAR. */
export function checkComingAppointment(from: string, to: string, today: string): void {
  checkComingWindow({ from, to, name: 'appointment' }, today);
}

/** C-4: an appointment is a window of time. Refuses APPOINTMENT_INVALID. */
export function checkAppointment(from: string, to: string): void {
  if (isInstant(from) && isInstant(to) && compareInstant(from, to) === -1) return;
  throw new Refusal('invalid_argument', 'APPOINTMENT_INVALID', 'An appointment begins before it ends.', { field: 'appointmentFrom' });
}

/** C-4: a working technician of the installing dealer. Refuses TECHNICIAN_INACTIVE. */
export function checkTechnician(technician: { active: boolean }): void {
  if (technician.active) return;
  throw new Refusal('failed_precondition', 'TECHNICIAN_INACTIVE', 'The technician gets no more work.', { field: 'technicianUserId' });
}

/** What is known of a technician's certificate when he is given an appointment; empty while nobody has it. */
export type TechnicianCertificate = '' | 'valid' | 'expired' | 'missing';

/** D-5: who has no certificate for the unit's family that holds on the day of the visit is flagged, not refused. */
export function technicianCertificate(held: { thatDay: boolean; ever: boolean }): TechnicianCertificate {
  if (held.thatDay) return 'valid';
  return held.ever ? 'expired' : 'missing';
}

/** C-4: checks have codes. Refuses CHECKLIST_INCOMPLETE. */
function checkCodes(checklist: readonly Check[]): void {
  if (checklist.length > CHECKS_MAX) throw incomplete('checklist', 'The checklist is too long.');
  checklist.forEach(({ code }, at) => {
    if (!CODE.test(code)) throw incomplete(`checklist[${at}].code`, 'A check has a code in lower snake case.');
  });
}

/**
 * C-4: accepted when every required point of the family's checklist was answered, every point of the checklist passed and the customer was shown use and care.
 * Refuses STEP_NOT_ALLOWED, CHECKLIST_INCOMPLETE, INSTRUCTION_MISSING.
 */
export function complete(state: InstallationState, outcome: Outcome): InstallationState {
  const next = installationSteps.next('complete', state);
  const { checklist } = outcome;
  if (checklist.length === 0) throw incomplete('checklist', 'The checklist is empty.');
  checkCodes(checklist);
  const missing = unanswered(outcome.points, checklist);
  if (missing.length > 0) throw incomplete('checklist', 'A required point was not answered.', missing);
  checklist.forEach(({ passed }, at) => {
    if (!passed) throw incomplete(`checklist[${at}].passed`, 'A check did not pass: the installation is not accepted.');
  });
  if (!outcome.customerInstructed) {
    throw new Refusal('failed_precondition', 'INSTRUCTION_MISSING', 'The customer was not shown use and care.', { field: 'customerInstructed' });
  }
  return next;
}

/** C-4: failed with what was wrong, and the checks that were made. Refuses STEP_NOT_ALLOWED, REASON_MISSING, CHECKLIST_INCOMPLETE. */
export function fail(state: InstallationState, reason: string, checklist: readonly Check[] = []): InstallationState {
  const next = installationSteps.next('fail', state);
  if (reason.trim() === '') throw new Refusal('invalid_argument', 'REASON_MISSING', 'Say what was wrong.', { field: 'reason' });
  checkCodes(checklist);
  return next;
}

/** C-4: an appointment moves or is given up with the reason. Refuses STEP_NOT_ALLOWED, REASON_MISSING. */
export function replan(step: 'reschedule' | 'cancel', state: InstallationState, reason: string): InstallationState {
  const next = installationSteps.next(step, state);
  if (reason.trim() === '') throw new Refusal('invalid_argument', 'REASON_MISSING', 'Say why.', { field: 'reason' });
  return next;
}

/** C-4: days from the sale to the installation; null when the purchase date is unknown. */
export function daysFromSale(purchaseDate: string | null, completedOn: string): number | null {
  return purchaseDate === null ? null : daysBetween(purchaseDate, completedOn);
}

/**
 * C-5: name, phone and address are plain while the work is open, for its technician and for the dealer's manager. The customers of a dealer
 * that left are its successor's (D-1): what has not gone over yet is read masked.
 */
export function seesPlain(installation: InstallationFacts, actor: Actor): boolean {
  if (installation.state !== 'scheduled' || actor.dealerId !== installation.dealerId) return false;
  if (installation.dealerLeft || actor.dealerStatus === 'terminated') return false;
  return actor.role === 'dealer_manager' || (actor.role === 'dealer_technician' && actor.userId === installation.technicianUserId);
}

/** What the caller may do with an installation now, and why not. D-1: an appointment of a dealer that left is not moved before somebody follows it. */
export function installationActions(installation: InstallationFacts, actor: Actor): { action: string; reason?: string }[] {
  return (['complete', 'fail', 'reschedule', 'cancel'] as const).map((action) => ({
    action,
    reason: refusalReason(() => {
      requireInstallationRole(action, actor.role);
      installationSteps.next(action, installation.state);
      if (action === 'reschedule' && installation.dealerLeft) requireServingDealer('terminated');
    }),
  }));
}

function incomplete(field: string, message: string, missing: string[] = []): Refusal {
  return new Refusal('failed_precondition', 'CHECKLIST_INCOMPLETE', message, { field, ...(missing.length > 0 ? { missing } : {}) });
}
