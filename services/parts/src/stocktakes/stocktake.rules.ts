import {
  addDays, checkWithinYear, daysBetween, defineSteps, isRealDate, Refusal, refusalReason, STOCKTAKE_DECISIONS, type StocktakeDecision, type StocktakeState,
} from '@aftercare/domain';
import { checkExcuse, checkExtension } from '../endings/obligation-end.rules.js';

/** H-3, H-7: returns are awaited, then objections; the confirmation converts, and until then it can be called off. */
export const stocktakeSteps = defineSteps<StocktakeState, 'close' | 'confirm' | 'cancel'>({
  initial: 'open',
  steps: {
    close: { from: ['open'], to: 'closed' },
    confirm: { from: ['closed'], to: 'confirmed' },
    cancel: { from: ['open', 'closed'], to: 'cancelled' },
  },
  final: ['confirmed', 'cancelled'],
});

export const STOCKTAKE_ACTIONS = ['remind', 'close', 'object', 'decide', 'confirm', 'cancel'] as const;
export type StocktakeAction = (typeof STOCKTAKE_ACTIONS)[number];

const ROLES_OF: Record<StocktakeAction | 'open', readonly string[]> = {
  open: ['service_clerk'],
  remind: ['service_clerk'],
  close: ['service_clerk'],
  object: ['dealer_manager'],
  decide: ['service_supervisor'],
  confirm: ['service_supervisor'],
  cancel: ['service_clerk', 'service_supervisor'],
};

/** Section 1: the clerk opens, reminds and closes, the dealer's manager objects, the supervisor decides and confirms. Refuses ROLE_NOT_ALLOWED. */
export function assertStocktakeRole(action: StocktakeAction | 'open', role: string): void {
  if (role === 'system' || ROLES_OF[action].includes(role)) return;
  throw new Refusal('permission_denied', 'ROLE_NOT_ALLOWED', 'This role may not do that with a stocktake.');
}

/** How a stocktake is opened; local dates. */
export interface Opening {
  cutOffOn: string;
  /** Empty for the days of the setting after the cut-off day. */
  returnUntil: string;
}

/**
 * H-2, H-3: as of the end of a day that is over; returns are due so many days later, or on a day named that has not passed.
 * Answers that day. Refuses DATE_INVALID, CUT_OFF_NOT_OVER, DATE_IN_PAST, DATE_TOO_FAR.
 */
export function returnDeadline({ cutOffOn, returnUntil }: Opening, { today, returnDays }: { today: string; returnDays: number }): string {
  if (!isRealDate(cutOffOn)) throw invalid('DATE_INVALID', 'cutOffOn');
  if (cutOffOn >= today) throw invalid('CUT_OFF_NOT_OVER', 'cutOffOn');
  if (returnUntil !== '' && !isRealDate(returnUntil)) throw invalid('DATE_INVALID', 'returnUntil');
  const until = returnUntil || addDays(cutOffOn, returnDays);
  if (until < today) throw invalid('DATE_IN_PAST', 'returnUntil');
  checkWithinYear('returnUntil', until, today);
  return until;
}

/** D-1, H-3: a final stocktake that had to wait for another gives the usual days from its opening on; empty for those after the cut-off day. */
export function finalReturnUntil(cutOffOn: string, { today, returnDays }: { today: string; returnDays: number }): string {
  return today > addDays(cutOffOn, 1) ? addDays(today, returnDays) : '';
}

/** H-7: pieces converted once are not borrowed again, so stocktakes of a dealer follow each other. Refuses STOCKTAKE_OPEN, CUT_OFF_BEFORE_LAST. */
export function assertFollows(cutOffOn: string, before: { unfinished: string | null; lastCutOffOn: string | null }): void {
  if (before.unfinished !== null) {
    throw new Refusal('failed_precondition', 'STOCKTAKE_OPEN', 'A stocktake of this dealer is not finished.', { number: before.unfinished });
  }
  if (before.lastCutOffOn !== null && cutOffOn <= before.lastCutOffOn) {
    throw new Refusal('failed_precondition', 'CUT_OFF_BEFORE_LAST', 'The last stocktake has a later cut-off day.', { lastCutOffOn: before.lastCutOffOn });
  }
}

/** H-3: reminders at half time, three days before, and on the day; those of days to come, each once. The opening reminds by itself. */
export function reminderDays(opened: { cutOffOn: string; returnUntil: string; today: string }): string[] {
  const { cutOffOn, returnUntil, today } = opened;
  const half = addDays(cutOffOn, Math.floor(daysBetween(cutOffOn, returnUntil) / 2));
  return [...new Set([half, addDays(returnUntil, -3), returnUntil])].filter((day) => day > today).sort();
}

/** H-7: last day to object: so many days after the notice, whose day is not counted (W-1). */
export function objectionEnd(closedOn: string, days: number): string {
  return addDays(closedOn, days);
}

/** A stocktake with what its steps look at. */
export interface StocktakeFacts {
  state: StocktakeState;
  /** Local dates. */
  returnUntil: string;
  objectUntil: string | null;
  today: string;
  /** Frozen pieces that have not ended. */
  outstanding: number;
}

/** H-3: who has nothing to return is not reminded. Refuses STEP_NOT_ALLOWED, NOTHING_OUTSTANDING. */
export function assertRemindable({ state, outstanding }: StocktakeFacts): void {
  requireState('remind', state, 'open');
  if (outstanding === 0) throw new Refusal('failed_precondition', 'NOTHING_OUTSTANDING', 'Nothing is outstanding any more.');
}

