import { AppointmentSettledSchema } from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import { insertRow, type Tx } from '@aftercare/service';
import type { RepairCall } from '../calls/call.entity.js';
import { CallAppointmentRow } from './appointment.entity.js';
import { givenUpAt, outcomeOfArrival, outcomeOfChange, promisesOf, type WindowOutcome } from './appointment.rules.js';

/** Fires when the day of a promised window is over; its ref is the window's id. */
export const WINDOW_DEADLINE = 'call-window-over';

/** What the customer is told: a window, or none; `reason` says why it is another one than before. */
export interface NewWindow {
  from: string | null;
  to: string | null;
  reason?: string;
}

/**
 * the call shows its new appointment; the window that was waited for is settled, and one with both ends is promised.
 * The same window again is the same promise. Save the call afterwards.
 */
export async function promise(tx: Tx, call: RepairCall, { from, to, reason = '' }: NewWindow): Promise<void> {
  call.appointmentFrom = from;
  call.appointmentTo = to;
  const open = await openWindow(tx, call.id);
  const now = await tx.now();
  if (open && sameInstant(open.windowFrom, from) && sameInstant(open.windowTo, to)) return;
  if (open) await settle(tx, call, open, { outcome: outcomeOfChange(open, now), arrivedAt: null });
  if (from === null || to === null) return;
  const id = newId();
  await insertRow(tx, CallAppointmentRow, {
    id, callId: call.id, windowFrom: from, windowTo: to, promisedAt: now, promisedBy: tx.ctx.userId || null,
    promisedDealerId: call.dealerId, technicianUserId: call.technicianUserId, reason, arrivedAt: null, outcome: '',
  });
  await tx.deadline({ kind: WINDOW_DEADLINE, ref: id, dueAt: givenUpAt({ windowTo: to }) });
}

/** the technician whom the call was given or passed to keeps the window that is waited for, or misses it; one that is over was missed by who had it. */
export async function passWindow(tx: Tx, call: RepairCall): Promise<void> {
  const open = await openWindow(tx, call.id);
  if (!open || open.technicianUserId === call.technicianUserId) return;
  if (outcomeOfChange(open, await tx.now()) === 'missed') await settle(tx, call, open, { outcome: 'missed', arrivedAt: null });
  else await tx.em.update(CallAppointmentRow, { id: open.id }, { technicianUserId: call.technicianUserId });
}

/** no appointment any more: the call was handed back, re-routed or cancelled. */
export function withdrawPromise(tx: Tx, call: RepairCall): Promise<void> {
  return promise(tx, call, { from: null, to: null });
}

/** somebody came; the first to come settles the window. */
export async function arrived(tx: Tx, call: RepairCall): Promise<void> {
  const open = await openWindow(tx, call.id);
  if (!open) return;
  const now = await tx.now();
  await settle(tx, call, open, { outcome: outcomeOfArrival(open, now), arrivedAt: now });
}

/** nobody came while the window's day lasted, and no other one was promised: it is missed, and whoever comes later does not undo it. */
export async function givenUp(tx: Tx, call: RepairCall, windowId: string): Promise<void> {
  const open = await openWindow(tx, call.id);
  if (open?.id === windowId) await settle(tx, call, open, { outcome: 'missed', arrivedAt: null });
}

/** what a call's windows come to, told with it for the figures. */
export async function promisesKept(tx: Tx, callId: string): Promise<{ windowsKept: number; windowsMissed: number }> {
  const { kept, missed } = promisesOf(await tx.em.findBy(CallAppointmentRow, { callId }));
  return { windowsKept: kept, windowsMissed: missed };
}

function openWindow(tx: Tx, callId: string): Promise<CallAppointmentRow | null> {
  return tx.em.findOneBy(CallAppointmentRow, { callId, outcome: '' });
}

async function settle(tx: Tx, call: RepairCall, window: CallAppointmentRow, how: { outcome: WindowOutcome; arrivedAt: string | null }): Promise<void> {
  await tx.em.update(CallAppointmentRow, { id: window.id }, how);
  await tx.cancelDeadline(WINDOW_DEADLINE, window.id);
  if (window.promisedDealerId === null) return;
  await tx.announce(AppointmentSettledSchema, {
    appointmentId: window.id, callId: call.id, callNumber: call.number, dealerId: window.promisedDealerId, technicianUserId: window.technicianUserId ?? '',
    windowFrom: window.windowFrom, windowTo: window.windowTo, outcome: how.outcome, arrivedAt: how.arrivedAt ?? '', settledAt: await tx.now(),
  });
}

function sameInstant(a: string, b: string | null): boolean {
  return b !== null && Date.parse(a) === Date.parse(b);
}
