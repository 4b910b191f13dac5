import { Injectable } from '@nestjs/common';
import { NoticeRequestedSchema } from '@aftercare/contracts';
import { OnDeadline, type Deadline } from '@aftercare/messaging';
import { txOf } from '@aftercare/service';
import type { EntityManager } from 'typeorm';
import { DUE_DEADLINE, OVERDUE_DEADLINE } from './due-dates.js';

const STILL_OPEN = `
  select o.id, o.dealer_id as "dealerId", o.due_on as "dueOn", p.number as "partNumber",
         o.outstanding_quantity as outstanding
    from obligation o join part p on p.id = o.part_id where o.id = $1`;

interface StillOpen {
  id: string;
  dealerId: string;
  dueOn: string;
  partNumber: string;
  outstanding: number;
}

/** H-1: tells the dealer on the due day, and the dealer and the clerk when it has passed; nothing is converted by it. */
@Injectable()
export class ObligationDeadlines {
  @OnDeadline(DUE_DEADLINE)
  async due(deadline: Deadline, em: EntityManager): Promise<void> {
    const open = await stillOpen(em, deadline.ref);
    if (!open) return;
    await txOf(em).announce(NoticeRequestedSchema, { ...notice('obligation.due', open), recipientRole: 'dealer_manager', recipientDealerId: open.dealerId, severity: 'info' });
  }

  @OnDeadline(OVERDUE_DEADLINE)
  async overdue(deadline: Deadline, em: EntityManager): Promise<void> {
    const open = await stillOpen(em, deadline.ref);
    if (!open) return;
    const about = { ...notice('obligation.overdue', open), severity: 'warning' };
    await txOf(em).announce(NoticeRequestedSchema, { ...about, recipientRole: 'dealer_manager', recipientDealerId: open.dealerId });
    await txOf(em).announce(NoticeRequestedSchema, { ...about, recipientRole: 'service_clerk' });
  }
}

async function stillOpen(em: EntityManager, id: string): Promise<StillOpen | undefined> {
  const [row] = await em.query<StillOpen[]>(STILL_OPEN, [id]);
  return row && row.outstanding > 0 ? row : undefined;
}

function notice(kind: string, open: StillOpen): { kind: string; documentKind: string; documentId: string; params: string } {
  const { partNumber, outstanding, dueOn, dealerId } = open;
  return { kind, documentKind: 'obligation', documentId: open.id, params: JSON.stringify({ partNumber, outstanding, dueOn, dealerId }) };
}
