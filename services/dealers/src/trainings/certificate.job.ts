import { Injectable } from '@nestjs/common';
import { NoticeRequestedSchema } from '@aftercare/contracts';
import { OnDeadline, type Deadline } from '@aftercare/messaging';
import { txOf, type Tx } from '@aftercare/service';
import type { EntityManager } from 'typeorm';
import { WORKS } from '../technicians/technician.store.js';
import { isStillReminded, type ReminderFacts } from './certificate.rules.js';
import { CERTIFICATE_DEADLINES } from './certify.js';

interface ReminderRow extends ReminderFacts {
  id: string;
  number: string;
  dealerId: string;
  userId: string;
  family: string;
}

const CERTIFICATE = `
  select c.id, c.number, c.dealer_id as "dealerId", technician.user_id as "userId", c.family, c.valid_until::text as "validUntil",
         ${WORKS} as "technicianActive", d.status = 'terminated' as "dealerTerminated",
         (select max(o.holds_until)::text from certificate o where o.technician_id = c.technician_id and o.family = c.family) as "longestUntil"
    from certificate c join technician on technician.id = c.technician_id join dealer d on d.id = c.dealer_id where c.id = $1`;

/** D-5: tells the technician and the dealer's manager that a certificate ends, 30 days before its last day and on it. */
@Injectable()
export class CertificateDeadlines {
  @OnDeadline(CERTIFICATE_DEADLINES.before)
  async endsSoon(deadline: Deadline, em: EntityManager): Promise<void> {
    const certificate = await remindedOf(em, deadline.ref);
    if (certificate) await tell(txOf(em), certificate, { kind: 'certificate.expires_soon', severity: 'info' });
  }

  @OnDeadline(CERTIFICATE_DEADLINES.on_day)
  async endsToday(deadline: Deadline, em: EntityManager): Promise<void> {
    const certificate = await remindedOf(em, deadline.ref);
    if (certificate) await tell(txOf(em), certificate, { kind: 'certificate.expires_today', severity: 'warning' });
  }
}

async function remindedOf(em: EntityManager, id: string): Promise<ReminderRow | undefined> {
  const [row] = await em.query<ReminderRow[]>(CERTIFICATE, [id]);
  return row && isStillReminded(row) ? row : undefined;
}

async function tell(tx: Tx, certificate: ReminderRow, as: { kind: string; severity: string }): Promise<void> {
  const { id, number, dealerId, userId, family, validUntil } = certificate;
  const notice = { ...as, documentKind: 'certificate', documentId: id, documentNumber: number, params: JSON.stringify({ family, validUntil }) };
  await tx.announce(NoticeRequestedSchema, { ...notice, recipientRole: 'dealer_manager', recipientDealerId: dealerId });
  await tx.announce(NoticeRequestedSchema, { ...notice, recipientUserId: userId });
}
