import { Controller } from '@nestjs/common';
import {
  CorrectiveActionService,
  type CancelCorrectiveActionRequest, type CheckCorrectiveActionRequest, type OpenCorrectiveActionRequest, type PlanCorrectiveActionRequest, type RecordCorrectiveStepRequest,
} from '@aftercare/contracts';
import { businessDate, newId, Refusal } from '@aftercare/domain';
import { notFound, Rpc, type CallContext, type Handlers } from '@aftercare/messaging';
import { Database, type Tx } from '@aftercare/service';
import { requireReason } from '../calls/call.rules.js';
import { QualityReportRow } from '../quality/quality-report.entity.js';
import { actionForChange, keepStep, plannedSteps, requireInsider, saveAction, stepsOfRound, tellOfAction } from './corrective-action.js';
import { CorrectiveActionRow, CorrectiveStepRow } from './corrective-action.entity.js';
import {
  correctiveSteps, refusePlanOf, refuseWrongPlan, refuseWrongSource, requireCorrectiveRole, requireSaid, type CorrectiveStepName, type DueStep, type RecordedStep,
} from './corrective-action.rules.js';

type Changes = Omit<Handlers<typeof CorrectiveActionService>, 'getCorrectiveAction' | 'listCorrectiveActions'>;
const RECORDED: readonly string[] = ['containment', 'root_cause', 'action'] satisfies RecordedStep[];

/** Corrective actions. */
@Controller()
export class CorrectiveActionHandlers implements Changes {
  constructor(private readonly db: Database) {}

  @Rpc(CorrectiveActionService.method.openCorrectiveAction)
  async openCorrectiveAction(request: OpenCorrectiveActionRequest, ctx: CallContext): ReturnType<Changes['openCorrectiveAction']> {
    requireInsider(ctx);
    requireCorrectiveRole('open', ctx.role);
    return this.db.command(ctx, async (tx) => {
      const now = await tx.now();
      refuseWrongSource(request);
      const report = request.reportId === '' ? null : await reportOf(tx, request.reportId);
      const plan = wholePlan(request);
      refuseWrongPlan(plan, businessDate(now));
      const action: CorrectiveActionRow = {
        id: newId(), number: await tx.nextNumber('corrective_action', { prefix: 'CA', gapFree: false }),
        title: requireSaid(request.title, 'title'), problem: requireSaid(request.problem, 'problem'), reportId: report?.id ?? null, reportNumber: report?.number ?? '',
        figure: request.figure.map(({ name, value }) => ({ name, value: value.trim() })), ownerUserId: request.ownerUserId || ctx.userId, state: correctiveSteps.initial,
        round: 1, nextStep: 'containment', nextDueOn: request.containmentDueOn, createdAt: now, createdBy: ctx.userId, closedAt: null, version: 0,
      };
      await tx.em.insert(CorrectiveActionRow, action);
      await tx.em.insert(CorrectiveStepRow, plannedSteps(action.id, 1, plan));
      await tellOwner(tx, action);
      return saveAction(tx, action, { action: 'open', from: '' });
    }, { request });
  }

  @Rpc(CorrectiveActionService.method.planCorrectiveAction)
  async planCorrectiveAction(request: PlanCorrectiveActionRequest, ctx: CallContext): ReturnType<Changes['planCorrectiveAction']> {
    return this.db.command(ctx, async (tx) => {
      const action = await actionForChange(tx, 'plan', request);
      refusePlanOf(action.state);
      const reason = requireReason(request.reason);
      const steps = await stepsOfRound(tx, action);
      const wanted = wholePlan(request);
      const moved = steps.filter(({ step, dueOn }) => newDay(wanted, step) !== '' && newDay(wanted, step) !== dueOn);
      const done = moved.find(({ doneAt }) => doneAt !== null) ?? wanted.find(({ step, dueOn }) => dueOn !== '' && !steps.some((each) => each.step === step));
      if (done) throw new Refusal('failed_precondition', 'STEP_NOT_ALLOWED', 'What was done is not planned anew.', { action: 'plan', state: action.state });
      const changesOwner = request.ownerUserId !== '' && request.ownerUserId !== action.ownerUserId;
      if (moved.length === 0 && !changesOwner) throw new Refusal('invalid_argument', 'FIELD_MISSING', 'Name what changes.', { field: 'ownerUserId' });
      const kept = steps.map(({ step, dueOn }) => ({ step, dueOn }));
      refuseWrongPlan(kept.map(({ step, dueOn }) => ({ step, dueOn: newDay(wanted, step) || dueOn })), businessDate(await tx.now()), kept);
      const changes = moved.map(({ step, dueOn }) => `${step}: ${dueOn} → ${newDay(wanted, step)}`);
      for (const { step } of moved) await tx.em.update(CorrectiveStepRow, { actionId: action.id, round: action.round, step }, { dueOn: newDay(wanted, step) });
      if (changesOwner) {
        changes.push(`owner: ${action.ownerUserId} → ${request.ownerUserId}`);
        action.ownerUserId = request.ownerUserId;
        await tellOwner(tx, action);
      }
      return saveAction(tx, action, { action: 'plan', from: action.state, reason, changes: changes.join('; ') });
    }, { request });
  }

