import { defineSteps, Refusal, requireRole, type DealerStatus, type Role } from '@aftercare/domain';

/** A technician works until deactivated; the account is linked once. */
export const technicianSteps = defineSteps<'active' | 'inactive', 'deactivate'>({
  initial: 'active',
  steps: { deactivate: { from: ['active'], to: 'inactive' } },
  final: ['inactive'],
});

const MAY: readonly Role[] = ['dealer_manager', 'service_clerk', 'admin'];
const NAME_LENGTH_MAX = 100;

/** A dealer's manager, a clerk on its behalf, or the admin. Refuses ROLE_NOT_ALLOWED. */
export function requireTechnicianRole(role: string): void {
  requireRole(role, MAY, 'technicians');
}

/** D-1: a terminated dealer's users may only read and return. Refuses DEALER_NOT_ACTIVE, NAME_INVALID. */
export function checkNewTechnician(dealerStatus: DealerStatus, technician: { userId: string; name: string }): void {
  if (dealerStatus === 'terminated') {
    throw new Refusal('failed_precondition', 'DEALER_NOT_ACTIVE', 'A terminated dealer takes no new technicians.', { status: dealerStatus });
  }
  if (technician.userId === '') throw new Refusal('invalid_argument', 'USER_MISSING', 'Name the account.', { field: 'userId' });
  if (technician.name === '' || technician.name.length > NAME_LENGTH_MAX) {
    throw new Refusal('invalid_argument', 'NAME_INVALID', 'The name is missing or too long.', { field: 'name' });
  }
}
