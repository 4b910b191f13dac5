import { Injectable } from '@nestjs/common';
import { NoticeRequestedSchema } from '@aftercare/contracts';
import { OnDeadline, type Deadline } from '@aftercare/messaging';
import { txOf } from '@aftercare/service';
import type { EntityManager } from 'typeorm';
import { hasLeft } from '../handover/succession.js';
import { CALL_KIND } from './call-change.js';
import { CLOCK_DEADLINE, keepClock, tellClock } from './call-clock.js';
import { callTerms } from './call-terms.js';
import { CallClockRow, RepairCall } from './call.entity.js';

/** Fires a week after a resolution that the customer has not confirmed yet; its ref is the call's id. */
export const UNCONFIRMED_DEADLINE = 'call-unconfirmed';

/** Time passed for a call. */
@Injectable()
export class CallClockJob {
  /** tells what became due on a clock and stands at its next moment. */
  @OnDeadline(CLOCK_DEADLINE)
  async clockMoment(deadline: Deadline, em: EntityManager): Promise<void> {
    const clock = await em.findOneByOrFail(CallClockRow, { id: deadline.ref });
    // The call is locked first, as every command does, so that the two cannot wait for each other.
    const call = await em.findOneOrFail(RepairCall, { where: { id: clock.callId }, lock: { mode: 'pessimistic_write' } });
    const tx = txOf(em);
    const terms = await callTerms(tx, clock.startedAt);
    const present = await em.findOneByOrFail(CallClockRow, { id: clock.id });
    await tellClock(tx, call, present, terms);
    await keepClock(tx, call, present, terms);
    await em.update(RepairCall, call.id, { dueAt: call.dueAt, breachedAt: call.breachedAt });
  }

  /** a record that is not confirmed within 7 days is reminded of, and never confirmed by itself. */
  @OnDeadline(UNCONFIRMED_DEADLINE)
  async unconfirmed(deadline: Deadline, em: EntityManager): Promise<void> {
    const call = await em.findOneByOrFail(RepairCall, { id: deadline.ref });
    if (call.state !== 'resolved') return;
    const tx = txOf(em);
    // Of a dealer that left, the clerk sees to the customer's link (D-1).
    const recipient = (await hasLeft(tx, call.dealerId)) ? { recipientRole: 'service_clerk' } : { recipientRole: 'dealer_manager', recipientDealerId: call.dealerId ?? '' };
    await tx.announce(NoticeRequestedSchema, {
      kind: 'call.unconfirmed',
      ...recipient,
      documentKind: CALL_KIND,
      documentId: call.id,
      documentNumber: call.number,
      severity: 'warning',
      params: JSON.stringify({ resolvedAt: call.resolvedAt }),
    });
  }
}
