import { NoticeRequestedSchema, type CorrectiveActionSchema } from '@aftercare/contracts';
import { addDays, allowedActions, businessDate, newId, startOfDay } from '@aftercare/domain';
import { isManufacturer, notFound, type CallContext } from '@aftercare/messaging';
import { expectVersion, type Tx } from '@aftercare/service';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { CorrectiveActionRow, CorrectiveEventRow, CorrectiveStepRow } from './corrective-action.entity.js';
import {
  correctiveActions, correctiveSteps, CORRECTIVE_STEPS, isLate, nextStepOf, requireCorrectiveRole, type CorrectiveState, type CorrectiveStepName, type DueStep,
} from './corrective-action.rules.js';

/** The audit trail's and the notices' name of the document. */
export const CORRECTIVE_KIND = 'corrective-action';
/** Fires when the day of the next step is over; its ref is the corrective action's id. */
export const CORRECTIVE_DEADLINE = 'corrective-step-due';

/** The manufacturer's own: for anybody else there is none. */
export function requireInsider(ctx: Pick<CallContext, 'role'>): void {
  if (!isManufacturer(ctx)) throw notFound('corrective action');
}

/** One for a change: locked, by a role that may, at the version the change is based on. */
export async function actionForChange(tx: Tx, what: string, request: { id: string; version: number }): Promise<CorrectiveActionRow> {
  requireInsider(tx.ctx);
  const found = await tx.em.findOne(CorrectiveActionRow, { where: { id: request.id }, lock: { mode: 'pessimistic_write' } });
  if (!found) throw notFound('corrective action');
  requireCorrectiveRole(what, tx.ctx.role);
  expectVersion(found, request.version, { state: found.state });
  return found;
}

/** The steps of the round that it is in; the first round's containment holds on in later ones. */
export async function stepsOfRound(tx: Tx, { id, round }: Pick<CorrectiveActionRow, 'id' | 'round'>): Promise<CorrectiveStepRow[]> {
  const steps = await tx.em.findBy(CorrectiveStepRow, { actionId: id, round });
  return steps.sort((a, b) => CORRECTIVE_STEPS.indexOf(a.step) - CORRECTIVE_STEPS.indexOf(b.step));
}

/** New steps of a round, none of them done. */
export function plannedSteps(actionId: string, round: number, plan: DueStep[]): CorrectiveStepRow[] {
  return plan.map(({ step, dueOn }) => ({ actionId, round, step, dueOn, text: '', files: [], outcome: '', doneAt: null, doneBy: null }));
}

/** What was done of a step. */
export interface DoneStep {
  text: string;
  files: { id: string; sha256: string }[];
  outcome?: string;
}

/** Keeps what was done of the step that was due. */
export async function keepStep(tx: Tx, action: CorrectiveActionRow, step: CorrectiveStepName, done: DoneStep): Promise<void> {
  const files = done.files.map(({ id, sha256 }) => ({ id, sha256 }));
  const key = { actionId: action.id, round: action.round, step };
  await tx.em.update(CorrectiveStepRow, key, { text: done.text, files, outcome: done.outcome ?? '', doneAt: await tx.now(), doneBy: tx.ctx.userId });
}

/** What a change is called in the history, and why it was made. */
export interface Told {
  action: string;
  from: CorrectiveState | '';
  reason?: string;
  changes?: string;
}

/** writes the change with what is due next, its deadline, its line of the history and its audit row. */
export async function saveAction(tx: Tx, action: CorrectiveActionRow, told: Told) {
  const now = await tx.now();
  const next = nextStepOf(action.state);
  const due = next && (await tx.em.findOneByOrFail(CorrectiveStepRow, { actionId: action.id, round: action.round, step: next })).dueOn;
  const ends = correctiveSteps.final.includes(action.state);
  Object.assign(action, { nextStep: next ?? null, nextDueOn: due ?? null, closedAt: ends ? now : null, version: action.version + 1 });
  await tx.em.save(CorrectiveActionRow, action);
  if (due) await tx.deadline({ kind: CORRECTIVE_DEADLINE, ref: action.id, dueAt: startOfDay(addDays(due, 1)) });
  else await tx.cancelDeadline(CORRECTIVE_DEADLINE, action.id);
  await tx.em.insert(CorrectiveEventRow, {
    id: newId(), actionId: action.id, action: told.action, fromState: told.from, toState: action.state, at: now, userId: tx.ctx.userId, reason: told.reason ?? '', changes: told.changes ?? '',
  });
  await tx.audit({
    action: told.action, kind: CORRECTIVE_KIND, id: action.id,
    changed: { state: { before: told.from, after: action.state }, nextDueOn: { after: action.nextDueOn }, ownerUserId: { after: action.ownerUserId } },
  });
  return { id: action.id, number: action.number, state: action.state, version: action.version };
}

/** Tells one person, one role, or both at once something about a corrective action. */
export async function tellOfAction(tx: Tx, action: CorrectiveActionRow, kind: string, to: { recipientUserId?: string; recipientRole?: string }): Promise<void> {
  await tx.announce(NoticeRequestedSchema, {
    ...to, kind, documentKind: CORRECTIVE_KIND, documentId: action.id, documentNumber: action.number, severity: kind === 'corrective_action.overdue' ? 'alarm' : 'info',
    params: JSON.stringify({ step: action.nextStep ?? '', dueOn: action.nextDueOn ?? '' }),
  });
}

/** A corrective action as it is answered, with its steps and its history. */
export async function actionMessage(tx: Tx, action: CorrectiveActionRow): Promise<MessageInitShape<typeof CorrectiveActionSchema>> {
  const today = businessDate(await tx.now());
  const steps = await tx.em.findBy(CorrectiveStepRow, { actionId: action.id });
  const history = await tx.em.find(CorrectiveEventRow, { where: { actionId: action.id }, order: { id: 'ASC' } });
  const ended = action.closedAt !== null;
  return {
    ...action,
    origin: action.reportId ? 'quality-report' : 'figure',
    reportId: action.reportId ?? '',
    nextStep: action.nextStep ?? '',
    nextDueOn: action.nextDueOn ?? '',
    closedAt: action.closedAt ?? '',
    overdue: action.nextDueOn !== null && isLate(action.nextDueOn, '', today),
    steps: steps.sort((a, b) => a.round - b.round || CORRECTIVE_STEPS.indexOf(a.step) - CORRECTIVE_STEPS.indexOf(b.step)).map((step) => ({
      ...step, doneAt: step.doneAt ?? '', doneBy: step.doneBy ?? '',
      overdue: (step.doneAt !== null || !ended) && isLate(step.dueOn, step.doneAt ? businessDate(step.doneAt) : '', today),
    })),
    history,
    allowedActions: allowedActions(tx.ctx, correctiveActions(action.state, tx.ctx.role)),
  };
}
