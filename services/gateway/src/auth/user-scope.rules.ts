import { isDealerRole, type Role } from '@aftercare/domain';

/** Who acts on an account. */
export interface Actor {
  role: string;
  dealerId: string | null;
}

/** The account acted on. */
export interface Account {
  role: Role;
  dealerId: string | null;
}

/** Whether the actor sees an account at all: staff see all, a dealer's manager his own dealer's. */
export function seesAccount(actor: Actor, account: { dealerId: string | null }): boolean {
  return !isDealerRole(actor.role) || (account.dealerId !== null && account.dealerId === actor.dealerId);
}

/** Why the actor may not create or change this account: the manufacturer's are the admin's, a dealer's are m, a, c. */
export function accountRefusal(actor: Actor, account: Account): 'ROLE_NOT_ALLOWED' | undefined {
  if (actor.role === 'admin') return undefined;
  const ofDealer = isDealerRole(account.role) && account.dealerId !== null;
  if (!ofDealer) return 'ROLE_NOT_ALLOWED';
  return actor.role === 'service_clerk' || (actor.role === 'dealer_manager' && seesAccount(actor, account)) ? undefined : 'ROLE_NOT_ALLOWED';
}

/** Why role, dealer and site do not fit together. */
export function placeProblem(account: Account & { siteId: string | null }): 'DEALER_REQUIRED' | 'DEALER_NOT_FOR_ROLE' | 'SITE_NOT_FOR_ROLE' | undefined {
  if (isDealerRole(account.role) && account.dealerId === null) return 'DEALER_REQUIRED';
  if (!isDealerRole(account.role) && account.dealerId !== null) return 'DEALER_NOT_FOR_ROLE';
  return account.siteId !== null && account.role !== 'warehouse_keeper' ? 'SITE_NOT_FOR_ROLE' : undefined;
}
