import { Refusal, refusalReason, requireRole } from '@aftercare/domain';

export type SpotCheckState = 'open' | 'closed';
export type ItemState = 'open' | 'checked' | 'unreachable';

/** What the customer is asked: whether it was as the record says. */
export const CHECK_POINTS = ['visit', 'time', 'work', 'parts', 'fees', 'confirmation'] as const;
const ANSWERS = ['yes', 'no', 'unknown'];

const CHECK_ROLES = {
  draw: ['service_clerk', 'service_supervisor'],
  score: ['service_clerk', 'service_supervisor'],
  close: ['service_clerk', 'service_supervisor'],
  acknowledge: ['dealer_manager'],
  read: ['dealer_manager', 'service_clerk', 'service_supervisor', 'quality_engineer', 'auditor'],
} as const satisfies Record<string, readonly string[]>;
export type CheckAction = keyof typeof CHECK_ROLES;

/** Refuses permission_denied ROLE_NOT_ALLOWED. */
export function requireCheckRole(action: CheckAction, role: string): void {
  requireRole(role, CHECK_ROLES[action], `spot-check.${action}`);
}

/** What the customer said of a record. */
export interface ItemResult {
  outcome: string;
  answers: { point: string; answer: string }[];
  falseRecord: boolean;
  finding: string;
  guidance: string;
}

/**
 * D-6: a checked record says every point once and at least one of them for certain; one that differs carries a finding, and a
 * finding carries guidance to the dealer. A record is false by what the customer says against it, never beside him: with all that he
 * could tell confirmed, or with nobody reached, it is not. Refuses POINTS_INCOMPLETE, FALSE_RECORD_UNDISPUTED, FINDING_MISSING, GUIDANCE_MISSING.
 */
export function refuseIncompleteResult(result: ItemResult): void {
  if (result.outcome !== 'checked' && result.outcome !== 'unreachable') throw invalid('POINTS_INCOMPLETE', 'outcome', 'Checked or unreachable.');
  if (result.outcome === 'unreachable') {
    refuseUndisputed(result.falseRecord);
    return;
  }
  const points = result.answers.map(({ point }) => point);
  const isWhole = points.length === CHECK_POINTS.length && CHECK_POINTS.every((point) => points.includes(point));
  if (!isWhole || result.answers.some(({ answer }) => !ANSWERS.includes(answer))) throw invalid('POINTS_INCOMPLETE', 'answers', `Each once: ${CHECK_POINTS.join(', ')}.`);
  if (result.answers.every(({ answer }) => answer === 'unknown')) throw invalid('POINTS_INCOMPLETE', 'answers', 'The customer knew nothing: he was not reached.');
  const isDisputed = result.answers.some(({ answer }) => answer === 'no');
  refuseUndisputed(result.falseRecord && !isDisputed);
  if (isDisputed && result.finding.trim() === '') throw invalid('FINDING_MISSING', 'finding', 'Say what differs.');
  if (result.finding.trim() !== '' && result.guidance.trim() === '') throw invalid('GUIDANCE_MISSING', 'guidance', 'Say what the dealer should do better.');
}

function refuseUndisputed(isUndisputed: boolean): void {
  if (isUndisputed) throw invalid('FALSE_RECORD_UNDISPUTED', 'falseRecord', 'The customer disputes no point: answer no where the record is wrong, or do not call it false.');
}

/** D-6: the share of points that were as recorded among those the customer could tell, in whole percent; a false record is worth nothing. */
export function scoreOf(result: Pick<ItemResult, 'answers' | 'falseRecord'>): number {
  if (result.falseRecord) return 0;
  const told = result.answers.filter(({ answer }) => answer !== 'unknown');
  const right = told.filter(({ answer }) => answer === 'yes').length;
  return told.length === 0 ? 0 : Math.round((100 * right) / told.length);
}

/** The sums of a check. */
export interface CheckFigures {
  drawn: number;
  checked: number;
  unreachable: number;
  falseRecords: number;
  scoreSum: number;
  /** Mean with 1 decimal; empty while nothing is checked. */
  score: string;
}

/** D-6: who was not reached counts in no mean. */
export function figuresOf(items: readonly { state: ItemState; score: number | null; falseRecord: boolean }[]): CheckFigures {
  const checked = items.filter(({ state }) => state === 'checked');
  const scoreSum = checked.reduce((sum, { score }) => sum + (score ?? 0), 0);
  return {
    drawn: items.length,
    checked: checked.length,
    unreachable: items.filter(({ state }) => state === 'unreachable').length,
    falseRecords: checked.filter(({ falseRecord }) => falseRecord).length,
    scoreSum,
    score: checked.length === 0 ? '' : (Math.round((10 * scoreSum) / checked.length) / 10).toFixed(1),
  };
}

/** D-6: a check is scored while it is open, and closed when every customer was called. */
export function refuseClosed(state: SpotCheckState, action: string): void {
  if (state === 'closed') throw new Refusal('failed_precondition', 'STEP_NOT_ALLOWED', `${action} is not possible once the check is closed.`, { action, state });
}

export function refuseOpenItems(items: readonly { state: ItemState }[]): void {
  const open = items.filter(({ state }) => state === 'open').length;
  if (open > 0) throw new Refusal('failed_precondition', 'ITEMS_OPEN', `${open} records are not checked yet.`, { open });
}

/** The buttons of a check. */
export function checkActions(check: { state: SpotCheckState }, items: readonly { state: ItemState }[], role: string): { action: string; reason?: string }[] {
  const rules: [CheckAction, () => void][] = [
    ['score', () => refuseClosed(check.state, 'score')],
    ['close', () => { refuseClosed(check.state, 'close'); refuseOpenItems(items); }],
    ['acknowledge', () => refuseUnclosed(check.state)],
  ];
  return rules.map(([action, rule]) => ({ action, reason: refusalReason(() => { requireCheckRole(action, role); rule(); }) }));
}

function refuseUnclosed(state: SpotCheckState): void {
  if (state !== 'closed') throw new Refusal('failed_precondition', 'STEP_NOT_ALLOWED', 'The check is not closed yet.', { action: 'acknowledge', state });
}

function invalid(reason: string, field: string, message: string): Refusal {
  return new Refusal('invalid_argument', reason, message, { field });
}
