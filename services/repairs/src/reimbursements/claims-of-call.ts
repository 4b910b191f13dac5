import type { CallState } from '@aftercare/domain';
import type { Tx } from '@aftercare/service';
import type { RepairCall } from '../calls/call.entity.js';
import { tellOfClaim } from './reimbursement.js';

/** What a claim must know of its call; a dealer whose call went on to another one keeps its claim, and sees no more of the call. */
export interface ClaimedCall {
  /** Local day of the call. */
  calledOn: string;
  /** Of one that was solved before its reopening was cancelled, resolved. */
  state: CallState;
}

/** the call of a claim that the caller sees, whoever has the call now. */
export async function callOfClaim(tx: Tx, callId: string): Promise<ClaimedCall> {
  const [call] = await tx.sql<ClaimedCall>({ name: 'call_of_claim', text: 'select called_on::text as "calledOn", state from call_of_claim($1::uuid)', values: [callId] });
  if (!call) throw new Error(`the call ${callId} of a claim is missing`);
  return call;
}

/** whoever waits for a claim of a call that is cancelled is told: its dealer, and the supervisor where one was handed in and is not paid. */
export async function tellOfCancelledCall(tx: Tx, call: RepairCall): Promise<void> {
  const claims = await tx.sql<{ id: string; number: string | null; dealerId: string; callNumber: string; amount: string; approvedAmount: string | null; state: string }>({
    name: 'unpaid_claims', text: UNPAID, values: [call.id],
  });
  for (const claim of claims) {
    await tellOfClaim(tx, claim, 'reimbursement.call_cancelled', { recipientRole: 'dealer_manager', recipientDealerId: claim.dealerId });
    if (claim.state !== 'draft') await tellOfClaim(tx, claim, 'reimbursement.call_cancelled', { recipientRole: 'service_supervisor' });
  }
}

const UNPAID = `select id, number, dealer_id as "dealerId", call_number as "callNumber", amount::text, approved_amount::text as "approvedAmount", state from unpaid_claims($1::uuid)`;
