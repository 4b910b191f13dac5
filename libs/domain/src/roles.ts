import { ROLES } from './codes.js';
import { Refusal } from './refusal.js';

/**
 * The second look at the role, after the gateway's: a service refuses by itself what a role may not do.
 * Refuses permission_denied ROLE_NOT_ALLOWED.
 */
export function requireRole(role: string, allowed: readonly string[], action: string): void {
  if (allowed.includes(role)) return;
  throw new Refusal('permission_denied', 'ROLE_NOT_ALLOWED', `The role ${role} may not do this: ${action}.`, { action });
}

/**
 * F-7: who sees what dealers are charged, in lists of prices as in parts and requests: the manufacturer's people, and of a dealer its
 * manager. A technician stands with his screen before customers, who never see it; what they are to pay he sees.
 */
export function seesPrices(role: string): boolean {
  return role === 'system' || (role !== 'dealer_technician' && (ROLES as readonly string[]).includes(role));
}
