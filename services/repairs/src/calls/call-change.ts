import { askerOf, newId } from '@aftercare/domain';
import { notFound, type CallContext } from '@aftercare/messaging';
import { expectVersion, insertRow, seen, type Tx } from '@aftercare/service';
import { CallClockRow, CallEventRow, RepairCall } from './call.entity.js';
import { callSteps, refuseColleaguesCall, requireCallRole, type CallAction, type CallButton, type CallStanding } from './call.rules.js';
import { isErased } from './erasure.rules.js';

/** The audit trail's and the notices' name of the document. */
export const CALL_KIND = 'repair-call';

/** A technician sees the calls he was given and those he took himself; everybody else sees his dealer's. */
export function technicianSees(call: RepairCall, ctx: CallContext): boolean {
  return ctx.role !== 'dealer_technician' || call.technicianUserId === ctx.userId || call.takenBy === ctx.userId;
}

/** Loads a call for a change: locked, seen by the caller, at the version he based it on, by a role that may. */
export async function callForChange(tx: Tx, button: CallButton, request: { id: string; version: number }): Promise<RepairCall> {
  const found = await tx.em.findOne(RepairCall, { where: { id: request.id }, lock: { mode: 'pessimistic_write' } });
  const call = seen(tx.ctx, found, 'repair call');
  if (!technicianSees(call, tx.ctx)) throw notFound('repair call');
  requireCallRole(button, tx.ctx.role);
  refuseColleaguesCall(button, call.technicianUserId, tx.ctx);
  expectVersion(call, request.version, { id: call.id, number: call.number, state: call.state });
  return call;
}

/** The clock that counts now: the one of the last reopening, or the first; null while no dealer was told. */
export function runningClock(tx: Tx, call: RepairCall): Promise<CallClockRow | null> {
  return tx.em.findOne(CallClockRow, { where: { callId: call.id }, order: { position: 'DESC' } });
}

/** What the rules need of a call. */
export function standingOf(call: RepairCall, clock: CallClockRow | null): CallStanding {
  return {
    state: call.state,
    clockStartedAt: clock?.startedAt ?? null,
    specialReason: clock?.specialReason ?? null,
    resolvedAt: call.resolvedAt,
    erased: isErased(call),
  };
}

/** Why a step is taken, and who of the dealer asked where the manufacturer takes it. */
export interface Why {
  reason: string;
  askedBy: string;
}

/** who asked; a call that no dealer has is the manufacturer's own work. Refuses ASKED_BY_MISSING. */
export function askerOfCall({ ctx }: Tx, call: Pick<RepairCall, 'dealerId'>, askedBy: string): string {
  return call.dealerId === null ? '' : askerOf(ctx.role, askedBy);
}

/** who asked, where a clerk files or corrects for a dealer; a call that came to the manufacturer itself was asked for by the customer alone. */
export function namedAsker({ ctx }: Tx, call: Pick<RepairCall, 'dealerId'>, askedBy: string): string {
  return call.dealerId === null || ctx.role !== 'service_clerk' ? '' : askedBy.trim();
}

/** Takes a step of the table: state, version, history and audit row together. Save the call afterwards. */
export async function step(tx: Tx, call: RepairCall, action: CallAction, why: string | Why = ''): Promise<void> {
  const from = call.state;
  call.state = callSteps.next(action, from);
  await note(tx, call, { action, from, ...(typeof why === 'string' ? { reason: why } : why) });
}

/** The moment of a line of a call's history, whose row is locked: never before the line above it, whichever transaction began first. */
export async function nextMoment(tx: Tx, callId: string): Promise<string> {
  const [{ at }] = await tx.sql<{ at: string }>({
    name: 'call_next_moment', text: 'select iso(greatest($2::timestamptz, max(at))) as at from call_event where call_id = $1', values: [callId, await tx.now()],
  });
  return at;
}

/** Writes a change into history and audit; every change raises the version. */
export async function note(tx: Tx, call: RepairCall, change: { action: string; from?: string; reason?: string; askedBy?: string }): Promise<void> {
  call.version += 1;
  const { userId, role } = tx.ctx;
  const { askedBy = '' } = change;
  await insertRow(tx, CallEventRow, {
    id: newId(),
    callId: call.id,
    at: await nextMoment(tx, call.id),
    action: change.action,
    fromState: change.from ?? call.state,
    toState: call.state,
    userId: userId || null,
    role,
    reason: change.reason ?? '',
    askedBy,
  });
  await tx.audit({
    action: change.action,
    kind: CALL_KIND,
    id: call.id,
    dealerId: call.dealerId,
    changed: { state: { before: change.from ?? call.state, after: call.state }, version: { after: call.version } },
    personal: askedBy === '' ? {} : { askedBy: { after: askedBy } },
  });
}

/** The serial that events carry: a registered unit's; what was typed without one may be anything. */
export function registeredSerial(call: RepairCall): string {
  return call.unitId === null ? '' : call.unitSerial;
}

/** The answer of every command on a call. */
export function refOf(call: RepairCall): { id: string; number: string; state: string; version: number } {
  return { id: call.id, number: call.number, state: call.state, version: call.version };
}
