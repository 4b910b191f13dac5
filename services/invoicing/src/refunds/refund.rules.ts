import { defineSteps, Refusal } from '@aftercare/domain';

export type RefundState = 'requested' | 'approved' | 'rejected';
export type RefundAction = 'approve' | 'reject';

/** B-4: finance asks, somebody else approves, and only then it is booked. */
export const refundSteps = defineSteps<RefundState, RefundAction>({
  initial: 'requested',
  steps: { approve: { from: ['requested'], to: 'approved' }, reject: { from: ['requested'], to: 'rejected' } },
  final: ['approved', 'rejected'],
});

/** B-4: approver and requester are two. Refuses APPROVER_IS_REQUESTER. */
export function assertSecondPerson(requestedBy: string, userId: string): void {
  if (requestedBy !== userId) return;
  throw new Refusal('permission_denied', 'APPROVER_IS_REQUESTER', 'Who asked for a refund does not approve it.');
}
