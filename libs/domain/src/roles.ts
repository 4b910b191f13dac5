import { Refusal } from './refusal.js';

/**
 * The second look at the role, after the gateway's: a service refuses by itself what a role may not do.
 * Refuses permission_denied ROLE_NOT_ALLOWED.
 */
export function requireRole(role: string, allowed: readonly string[], action: string): void {
  if (allowed.includes(role)) return;
  throw new Refusal('permission_denied', 'ROLE_NOT_ALLOWED', `The role ${role} may not do this: ${action}.`, { action });
}
