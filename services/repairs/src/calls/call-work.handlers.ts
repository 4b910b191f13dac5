import { Controller } from '@nestjs/common';
import {
  CallCancelledSchema,
  CallRevivedSchema,
  CallService,
  type ArriveCallRequest,
  type AssignCallRequest,
  type CancelCallRequest,
  type HandBackCallRequest,
  type MarkSpecialRequest,
  type ReopenCallRequest,
  type StrikeSpecialRequest,
} from '@aftercare/contracts';
import { Bus, Rpc, type CallContext, type Handlers } from '@aftercare/messaging';
import { Database, insertRow, type Tx } from '@aftercare/service';
import { MoreThanOrEqual } from 'typeorm';
import { workFollowsCall } from '../campaigns/campaign-work.js';
import { tellOfCancelledCall } from '../reimbursements/claims-of-call.js';
import { arrived, passWindow, promise, withdrawPromise } from '../visits/appointment.js';
import { certificateOf } from './call-certificate.js';
import { askerOfCall, callForChange, note, refOf, runningClock, standingOf, step } from './call-change.js';
import { UNCONFIRMED_DEADLINE } from './call-clock.job.js';
import { keepClock, newClock, tellClock } from './call-clock.js';
import { refuseUnlikelyAppointment, refuseWrongAppointment } from './call-intake.rules.js';
import { followOwner, passOn } from './call-routing.js';
import { tellWorkers } from './call-workers.js';
import { callTerms } from './call-terms.js';
import { CallClockRow, CallEventRow, RepairCall } from './call.entity.js';
import { closeLinks } from './confirmation-link.js';
import { refuseLateReopening, refuseLateSpecial, refuseStrike, requireReason, STRIKE, type CallAction, type CallButton } from './call.rules.js';
import { solvedBefore } from './solved-before.js';
import { requireTechnicianOf, technicianBehind } from './technician.js';

type CallWork = Pick<
  Handlers<typeof CallService>,
  'assignCall' | 'arriveCall' | 'handBackCall' | 'markSpecial' | 'strikeSpecial' | 'cancelCall' | 'reopenCall'
>;

/** The dealer works on a call. */
@Controller()
export class CallWorkHandlers implements CallWork {
  constructor(
    private readonly db: Database,
    private readonly bus: Bus,
  ) {}

  @Rpc(CallService.method.assignCall)
  async assignCall(request: AssignCallRequest, ctx: CallContext): ReturnType<CallWork['assignCall']> {
    refuseWrongAppointment(request);
    const technician = await technicianBehind(this.bus, request.technicianUserId);
    return this.db.command(ctx, async (tx) => {
      const call = await callForChange(tx, 'assign', request);
      // The step first: of a call that no dealer has, no technician would be right.
      await step(tx, call, 'assign', { reason: '', askedBy: askerOfCall(tx, call, request.askedBy) });
      requireTechnicianOf(call.dealerId, technician);
      refuseUnlikelyAppointment(request, await tx.now());
      call.technicianUserId = request.technicianUserId;
      // Whoever assigns is no technician and answers for the unit as well.
      call.unitByTechnician = false;
      await followOwner(tx, call);
      await promise(tx, call, { from: request.appointmentFrom || null, to: request.appointmentTo || null });
      await passWindow(tx, call);
      call.technicianCertificate = await certificateOf(tx, call);
      await tellWorkers(tx, call);
      await tx.em.save(RepairCall, call);
      return { ...refOf(call), technicianCertificate: call.technicianCertificate };
    }, { request });
  }

  @Rpc(CallService.method.arriveCall)
  async arriveCall(request: ArriveCallRequest, ctx: CallContext): ReturnType<CallWork['arriveCall']> {
    return this.takeStep(ctx, request, { button: 'arrive', action: 'arrive', reason: '' }, arrived);
  }

  @Rpc(CallService.method.handBackCall)
  async handBackCall(request: HandBackCallRequest, ctx: CallContext): ReturnType<CallWork['handBackCall']> {
    const reason = requireReason(request.reason);
    return this.takeStep(ctx, request, { button: 'hand-back', action: 'hand-back', reason }, async (tx, call) => {
      call.technicianUserId = null;
      call.technicianCertificate = '';
      await withdrawPromise(tx, call);
      await tellWorkers(tx, call);
    });
  }

  @Rpc(CallService.method.markSpecial)
  async markSpecial(request: MarkSpecialRequest, ctx: CallContext): ReturnType<CallWork['markSpecial']> {
    return this.db.command(ctx, async (tx) => {
      const call = await callForChange(tx, 'extend', request);
      const clock = await runningClock(tx, call);
      const now = await tx.now();
      const terms = await callTerms(tx, clock?.startedAt ?? now);
      refuseLateSpecial({ ...standingOf(call, clock), specialStruck: await specialStruck(tx, clock) }, request.reason, now, terms);
      if (clock) {
        // What was due under the old term is told first; the special then moves what is still to come.
        await tellClock(tx, call, clock, terms);
        clock.specialReason = request.reason;
        await keepClock(tx, call, clock, terms);
      }
      await note(tx, call, { action: 'extend', reason: request.reason });
      await tx.em.save(RepairCall, call);
      return refOf(call);
    }, { request });
  }

