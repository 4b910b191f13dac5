import { defineSteps, Refusal, refusalReason, RETURN_CONDITIONS, WRONG_PART_INSTRUCTIONS, type ReturnCondition, type WrongPartInstruction, type WrongPartState } from '@aftercare/domain';

/** H-5: a wrong part waits for its dealer's word, which the warehouse carries out; a corrected count takes it from the list. */
export const wrongPartSteps = defineSteps<WrongPartState, 'instruct' | 'carry-out' | 'withdraw'>({
  initial: 'waiting',
  steps: {
    instruct: { from: ['waiting', 'instructed'], to: 'instructed' },
    'carry-out': { from: ['instructed'], to: 'done' },
    withdraw: { from: ['waiting', 'instructed'], to: 'withdrawn' },
  },
  final: ['done', 'withdrawn'],
});

export const WRONG_PART_ACTIONS = ['instruct', 'carry-out'] as const;
export type WrongPartAction = (typeof WRONG_PART_ACTIONS)[number];

const ROLES_OF: Record<WrongPartAction, readonly string[]> = { instruct: ['dealer_manager'], 'carry-out': ['warehouse_keeper'] };

/** H-5: the dealer says what becomes of its part, the warehouse does it. Refuses ROLE_NOT_ALLOWED. */
export function assertWrongPartRole(action: WrongPartAction, role: string): void {
  if (role === 'system' || ROLES_OF[action].includes(role)) return;
  throw new Refusal('permission_denied', 'ROLE_NOT_ALLOWED', 'This role may not do that with a wrong part.');
}

/** Why the caller may not do this with the wrong part now; undefined when he may. */
export function wrongPartRefusal(action: WrongPartAction, state: WrongPartState, role: string): string | undefined {
  return refusalReason(() => {
    assertWrongPartRole(action, role);
    wrongPartSteps.next(action, state);
  });
}

/** H-5: send it back, scrap it, or keep it. Refuses INSTRUCTION_UNKNOWN. */
export function checkInstruction(asked: string): WrongPartInstruction {
  const instruction = WRONG_PART_INSTRUCTIONS.find((each) => each === asked);
  if (!instruction) throw invalid('INSTRUCTION_UNKNOWN', 'instruction');
  return instruction;
}

/** How an instruction is carried out. */
export interface CarryingOut {
  carrier: string;
  waybillNumber: string;
  condition: string;
}

/**
 * H-5: what is sent back can be traced, what is kept has a condition that says where it goes. Answers that condition, null for what is not
 * kept. Refuses WAYBILL_MISSING, CONDITION_MISSING.
 */
export function checkCarryingOut(instruction: WrongPartInstruction, { carrier, waybillNumber, condition }: CarryingOut): ReturnCondition | null {
  if (instruction === 'send_back' && (carrier.trim() === '' || waybillNumber.trim() === '')) throw invalid('WAYBILL_MISSING', 'waybillNumber');
  if (instruction !== 'keep') return null;
  const known = RETURN_CONDITIONS.find((each) => each === condition && each !== 'wrong_part');
  if (!known) throw invalid('CONDITION_MISSING', 'condition');
  return known;
}

function invalid(reason: string, field: string): Refusal {
  return new Refusal('invalid_argument', reason, 'An entry is missing or wrong.', { field });
}
