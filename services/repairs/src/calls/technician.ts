import { TechnicianService } from '@aftercare/contracts';
import { Refusal } from '@aftercare/domain';
import { ServiceError, type Bus } from '@aftercare/messaging';

/** A technician as dealers answers him. */
export type KnownTechnician = { dealerId: string; active: boolean } | null;

/** The technician behind an account; null when dealers knows none that the caller may see. A fact, asked before the transaction. */
export async function technicianBehind(bus: Bus, userId: string): Promise<KnownTechnician> {
  try {
    return await bus.client(TechnicianService).getTechnician({ userId });
  } catch (error) {
    if (error instanceof ServiceError && error.code === 'not_found') return null;
    throw error;
  }
}

/**
 * One answer for "no such account", "not a technician" and "another dealer's": it must not tell them apart. Refuses TECHNICIAN_UNKNOWN, and
 * TECHNICIAN_INACTIVE of an own one who was taken out or whose account is disabled.
 */
export function requireTechnicianOf(dealerId: string | null, technician: KnownTechnician): void {
  const details = { field: 'technicianUserId' };
  if (technician === null || technician.dealerId !== dealerId) throw new Refusal('not_found', 'TECHNICIAN_UNKNOWN', 'This dealer has no such technician.', details);
  if (!technician.active) throw new Refusal('failed_precondition', 'TECHNICIAN_INACTIVE', 'The technician gets no more work.', details);
}
