import { checkWithinYear, defineSteps, isId, isRealDate, isRealMonth, PROBLEM_DIMENSIONS, Refusal, refusalReason, requireRole, STAGES } from '@aftercare/domain';

export type CorrectiveState = 'open' | 'contained' | 'cause_found' | 'implemented' | 'closed' | 'cancelled';
export type CorrectiveStepName = 'containment' | 'root_cause' | 'action' | 'check';
/** The steps that are recorded as they are done; the check has an answer of its own. */
export type RecordedStep = Exclude<CorrectiveStepName, 'check'>;

/** In the order in which they are done. */
export const CORRECTIVE_STEPS = ['containment', 'root_cause', 'action', 'check'] as const satisfies readonly CorrectiveStepName[];
/** What is done anew when the check finds the action not effective: the containment holds on. */
export const REPEATED_STEPS = ['root_cause', 'action', 'check'] as const satisfies readonly CorrectiveStepName[];

/** an 8D in light; a check that finds the action not effective leads back to the search for the cause. */
export const correctiveSteps = defineSteps<CorrectiveState, CorrectiveStepName | 'repeat' | 'cancel'>({
  initial: 'open',
  steps: {
    containment: { from: ['open'], to: 'contained' },
    root_cause: { from: ['contained'], to: 'cause_found' },
    action: { from: ['cause_found'], to: 'implemented' },
    check: { from: ['implemented'], to: 'closed' },
    repeat: { from: ['implemented'], to: 'contained' },
    cancel: { from: ['open', 'contained', 'cause_found', 'implemented'], to: 'cancelled' },
  },
  final: ['closed', 'cancelled'],
});

/** Domain 1: the quality engineer's work; the staff reads. */
const CHANGING = ['quality_engineer'] as const;

/** Refuses permission_denied ROLE_NOT_ALLOWED. */
export function requireCorrectiveRole(action: string, role: string): void {
  requireRole(role, CHANGING, `corrective-action.${action}`);
}

/** What is to be done next; undefined at the end. */
export function nextStepOf(state: CorrectiveState): CorrectiveStepName | undefined {
  return CORRECTIVE_STEPS.find((step) => correctiveSteps.can(step, state));
}

const isOneOf = (allowed: readonly string[]) => (value: string): boolean => allowed.includes(value);
const fits = (pattern: RegExp) => (value: string): boolean => pattern.test(value);
/** A code of the catalogue, with its family before it or without. */
const isCode = fits(/^([^/\s]{0,40}\/)?[^/\s]{1,40}$/);
/** What a bar may have no key for. */
const UNSAID = ['stage', 'family', 'model', 'lot', 'fault', 'cause', 'action', 'problem'];

/** What bars of the figures are filtered by, and what a value of each is. */
const FIGURE_VALUES = {
  month: isRealMonth, stage: isOneOf(STAGES), family: fits(/^[^/\s]{1,40}$/), model: isId, lot: fits(/^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}\/\d{4}-(0[1-9]|1[0-2])$/),
  dealer: isId, part: isId, fault: isCode, cause: isCode, action: isCode, problem: isOneOf(Object.values(PROBLEM_DIMENSIONS).flat()),
  without: (value: string): boolean => value.split(',').every(isOneOf(UNSAID)), from: isRealDate, to: isRealDate,
} as const satisfies Record<string, (value: string) => boolean>;
type FigureName = keyof typeof FIGURE_VALUES;
export const FIGURE_NAMES = Object.keys(FIGURE_VALUES) as FigureName[];
const PERIOD: readonly string[] = ['from', 'to'];

