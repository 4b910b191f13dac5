import { Refusal, defineSteps, isAmount, isZeroMoney } from '@aftercare/domain';

export type SupplierClaimState = 'open' | 'sent' | 'closed' | 'cancelled';

/** The life of a claim against a supplier. */
export const supplierClaimSteps = defineSteps<SupplierClaimState, 'file' | 'send' | 'recover' | 'close' | 'cancel'>({
  initial: 'open',
  steps: {
    file: { from: ['open', 'sent'], to: 'open' },
    send: { from: ['open'], to: 'sent' },
    recover: { from: ['sent'], to: 'sent' },
    close: { from: ['sent'], to: 'closed' },
    cancel: { from: ['open', 'sent'], to: 'cancelled' },
  },
  final: ['closed', 'cancelled'],
});

/** files are added without another step of the claim. Refuses STEP_NOT_ALLOWED. */
export function stateWithFiles(state: SupplierClaimState): SupplierClaimState {
  supplierClaimSteps.next('file', state);
  return state;
}

/** Q-6, P-8: what is claimed or comes back is an amount above nought. Refuses AMOUNT_INVALID. */
export function checkRecovery(amount: string): void {
  if (!isAmount(amount) || amount.startsWith('-') || isZeroMoney(amount)) throw new Refusal('invalid_argument', 'AMOUNT_INVALID', 'An amount above nought.', { field: 'amount' });
}

/** a claim that brought something is closed, not taken back. Refuses RECOVERED_ALREADY. */
export function requireNothingRecovered(recovered: string): void {
  if (!isZeroMoney(recovered)) throw new Refusal('failed_precondition', 'RECOVERED_ALREADY', 'The claim brought something already: close it.');
}
