import { ObligationDueSchema } from '@aftercare/contracts';
import { endOfDay, newId, startOfDay } from '@aftercare/domain';
import type { Tx } from '@aftercare/service';
import { DUE_DEADLINE, OVERDUE_DEADLINE } from '../obligations/due-dates.js';
import type { LockedObligation } from '../obligations/settle.js';

const PUT_OFF = `
  with moved as (
    update obligation set due_on = $3::date where id = any($1::uuid[]) returning id, dealer_id)
  insert into obligation_extension (id, dealer_id, obligation_id, from_due_on, to_due_on, reason, extended_by, at)
  select e.id, m.dealer_id, m.id, e.from_due_on, $3::date, $4, $5, business_now()
    from moved m join unnest($1::uuid[], $2::uuid[], $6::date[]) as e (obligation_id, id, from_due_on) on e.obligation_id = m.id`;

/** H-1: puts the due date of locked obligations off; the reminders move with it, and the figures are told. */
export async function putOff(tx: Tx, obligations: readonly LockedObligation[], to: { dueOn: string; reason: string }): Promise<void> {
  const ids = obligations.map(({ id }) => id);
  await tx.sql({
    name: 'put_off', text: PUT_OFF,
    values: [ids, ids.map(() => newId()), to.dueOn, to.reason, tx.ctx.userId, obligations.map(({ dueOn }) => dueOn)],
  });
  for (const { id, dealerId, dueOn } of obligations) {
    await tx.deadline({ kind: DUE_DEADLINE, ref: id, dueAt: startOfDay(to.dueOn) });
    await tx.deadline({ kind: OVERDUE_DEADLINE, ref: id, dueAt: endOfDay(to.dueOn) });
    await tx.announce(ObligationDueSchema, { obligationId: id, dealerId, dueOn: to.dueOn });
    await tx.audit({ action: 'extend', kind: 'obligation', id, dealerId, changed: { dueOn: { before: dueOn ?? '', after: to.dueOn } } });
  }
}
