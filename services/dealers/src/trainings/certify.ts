import { CertificateRevokedSchema, NoticeRequestedSchema, TechnicianCertifiedSchema } from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import { insertRow, type Tx } from '@aftercare/service';
import type { TechnicianEntity } from '../technicians/technician.entity.js';
import { WORKS } from '../technicians/technician.store.js';
import { reminders, revoke, validity, type CertificateReminder } from './certificate.rules.js';
import { CertificateEntity, type CourseEntity, type TrainingEntity } from './training.entity.js';

/** The deadlines of a certificate, one per reminder. */
export const CERTIFICATE_DEADLINES: Record<CertificateReminder['when'], string> = {
  before: 'certificate-expires-soon',
  on_day: 'certificate-expires-today',
};

/** D-5: who passed gets a certificate of the course's family; it is told to those who assign work, and its end is reminded of. */
export async function certify(tx: Tx, passed: { technician: TechnicianEntity; training: TrainingEntity; course: CourseEntity }): Promise<void> {
  const { technician, training, course } = passed;
  const now = await tx.now();
  const held = validity(training.heldOn, course.validMonths);
  const certificate: CertificateEntity = {
    id: newId(), number: await tx.nextNumber('certificate', { prefix: 'CT', gapFree: false }), dealerId: technician.dealerId,
    technicianId: technician.id, trainingId: training.id, family: course.family, ...held, holdsUntil: held.validUntil, revokedFrom: null, revokeReason: '', version: 1,
    createdAt: now,
  };
  const version = await nextVersion(tx, certificate);
  await insertRow(tx, CertificateEntity, certificate);
  for (const { when, at } of reminders(certificate.validUntil, now)) {
    await tx.deadline({ kind: CERTIFICATE_DEADLINES[when], ref: certificate.id, dueAt: at });
  }
  const { id: certificateId, dealerId, family, validFrom, validUntil } = certificate;
  await tx.announce(TechnicianCertifiedSchema, {
    technicianId: technician.id, dealerId, userId: technician.userId, family, validFrom, validUntil, certificateId, holdsUntil: await longest(tx, certificate), version,
  });
  await tx.audit({
    action: 'certify', kind: 'certificate', id: certificate.id, dealerId,
    changed: { technicianId: { after: technician.id }, family: { after: family }, validFrom: { after: validFrom }, validUntil: { after: validUntil } },
  });
}

/**
 * D-5: ends a certificate before its last day; those who assign work are told how long its technician is certified now, he and his manager that it ended.
 * Of somebody who gets no more work the two are told nothing: there is no training to plan.
 */
export async function revokeCertificate(tx: Tx, certificate: CertificateEntity, given: { reason: string; revokedFrom: string }): Promise<void> {
  const before = { holdsUntil: certificate.holdsUntil, revokedFrom: certificate.revokedFrom };
  Object.assign(certificate, revoke(certificate, given), { revokedFrom: given.revokedFrom, revokeReason: given.reason.trim(), version: certificate.version + 1 });
  const version = await nextVersion(tx, certificate);
  await tx.em.save(CertificateEntity, certificate);
  for (const kind of Object.values(CERTIFICATE_DEADLINES)) await tx.cancelDeadline(kind, certificate.id);
  const { id: certificateId, technicianId, dealerId, family, validFrom, validUntil } = certificate;
  const [{ userId, active }] = await tx.sql<{ userId: string; active: boolean }>({
    name: 'certificate_technician', values: [technicianId], text: `select user_id as "userId", ${WORKS} as active from technician where id = $1`,
  });
  await tx.announce(CertificateRevokedSchema, {
    certificateId, technicianId, dealerId, userId, family, validFrom, validUntil, revokedFrom: given.revokedFrom, holdsUntil: await longest(tx, certificate), version,
  });
  if (active) await tellRevoked(tx, certificate, { userId, revokedFrom: given.revokedFrom });
  await tx.audit({
    action: 'revoke', kind: 'certificate', id: certificateId, dealerId,
    changed: {
      revokedFrom: { before: before.revokedFrom, after: given.revokedFrom }, holdsUntil: { before: before.holdsUntil, after: certificate.holdsUntil },
      reason: { after: certificate.revokeReason },
    },
  });
}

async function tellRevoked(tx: Tx, { id, number, dealerId, family }: CertificateEntity, { userId, revokedFrom }: { userId: string; revokedFrom: string }): Promise<void> {
  const notice = {
    kind: 'certificate.revoked', severity: 'warning', documentKind: 'certificate', documentId: id, documentNumber: number, params: JSON.stringify({ family, revokedFrom }),
  };
  await tx.announce(NoticeRequestedSchema, { ...notice, recipientRole: 'dealer_manager', recipientDealerId: dealerId });
  await tx.announce(NoticeRequestedSchema, { ...notice, recipientUserId: userId });
}

/** D-5: the certificate of a session whose technician did not pass after all never held, whatever was decided of it before. */
export async function withdrawCertificate(tx: Tx, passed: { trainingId: string; technicianId: string }, reason: string): Promise<void> {
  const given = await tx.em.findBy(CertificateEntity, passed);
  for (const certificate of given.filter(({ revokedFrom, validFrom }) => revokedFrom !== validFrom)) {
    await revokeCertificate(tx, Object.assign(certificate, { revokedFrom: null }), { reason, revokedFrom: certificate.validFrom });
  }
}

/** Counts what is told of a technician and a family; whoever tells of the same waits here, so that the newest knows all. */
async function nextVersion(tx: Tx, { technicianId, family, dealerId }: CertificateEntity): Promise<number> {
  const [{ version }] = await tx.sql<{ version: number }>({
    name: 'certification_next', values: [technicianId, family, dealerId],
    text: `insert into certification as c (technician_id, family, dealer_id, version) values ($1, $2, $3, 1)
           on conflict (technician_id, family) do update set version = c.version + 1 returning version`,
  });
  return version;
}

/** How long a technician is certified for a family by all his certificates. */
async function longest(tx: Tx, { technicianId, family }: CertificateEntity): Promise<string> {
  const [{ until }] = await tx.sql<{ until: string }>({
    name: 'certificate_longest', values: [technicianId, family], text: 'select max(holds_until)::text as until from certificate where technician_id = $1 and family = $2',
  });
  return until;
}
