import { newId } from '@aftercare/domain';
import { notFound } from '@aftercare/messaging';
import { insertRow, seen, type Tx } from '@aftercare/service';
import { nextMoment, technicianSees } from './call-change.js';
import { CallEventRow, RepairCall } from './call.entity.js';
import { refuseNotAtDealer, requireCallRole, type CallButton } from './call.rules.js';

/** The call that something is asked about, which changes nothing of it: seen by the caller, by a role that may, open at its dealer, locked so that it is still so when it is told. */
export async function callToAskAbout(tx: Tx, button: CallButton, id: string): Promise<RepairCall> {
  const call = seen(tx.ctx, await tx.em.findOne(RepairCall, { where: { id }, lock: { mode: 'pessimistic_write' } }), 'repair call');
  if (!technicianSees(call, tx.ctx)) throw notFound('repair call');
  requireCallRole(button, tx.ctx.role);
  refuseNotAtDealer(button, call.state);
  return call;
}

/** Something that concerns a call and leaves it as it is: a line of its history, its version stays. */
export async function mention(tx: Tx, call: Pick<RepairCall, 'id' | 'state'>, action: string): Promise<void> {
  const { userId, role } = tx.ctx;
  await insertRow(tx, CallEventRow, {
    id: newId(), callId: call.id, at: await nextMoment(tx, call.id), action, fromState: call.state, toState: call.state, userId: userId || null, role, reason: '', askedBy: '',
  });
}
