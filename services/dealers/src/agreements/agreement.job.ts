import { Injectable } from '@nestjs/common';
import { NoticeRequestedSchema } from '@aftercare/contracts';
import type { DealerStatus } from '@aftercare/domain';
import { OnDeadline, type Deadline } from '@aftercare/messaging';
import { txOf } from '@aftercare/service';
import type { EntityManager } from 'typeorm';
import { isStillReminded, REMINDERS, type AgreementReminder } from './agreement.rules.js';

interface ReminderRow {
  id: string;
  number: string;
  validTo: string;
  longestTo: string;
  dealerId: string;
  dealerCode: string;
  dealerStatus: DealerStatus;
}

const AGREEMENT = `
  select a.id, a.number, a.valid_to::text as "validTo", a.dealer_id as "dealerId", d.code as "dealerCode", d.status as "dealerStatus",
         (select max(o.valid_to)::text from dealer_agreement o where o.dealer_id = a.dealer_id and o.state = 'approved') as "longestTo"
    from dealer_agreement a join dealer d on d.id = a.dealer_id where a.id = $1`;

/** D-1: tells the dealer's manager and the clerk that an agreement ends, 60 and 30 days before its last day and on it. */
@Injectable()
export class AgreementDeadlines {
  @OnDeadline('agreement-60-days')
  sixtyDays(deadline: Deadline, em: EntityManager): Promise<void> {
    return remind('agreement-60-days', deadline, em);
  }

  @OnDeadline('agreement-30-days')
  thirtyDays(deadline: Deadline, em: EntityManager): Promise<void> {
    return remind('agreement-30-days', deadline, em);
  }

  @OnDeadline('agreement-last-day')
  lastDay(deadline: Deadline, em: EntityManager): Promise<void> {
    return remind('agreement-last-day', deadline, em);
  }
}

async function remind(reminder: AgreementReminder, deadline: Deadline, em: EntityManager): Promise<void> {
  const [agreement] = await em.query<ReminderRow[]>(AGREEMENT, [deadline.ref]);
  if (!agreement || !isStillReminded(agreement)) return;
  const { id, number, dealerId, dealerCode, validTo } = agreement;
  const days = REMINDERS[reminder];
  const about = { documentKind: 'agreement', documentId: id, documentNumber: number, params: JSON.stringify({ dealerCode, validTo, days }) };
  const notice = days > 0
    ? { ...about, kind: 'agreement.expires_soon', severity: 'info' }
    : { ...about, kind: 'agreement.expires_today', severity: 'warning' };
  const tx = txOf(em);
  await tx.announce(NoticeRequestedSchema, { ...notice, recipientRole: 'dealer_manager', recipientDealerId: dealerId });
  await tx.announce(NoticeRequestedSchema, { ...notice, recipientRole: 'service_clerk' });
}