/** H-7: the dealer has its whole time, unless all has come back. Refuses STEP_NOT_ALLOWED, RETURN_DEADLINE_RUNS. */
export function assertClosable({ state, returnUntil, today, outstanding }: StocktakeFacts): void {
  stocktakeSteps.next('close', state);
  if (today > returnUntil || outstanding === 0) return;
  throw new Refusal('failed_precondition', 'RETURN_DEADLINE_RUNS', 'The time for returns runs and pieces are outstanding.', { returnUntil });
}

/** H-7: objections are made from the notice on to the end of the window's last day. Refuses STEP_NOT_ALLOWED, OBJECTION_WINDOW_OVER. */
export function assertObjectable({ state, objectUntil, today }: StocktakeFacts): void {
  requireState('object', state, 'closed');
  if (objectUntil !== null && today <= objectUntil) return;
  throw new Refusal('failed_precondition', 'OBJECTION_WINDOW_OVER', 'The time to object is over.', { objectUntil });
}

/** H-7: the supervisor decides between the notice and the confirmation. Refuses STEP_NOT_ALLOWED. */
export function assertDecidable({ state }: StocktakeFacts): void {
  requireState('decide', state, 'closed');
}

/** What stands against a confirmation besides the calendar. */
export interface Unsettled {
  /** Lines with an objection, pieces outstanding and no decision. */
  undecided: number;
  /** Numbers of parcels that arrived in time and are not counted. */
  uncounted: readonly string[];
  /** Numbers of shipping orders on which the dealer missed pieces of a part that is out, and nobody has decided (P-8). */
  disputed: readonly string[];
  /** Parts to be charged without a price on the cut-off day. */
  unpriced: readonly string[];
}

/**
 * H-7: confirmed when the window is over (or nothing is left to charge), every objection is decided, no parcel that
 * arrived in time waits to be counted, and no pieces of a part that is out are in dispute, which the dealer says never came (P-8). Refuses STEP_NOT_ALLOWED,
 * OBJECTION_WINDOW_RUNS, OBJECTION_UNDECIDED, PARCEL_NOT_COUNTED, DISCREPANCY_OPEN, PRICE_MISSING.
 */
export function assertConfirmable({ state, objectUntil, today, outstanding }: StocktakeFacts, { undecided, uncounted, disputed, unpriced }: Unsettled): void {
  stocktakeSteps.next('confirm', state);
  if (outstanding === 0) return;
  const refuse = (reason: string, details: Record<string, unknown>): Refusal =>
    new Refusal('failed_precondition', reason, 'The stocktake cannot be confirmed now.', details);
  if (objectUntil !== null && today <= objectUntil) throw refuse('OBJECTION_WINDOW_RUNS', { objectUntil });
  if (undecided > 0) throw refuse('OBJECTION_UNDECIDED', { lines: undecided });
  if (uncounted.length > 0) throw refuse('PARCEL_NOT_COUNTED', { numbers: uncounted.join(', ') });
  if (disputed.length > 0) throw refuse('DISCREPANCY_OPEN', { numbers: disputed.join(', ') });
  if (unpriced.length > 0) throw refuse('PRICE_MISSING', { partIds: unpriced });
}

/** A decision on a line as it is asked for. */
export interface AskedDecision {
  decision: string;
  dueOn: string;
  reason: string;
  evidence: readonly unknown[];
}

/**
 * H-7: charge or excuse, or give more time until a day to come; with a reason, an excuse with evidence. Refuses DECISION_UNKNOWN,
 * REASON_MISSING, EVIDENCE_MISSING, DATE_INVALID, DATE_TOO_FAR.
 */
export function checkDecision(asked: AskedDecision, today: string, field: string): StocktakeDecision {
  const decision = STOCKTAKE_DECISIONS.find((each) => each === asked.decision);
  if (!decision) throw invalid('DECISION_UNKNOWN', `${field}.decision`);
  if (asked.reason.trim() === '') throw invalid('REASON_MISSING', `${field}.reason`);
  if (decision === 'excuse') checkExcuse({ ...asked, basis: 'approval' }, `${field}.`);
  if (decision === 'extend') checkExtension(asked, { dueOn: today, today }, `${field}.`);
  return decision;
}

/** Why the caller may not do this with the stocktake now; undefined when he may. */
export function stocktakeRefusal(action: StocktakeAction, facts: StocktakeFacts, unsettled: Unsettled, role: string): string | undefined {
  return refusalReason(() => {
    assertStocktakeRole(action, role);
    if (action === 'remind') assertRemindable(facts);
    if (action === 'close') assertClosable(facts);
    if (action === 'object') assertObjectable(facts);
    if (action === 'decide') assertDecidable(facts);
    if (action === 'confirm') assertConfirmable(facts, unsettled);
    if (action === 'cancel') stocktakeSteps.next('cancel', facts.state);
  });
}

function requireState(action: StocktakeAction, state: StocktakeState, wanted: StocktakeState): void {
  if (state === wanted) return;
  throw new Refusal('failed_precondition', 'STEP_NOT_ALLOWED', `${action} is not possible in state ${state}`, { action, state });
}

function invalid(reason: string, field: string): Refusal {
  return new Refusal('invalid_argument', reason, 'An entry is missing or wrong.', { field });
}
