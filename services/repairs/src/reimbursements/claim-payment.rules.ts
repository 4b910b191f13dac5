import { addMoney, isAmount, Refusal } from '@aftercare/domain';
import type { ReimbursementState } from './reimbursement.rules.js';

/** what became of an approved claim: it waits for its slip, stands on one, is paid in part or whole, or was dropped. Empty before. */
export type PayoutState = '' | 'awaited' | 'confirmed' | 'part_paid' | 'paid' | 'dropped';

/** A payment of a claim, or what was set off for it. */
export interface ClaimPayment {
  amount: string;
  /** bank_transfer, cash, wechat_pay, alipay or set_off. */
  way: string;
  /** ISO 8601. */
  at: string;
}

/** The money side of a claim. */
export interface ClaimMoney {
  slipId: string | null;
  slipNumber: string;
  /** Slips of it that were dropped or reversed: what is told of them later changes nothing. */
  endedSlips: string[];
  payments: ClaimPayment[];
  paidAmount: string;
  /** When nothing was owed any more. */
  paidAt: string | null;
  /** When the slip that still stands here was dropped. */
  droppedAt: string | null;
}

/** Before anything was told of its slip. */
export const UNPAID: ClaimMoney = { slipId: null, slipNumber: '', endedSlips: [], payments: [], paidAmount: '0.00', paidAt: null, droppedAt: null };

export function payoutStateOf(state: ReimbursementState, money: Omit<ClaimMoney, 'endedSlips' | 'payments'>): PayoutState {
  if (state !== 'approved') return '';
  if (money.paidAt !== null) return 'paid';
  if (money.droppedAt !== null) return 'dropped';
  if (isAmount(money.paidAmount) && Number(money.paidAmount) > 0) return 'part_paid';
  return money.slipId === null ? 'awaited' : 'confirmed';
}

/** A slip of the claim was confirmed; nothing of one that has ended meanwhile. */
export function confirmedBy(money: ClaimMoney, slip: { id: string; number: string }): ClaimMoney {
  return money.endedSlips.includes(slip.id) ? money : { ...money, slipId: slip.id, slipNumber: slip.number };
}

/** It was paid or set off, wholly or in part; what is told of the slip's confirmation may come later. */
export function paidBy(money: ClaimMoney, slip: { id: string; number: string }, payment: ClaimPayment & { settled: boolean }): ClaimMoney {
  const { settled, ...entry } = payment;
  return {
    ...confirmedBy(money, slip), payments: [...money.payments, entry], paidAmount: addMoney(money.paidAmount, entry.amount),
    paidAt: settled ? entry.at : money.paidAt,
  };
}

/** Its slip was dropped as a draft or wholly reversed, and says why: the claim is not paid by it. */
export function droppedWith(money: ClaimMoney, slipId: string, droppedAt: string): ClaimMoney {
  if (money.endedSlips.includes(slipId)) return money;
  const isPresent = money.slipId === null || money.slipId === slipId;
  const endedSlips = [...money.endedSlips, slipId];
  return isPresent ? { ...money, endedSlips, slipId, droppedAt } : { ...money, endedSlips };
}

/** only a claim whose slip was dropped asks for another one. Refuses STEP_NOT_ALLOWED. */
export function renewed(state: ReimbursementState, money: ClaimMoney): ClaimMoney {
  if (payoutStateOf(state, money) === 'dropped') return { ...money, slipId: null, slipNumber: '', droppedAt: null };
  throw new Refusal('failed_precondition', 'STEP_NOT_ALLOWED', 'Only an approved claim whose slip was dropped asks for another one.', { action: 'renew', state: payoutStateOf(state, money) || state });
}
