import { addDays, businessDate, compareInstant, Refusal, startOfDay } from '@aftercare/domain';
import { refuseUnlikelyAppointment, refuseWrongAppointment } from '../calls/call-intake.rules.js';

/** How a promised window ended. */
export type WindowOutcome = 'kept' | 'missed' | 'moved';

/** A window as the customer was told it. */
export interface PromisedWindow {
  windowFrom: string;
  windowTo: string;
}

/** the technician came within the window; before it nobody may be at home, after it the customer has waited in vain. */
export function outcomeOfArrival({ windowFrom, windowTo }: PromisedWindow, arrivedAt: string): WindowOutcome {
  return compareInstant(arrivedAt, windowFrom) >= 0 && compareInstant(arrivedAt, windowTo) <= 0 ? 'kept' : 'missed';
}

/** another time, or none, was promised: in good time it moves the window, once that is over nothing undoes that nobody came. */
export function outcomeOfChange({ windowTo }: PromisedWindow, at: string): WindowOutcome {
  return compareInstant(at, windowTo) <= 0 ? 'moved' : 'missed';
}

/** from when nobody is waited for any more: the local day on which the window ended is over. */
export function givenUpAt({ windowTo }: Pick<PromisedWindow, 'windowTo'>): string {
  return startOfDay(addDays(businessDate(windowTo), 1));
}

/** how often a call's dealer kept its word; a window that was moved in good time was no broken one. */
export function promisesOf(windows: readonly { outcome: string }[]): { kept: number; missed: number } {
  const count = (outcome: WindowOutcome): number => windows.filter((window) => window.outcome === outcome).length;
  return { kept: count('kept'), missed: count('missed') };
}

/** a new appointment has both ends, in order, and is not over. Refuses FIELD_MISSING, TIME_INVALID, TIME_IN_PAST, TIME_TOO_FAR. */
export function refuseWrongNewAppointment(appointment: { appointmentFrom: string; appointmentTo: string }, now: string): void {
  if (appointment.appointmentFrom === '') throw invalid('FIELD_MISSING', 'appointmentFrom', 'A new appointment has a begin and an end.');
  refuseWrongAppointment(appointment);
  refuseUnlikelyAppointment(appointment, now);
}

/** a call is passed to somebody else. Refuses TECHNICIAN_SAME. */
export function refuseSameTechnician(present: string | null, next: string): void {
  if (present === next) {
    throw new Refusal('failed_precondition', 'TECHNICIAN_SAME', 'This technician has the call already.', { field: 'technicianUserId' });
  }
}

function invalid(reason: string, field: string, message: string): Refusal {
  return new Refusal('invalid_argument', reason, message, { field });
}