  @Rpc(CorrectiveActionService.method.recordCorrectiveStep)
  async recordCorrectiveStep(request: RecordCorrectiveStepRequest, ctx: CallContext): ReturnType<Changes['recordCorrectiveStep']> {
    return this.db.command(ctx, async (tx) => {
      const action = await actionForChange(tx, 'record-step', request);
      if (!RECORDED.includes(request.step)) throw new Refusal('invalid_argument', 'FIELD_MISSING', `A step is one of: ${RECORDED.join(', ')}.`, { field: 'step' });
      const step = request.step as RecordedStep;
      const from = action.state;
      action.state = correctiveSteps.next(step, from);
      await keepStep(tx, action, step, { text: requireSaid(request.text, 'text'), files: request.files });
      return saveAction(tx, action, { action: step, from });
    }, { request });
  }

  @Rpc(CorrectiveActionService.method.checkCorrectiveAction)
  async checkCorrectiveAction(request: CheckCorrectiveActionRequest, ctx: CallContext): ReturnType<Changes['checkCorrectiveAction']> {
    return this.db.command(ctx, async (tx) => {
      const action = await actionForChange(tx, 'check', request);
      const { effective, files } = request;
      const from = action.state;
      action.state = correctiveSteps.next(effective ? 'check' : 'repeat', from);
      await keepStep(tx, action, 'check', { text: requireSaid(request.text, 'text'), files, outcome: effective ? 'effective' : 'not_effective' });
      if (!effective) {
        const plan = wholePlan({ ...request, containmentDueOn: '' }).slice(1);
        refuseWrongPlan(plan, businessDate(await tx.now()));
        action.round += 1;
        await tx.em.insert(CorrectiveStepRow, plannedSteps(action.id, action.round, plan));
        await tellOfAction(tx, action, 'corrective_action.not_effective', { recipientRole: 'service_supervisor' });
      }
      return saveAction(tx, action, { action: 'check', from });
    }, { request });
  }

  @Rpc(CorrectiveActionService.method.cancelCorrectiveAction)
  async cancelCorrectiveAction(request: CancelCorrectiveActionRequest, ctx: CallContext): ReturnType<Changes['cancelCorrectiveAction']> {
    return this.db.command(ctx, async (tx) => {
      const action = await actionForChange(tx, 'cancel', request);
      const reason = requireReason(request.reason);
      const from = action.state;
      action.state = correctiveSteps.next('cancel', from);
      return saveAction(tx, action, { action: 'cancel', from, reason });
    }, { request });
  }
}

type Days = Pick<OpenCorrectiveActionRequest, 'containmentDueOn' | 'rootCauseDueOn' | 'actionDueOn' | 'checkDueOn'>;

/** The days that a request names, in the order of the steps; empty where it names none. */
function wholePlan({ containmentDueOn, rootCauseDueOn, actionDueOn, checkDueOn }: Days): DueStep[] {
  return [
    { step: 'containment', dueOn: containmentDueOn }, { step: 'root_cause', dueOn: rootCauseDueOn }, { step: 'action', dueOn: actionDueOn }, { step: 'check', dueOn: checkDueOn },
  ];
}

const newDay = (plan: DueStep[], step: CorrectiveStepName): string => plan.find((each) => each.step === step)?.dueOn ?? '';

async function reportOf(tx: Tx, id: string): Promise<QualityReportRow> {
  const report = await tx.em.findOneBy(QualityReportRow, { id });
  if (!report) throw notFound('quality report');
  return report;
}

/** Whoever is given something to do by somebody else is told. */
async function tellOwner(tx: Tx, action: CorrectiveActionRow): Promise<void> {
  if (action.ownerUserId !== tx.ctx.userId) await tellOfAction(tx, action, 'corrective_action.given', { recipientUserId: action.ownerUserId });
}
