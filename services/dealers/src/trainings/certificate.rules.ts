import { addDays, addMonths, compareInstant, isRealDate, Refusal, refusalReason, startOfDay } from '@aftercare/domain';
import { requireTrainingRole } from './training.rules.js';

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

/** A certificate as far as it can be revoked. */
export interface Revocable {
  validFrom: string;
  validUntil: string;
  revokedFrom: string | null;
}

/**
 * D-5: a certificate is revoked once, with a reason, from a day within its validity on, also one that is past: the last day on which it holds
 * is the one before. Refuses CERTIFICATE_REVOKED, REASON_MISSING, INVALID_DATE, DATE_OUTSIDE_VALIDITY.
 */
export function revoke(certificate: Revocable, given: { reason: string; revokedFrom: string }): { holdsUntil: string } {
  refuseRevoked(certificate);
  if (given.reason.trim() === '') throw new Refusal('invalid_argument', 'REASON_MISSING', 'Say why.', { field: 'reason' });
  if (!isRealDate(given.revokedFrom)) throw new Refusal('invalid_argument', 'INVALID_DATE', 'This is not a calendar date.', { field: 'revokedFrom' });
  if (given.revokedFrom < certificate.validFrom || given.revokedFrom > certificate.validUntil) {
    throw new Refusal('invalid_argument', 'DATE_OUTSIDE_VALIDITY', 'The certificate does not hold on that day.', { field: 'revokedFrom' });
  }
  return { holdsUntil: addDays(given.revokedFrom, -1) };
}

/** What the caller may do with a certificate, and why not. */
export function certificateActions(certificate: Pick<Revocable, 'revokedFrom'>, role: string): { action: 'revoke'; reason?: string }[] {
  const reason = refusalReason(() => {
    requireTrainingRole(role);
    refuseRevoked(certificate);
  });
  return [{ action: 'revoke', reason }];
}

function refuseRevoked({ revokedFrom }: Pick<Revocable, 'revokedFrom'>): void {
  if (revokedFrom !== null) throw new Refusal('failed_precondition', 'CERTIFICATE_REVOKED', 'The certificate was revoked already.', { revokedFrom });
}
