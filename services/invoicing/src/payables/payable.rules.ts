import { addMoney, compareMoney, defineSteps, Refusal, subtractMoney } from '@aftercare/domain';

export type PayableState = 'open' | 'released' | 'settled' | 'reversed';

/** owed until it is paid or set off; released for a reversing slip before anything of it was paid, and taken back by it. */
export const payableSteps = defineSteps<PayableState, 'pay' | 'set-off' | 'release' | 'reverse'>({
  initial: 'open',
  steps: {
    pay: { from: ['open'], to: 'settled' },
    'set-off': { from: ['open'], to: 'settled' },
    release: { from: ['open'], to: 'released' },
    reverse: { from: ['open', 'released'], to: 'reversed' },
  },
  final: ['settled', 'reversed'],
});

/** What of a payable decides how much is still owed. */
export interface Settled {
  state: PayableState;
  grossTotal: string;
  settledTotal: string;
}

/** what is still owed; nothing of one that was taken back. */
export function leftOf(payable: Settled): string {
  return payable.state === 'reversed' ? '0.00' : subtractMoney(payable.grossTotal, payable.settledTotal);
}

/** only what is the dealer's own is set off against what it owes. Refuses REIMBURSEMENT_NOT_DEALERS. */
export function assertOfDealer(payeeKind: string): void {
  if (payeeKind === 'dealer' || payeeKind === '') return;
  throw new Refusal('failed_precondition', 'REIMBURSEMENT_NOT_DEALERS', 'The money is not the dealer’s: it is paid, not set off.');
}

/** after a part was paid or set off; settled when nothing is left. Refuses OVER_ALLOCATED. */
export function afterSettling(payable: Settled, amount: string): Settled {
  if (compareMoney(amount, leftOf(payable)) > 0) throw new Refusal('failed_precondition', 'OVER_ALLOCATED', 'More is set off than is owed.');
  const settledTotal = addMoney(payable.settledTotal, amount);
  return { state: compareMoney(settledTotal, payable.grossTotal) === 0 ? 'settled' : 'open', grossTotal: payable.grossTotal, settledTotal };
}

/** R-14, F-5: whether a reimbursement slip may be reversed: not when any of it was paid or set off. */
export function releasePayable(payable: Settled): { released: boolean; reason: string } {
  const isUntouched = payable.state !== 'settled' && compareMoney(payable.settledTotal, '0') === 0;
  return isUntouched ? { released: true, reason: '' } : { released: false, reason: 'REIMBURSEMENT_PAID' };
}
