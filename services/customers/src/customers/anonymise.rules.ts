import { Refusal, refusalReason, requireRole, type Role } from '@aftercare/domain';
import { requireInUse, requireReason, type FileEnd } from './customer.rules.js';

const ERASERS: readonly Role[] = ['admin', 'service_supervisor'];

/** What stands where a personal value stood. */
export const ERASED = '***';

/** Domain 1. Refuses ROLE_NOT_ALLOWED. */
export function requireAnonymiseRole(role: string): void {
  requireRole(role, ERASERS, 'anonymise');
}

export function mayAnonymise(role: string): boolean {
  return refusalReason(() => requireAnonymiseRole(role)) === undefined;
}

/**
 * C-5: on request, with a reason, and not while an appointment still needs to know whom it is with. A merged file goes
 * with the surviving one. Refuses REASON_MISSING, CUSTOMER_MERGED, CUSTOMER_ANONYMISED, INSTALLATION_OPEN.
 */
export function checkAnonymise(file: FileEnd & { openInstallations: number }, reason: string): void {
  requireReason(reason);
  requireInUse(file);
  if (file.openInstallations > 0) {
    throw new Refusal('failed_precondition', 'INSTALLATION_OPEN', 'An open appointment needs the data.', { open: file.openInstallations });
  }
}

/** C-5: a file without its person: the district, the language and the number stay for the figures. */
export const ANONYMOUS = {
  name: ERASED, maskedName: ERASED, maskedPhone: '', addressDetail: '', askedBy: '', consentService: false, consentMarketing: false,
} as const;
