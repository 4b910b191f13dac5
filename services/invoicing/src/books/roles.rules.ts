import { Refusal } from '@aftercare/domain';

/** Section 1: who may do what with money; commands a service gives itself are the system's. */
export const MONEY_ROLES = {
  'set-invoice-wish': ['dealer_manager', 'service_clerk', 'finance_clerk'],
  'record-payment': ['finance_clerk'],
  match: ['finance_clerk'],
  'draft-credit-line': ['finance_clerk'],
  approve: ['service_supervisor'],
  preview: ['finance_clerk', 'service_clerk'],
  'request-invoice': ['finance_clerk'],
  issue: ['finance_clerk'],
  deliver: ['finance_clerk'],
  withdraw: ['finance_clerk'],
  'attach-files': ['finance_clerk'],
  'draft-red-letter': ['finance_clerk'],
  'approve-red-letter': ['service_supervisor'],
  'discard-red-letter': ['finance_clerk', 'service_supervisor'],
  'send-batch': ['finance_clerk'],
  'read-batch': ['finance_clerk', 'service_supervisor', 'auditor'],
  remind: ['finance_clerk'],
  'read-opening': ['finance_clerk', 'service_supervisor', 'auditor'],
  'approve-opening': ['service_supervisor'],
  'discard-opening': ['finance_clerk', 'service_supervisor'],
  'pay-reimbursement': ['finance_clerk'],
  'read-bank': ['finance_clerk', 'auditor'],
  bank: ['finance_clerk'],
  'request-refund': ['finance_clerk'],
  'approve-refund': ['service_supervisor'],
  'reject-refund': ['service_supervisor', 'finance_clerk'],
  'read-consolidation': ['finance_clerk', 'service_clerk', 'service_supervisor', 'auditor'],
  'close-month': ['finance_clerk'],
  'read-month': ['finance_clerk', 'service_supervisor', 'auditor'],
  'read-ledger': ['finance_clerk', 'service_supervisor', 'auditor'],
} as const satisfies Record<string, readonly string[]>;

export type MoneyAction = keyof typeof MONEY_ROLES;

/** Refuses ROLE_NOT_ALLOWED to a role that may not do this. */
export function assertMoneyRole(action: MoneyAction, role: string): void {
  if (role === 'system' || (MONEY_ROLES[action] as readonly string[]).includes(role)) return;
  throw new Refusal('permission_denied', 'ROLE_NOT_ALLOWED', 'This role may not do that with money.');
}
