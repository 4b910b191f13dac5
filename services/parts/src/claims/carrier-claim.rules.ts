import { Refusal, compareMoney, defineSteps, lineAmount } from '@aftercare/domain';
import { checkRecovery } from './supplier-claim.rules.js';

export type CarrierClaimState = 'draft' | 'filed' | 'settled' | 'refused' | 'withdrawn';

/** The life of a claim against a carrier (P-8). */
export const carrierClaimSteps = defineSteps<CarrierClaimState, 'file' | 'settle' | 'refuse' | 'withdraw'>({
  initial: 'draft',
  steps: {
    file: { from: ['draft'], to: 'filed' },
    settle: { from: ['filed'], to: 'settled' },
    refuse: { from: ['filed'], to: 'refused' },
    withdraw: { from: ['draft', 'filed'], to: 'withdrawn' },
  },
  final: ['settled', 'refused', 'withdrawn'],
});

/** P-8: files are added until the claim has ended. Refuses STEP_NOT_ALLOWED. */
export function requireOpenForFiles(state: CarrierClaimState): void {
  if (carrierClaimSteps.final.includes(state)) throw new Refusal('failed_precondition', 'STEP_NOT_ALLOWED', `files is not possible in state ${state}`, { action: 'files', state });
}

/** P-8: what is claimed: the amount that is named, else the value of the pieces. Refuses AMOUNT_INVALID, also when neither is known. */
export function claimedAmount(named: string, { unitPrice, quantity }: { unitPrice: string | null; quantity: number }): string {
  const amount = named === '' && unitPrice !== null ? lineAmount(unitPrice, quantity) : named;
  checkRecovery(amount);
  return amount;
}

/** P-8: a carrier pays above nought and at most what is claimed. Refuses AMOUNT_INVALID. */
export function checkSettlement(paid: string, claimed: string): void {
  checkRecovery(paid);
  if (compareMoney(paid, claimed) > 0) throw new Refusal('invalid_argument', 'AMOUNT_INVALID', 'At most what is claimed.', { field: 'amount', claimed });
}