  @Rpc(CallService.method.strikeSpecial)
  async strikeSpecial(request: StrikeSpecialRequest, ctx: CallContext): ReturnType<CallWork['strikeSpecial']> {
    const reason = requireReason(request.reason);
    return this.db.command(ctx, async (tx) => {
      const call = await callForChange(tx, 'strike-special', request);
      const clock = await runningClock(tx, call);
      refuseStrike(standingOf(call, clock));
      if (clock) {
        const terms = await callTerms(tx, clock.startedAt);
        // What became known under the special's term is told first; the old term then says what is due.
        await tellClock(tx, call, clock, terms);
        clock.specialReason = null;
        await keepClock(tx, call, clock, terms);
      }
      await note(tx, call, { action: STRIKE, reason });
      await tx.em.save(RepairCall, call);
      return refOf(call);
    }, { request });
  }

  @Rpc(CallService.method.cancelCall)
  async cancelCall(request: CancelCallRequest, ctx: CallContext): ReturnType<CallWork['cancelCall']> {
    const reason = requireReason(request.reason);
    return this.takeStep(ctx, request, { button: 'cancel', action: 'cancel', reason }, cancelled);
  }

  @Rpc(CallService.method.reopenCall)
  async reopenCall(request: ReopenCallRequest, ctx: CallContext): ReturnType<CallWork['reopenCall']> {
    const reason = requireReason(request.reason);
    return this.db.command(ctx, async (tx) => {
      const call = await callForChange(tx, 'reopen', request);
      const clock = await runningClock(tx, call);
      const now = await tx.now();
      const terms = await callTerms(tx, now);
      refuseLateReopening(standingOf(call, clock), now, terms);
      await step(tx, call, 'reopen', { reason, askedBy: askerOfCall(tx, call, request.askedBy) });
      await closeLinks(tx, call.id);
      Object.assign(call, { resolvedAt: null, confirmedAt: null, confirmationMethod: '', confirmationEvidence: null });
      await withdrawPromise(tx, call);
      await workFollowsCall(tx, call);
      call.reopenCount += 1;
      await tx.cancelDeadline(UNCONFIRMED_DEADLINE, call.id);
      await insertRow(tx, CallClockRow, await newClock(tx, call, (clock?.position ?? 0) + 1, terms));
      await tx.announce(CallRevivedSchema, {
        callId: call.id, dealerId: call.dealerId ?? '', reason: 'reopened', clockStartedAt: now, reopened: true, version: call.version,
      });
      await passOn(tx, call, reason);
      await tx.em.save(RepairCall, call);
      return refOf(call);
    }, { request });
  }

  /** A step of the table with a reason, and what else changes with it. */
  private takeStep(
    ctx: CallContext,
    request: { id: string; version: number; askedBy?: string },
    taken: { button: CallButton; action: CallAction; reason: string },
    change: (tx: Tx, call: RepairCall) => Promise<void> = () => Promise.resolve(),
  ): Promise<ReturnType<typeof refOf>> {
    return this.db.command(ctx, async (tx) => {
      const call = await callForChange(tx, taken.button, request);
      await step(tx, call, taken.action, { reason: taken.reason, askedBy: askerOfCall(tx, call, request.askedBy ?? '') });
      await change(tx, call);
      await tx.em.save(RepairCall, call);
      return refOf(call);
    }, { request });
  }
}

/** a clock that ends tells first what became known, and then nothing more. */
export async function stopClock(tx: Tx, call: RepairCall): Promise<void> {
  const clock = await runningClock(tx, call);
  if (!clock || clock.stoppedAt !== null) return;
  const terms = await callTerms(tx, clock.startedAt);
  await tellClock(tx, call, clock, terms);
  clock.stoppedAt = await tx.now();
  await keepClock(tx, call, clock, terms);
}

/** a special was struck since the clock started. */
async function specialStruck(tx: Tx, clock: CallClockRow | null): Promise<boolean> {
  return clock !== null && tx.em.existsBy(CallEventRow, { callId: clock.callId, action: STRIKE, at: MoreThanOrEqual(clock.startedAt) });
}

/** What ends with a cancelled call. */
export async function cancelled(tx: Tx, call: RepairCall): Promise<void> {
  await stopClock(tx, call);
  await withdrawPromise(tx, call);
  const solved = await solvedBefore(tx, call);
  call.solvedBefore = solved.resolvedAt ?? null;
  if (call.solvedBefore === null) await tellOfCancelledCall(tx, call);
  await tx.announce(CallCancelledSchema, { callId: call.id, dealerId: call.dealerId ?? '', cancelledAt: await tx.now(), version: call.version, ...solved });
}
