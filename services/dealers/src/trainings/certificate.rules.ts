import { addDays, addMonths, compareInstant, startOfDay } from '@aftercare/domain';

/** Days before the last day on which a certificate's end is told for the first time. */
export const REMIND_DAYS_BEFORE = 30;

/** A reminder of a certificate's end and its moment. */
export interface CertificateReminder {
  when: 'before' | 'on_day';
  at: string;
}

/** D-5, W-1: a certificate holds from the session's day for the course's months; the last day counts. */
export function validity(heldOn: string, months: number): { validFrom: string; validUntil: string } {
  return { validFrom: heldOn, validUntil: addMonths(heldOn, months) };
}

/** D-5: reminders 30 days before the last day and on it; what lies in the past when the certificate is made is not told. */
export function reminders(validUntil: string, now: string): CertificateReminder[] {
  const all: CertificateReminder[] = [
    { when: 'before', at: startOfDay(addDays(validUntil, -REMIND_DAYS_BEFORE)) },
    { when: 'on_day', at: startOfDay(validUntil) },
  ];
  return all.filter(({ at }) => compareInstant(at, now) > 0);
}

/** What a reminder looks at when its moment has come. */
export interface ReminderFacts {
  validUntil: string;
  technicianActive: boolean;
  dealerTerminated: boolean;
  /** The longest of the technician's certificates for the family. */
  longestUntil: string;
}

/** D-5: nobody is reminded of a certificate that a longer one has replaced, nor of somebody who gets no more work. */
export function isStillReminded(facts: ReminderFacts): boolean {
  return facts.technicianActive && !facts.dealerTerminated && facts.longestUntil <= facts.validUntil;
}