/** it comes from one bar, named by what it was filtered by, or from one quality report. Refuses SOURCE_INVALID. */
export function refuseWrongSource(source: { reportId: string; figure: { name: string; value: string }[] }): void {
  const { reportId, figure } = source;
  const wrong = (message: string): Refusal => new Refusal('invalid_argument', 'SOURCE_INVALID', message, { field: reportId ? 'reportId' : 'figure' });
  if ((reportId === '') === (figure.length === 0)) throw wrong('Name either the report or the bar it comes from.');
  const names = figure.map(({ name }) => name);
  if (new Set(names).size < names.length || names.some((name) => !(FIGURE_NAMES as readonly string[]).includes(name))) throw wrong(`Each once: ${FIGURE_NAMES.join(', ')}.`);
  const at = figure.findIndex(({ name, value }) => !FIGURE_VALUES[name as FigureName](value.trim()));
  if (at >= 0) throw new Refusal('invalid_argument', 'SOURCE_INVALID', `This is no ${figure[at].name}.`, { field: `figure[${at}].value` });
  const [from, to] = PERIOD.map((name) => figure.find((each) => each.name === name)?.value);
  if (from && to && from > to) throw wrong('The period ends before it begins.');
  if (figure.length > 0 && names.every((name) => PERIOD.includes(name))) throw wrong('A period alone is no bar.');
}

/** A step and the day it is due. */
export interface DueStep {
  step: CorrectiveStepName;
  dueOn: string;
}

/** The field of a request that names a step's day. */
const FIELDS: Record<CorrectiveStepName, string> = {
  containment: 'containmentDueOn', root_cause: 'rootCauseDueOn', action: 'actionDueOn', check: 'checkDueOn',
};

/**
 * every step has its day, none before the one that precedes it, and none that is planned now lies in the past. `kept` are the days
 * that were there before. Refuses INVALID_DATE, DUE_DATES_UNORDERED, DATE_IN_PAST, DATE_TOO_FAR.
 */
export function refuseWrongPlan(plan: DueStep[], today: string, kept: DueStep[] = []): void {
  const stays = ({ step, dueOn }: DueStep): boolean => kept.some((each) => each.step === step && each.dueOn === dueOn);
  plan.forEach((each, at) => {
    const refused = (reason: string, message: string): Refusal => new Refusal('invalid_argument', reason, message, { field: FIELDS[each.step] });
    if (!isRealDate(each.dueOn)) throw refused('INVALID_DATE', 'There is no such date.');
    if (at > 0 && each.dueOn < plan[at - 1].dueOn) throw refused('DUE_DATES_UNORDERED', 'A step is not due before the one that precedes it.');
    if (stays(each)) return;
    if (each.dueOn < today) throw refused('DATE_IN_PAST', 'The day lies in the past.');
    checkWithinYear(FIELDS[each.step], each.dueOn, today);
  });
}

/** what was done or found is said. Refuses FIELD_MISSING. */
export function requireSaid(text: string, field: string): string {
  const said = text.trim();
  if (said === '') throw new Refusal('invalid_argument', 'FIELD_MISSING', `Fill in: ${field}.`, { field });
  return said;
}

/** a step is late when it is not done by the end of its day. `doneOn` is empty while it is not done. */
export function isLate(dueOn: string, doneOn: string, today: string): boolean {
  return (doneOn || today) > dueOn;
}

/** planned anew is only what is still to be done. Refuses STEP_NOT_ALLOWED. */
export function refusePlanOf(state: CorrectiveState): void {
  if (nextStepOf(state) === undefined) throw new Refusal('failed_precondition', 'STEP_NOT_ALLOWED', `plan is not possible in state ${state}`, { action: 'plan', state });
}

/** The buttons of a corrective action. */
export function correctiveActions(state: CorrectiveState, role: string): { action: string; reason?: string }[] {
  const step = (name: CorrectiveStepName | 'cancel') => (): void => void correctiveSteps.next(name, state);
  const rules: [string, () => void][] = [
    ['plan', () => refusePlanOf(state)],
    ['record-step', () => { if (state === 'implemented') step('action')(); else refusePlanOf(state); }],
    ['check', step('check')],
    ['cancel', step('cancel')],
  ];
  return rules.map(([action, rule]) => ({ action, reason: refusalReason(() => { requireCorrectiveRole(action, role); rule(); }) }));
}
