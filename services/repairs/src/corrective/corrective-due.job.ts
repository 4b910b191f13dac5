import { Injectable } from '@nestjs/common';
import { businessDate } from '@aftercare/domain';
import { OnDeadline, type Deadline } from '@aftercare/messaging';
import { txOf } from '@aftercare/service';
import type { EntityManager } from 'typeorm';
import { CORRECTIVE_DEADLINE, tellOfAction } from './corrective-action.js';
import { CorrectiveActionRow } from './corrective-action.entity.js';
import { isLate } from './corrective-action.rules.js';

/** a step that was not done by the end of its day is told once, to its owner, the quality engineer and the supervisor. */
@Injectable()
export class CorrectiveDueJob {
  @OnDeadline(CORRECTIVE_DEADLINE)
  async overdue(deadline: Deadline, em: EntityManager): Promise<void> {
    const tx = txOf(em);
    const action = await em.findOneByOrFail(CorrectiveActionRow, { id: deadline.ref });
    if (action.nextDueOn === null || !isLate(action.nextDueOn, '', businessDate(await tx.now()))) return;
    // One notice for both: the owner is a quality engineer himself as a rule.
    await tellOfAction(tx, action, 'corrective_action.overdue', { recipientRole: 'quality_engineer', recipientUserId: action.ownerUserId });
    await tellOfAction(tx, action, 'corrective_action.overdue', { recipientRole: 'service_supervisor' });
  }
}
