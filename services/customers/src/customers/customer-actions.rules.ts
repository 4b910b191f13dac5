import { refusalReason, type DealerStatus } from '@aftercare/domain';
import { requireAnonymiseRole } from './anonymise.rules.js';
import { requireMergeRole } from './customer-merge.rules.js';
import { refuseLeft, requireCustomerRole, requireInUse, type FileEnd } from './customer.rules.js';
import { requireExportRole } from './export.rules.js';

/** What the caller may do with a customer he sees, and why not. */
export function customerActions(customer: FileEnd, { role, dealerStatus }: { role: string; dealerStatus: DealerStatus | null }): { action: string; reason?: string }[] {
  const inUse = (requireRole: (role: string) => void): string | undefined => refusalReason(() => {
    requireRole(role);
    requireInUse(customer);
  });
  return [
    { action: 'update', reason: inUse(requireCustomerRole) },
    { action: 'reveal', reason: refusalReason(() => refuseLeft(dealerStatus)) },
    {
      action: 'export',
      reason: refusalReason(() => {
        requireExportRole(role);
        refuseLeft(dealerStatus);
      }),
    },
    { action: 'merge', reason: inUse(requireMergeRole) },
    { action: 'anonymise', reason: inUse(requireAnonymiseRole) },
  ];
}
