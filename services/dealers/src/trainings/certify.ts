import { TechnicianCertifiedSchema } from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import { insertRow, type Tx } from '@aftercare/service';
import type { TechnicianEntity } from '../technicians/technician.entity.js';
import { reminders, validity, type CertificateReminder } from './certificate.rules.js';
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
  const certificate: CertificateEntity = {
    id: newId(), number: await tx.nextNumber('certificate', { prefix: 'CT', gapFree: false }), dealerId: technician.dealerId,
    technicianId: technician.id, trainingId: training.id, family: course.family, ...validity(training.heldOn, course.validMonths), createdAt: now,
  };
  await insertRow(tx, CertificateEntity, certificate);
  for (const { when, at } of reminders(certificate.validUntil, now)) {
    await tx.deadline({ kind: CERTIFICATE_DEADLINES[when], ref: certificate.id, dueAt: at });
  }
  const { dealerId, family, validFrom, validUntil } = certificate;
  await tx.announce(TechnicianCertifiedSchema, { technicianId: technician.id, dealerId, userId: technician.userId, family, validFrom, validUntil });
  await tx.audit({
    action: 'certify', kind: 'certificate', id: certificate.id, dealerId,
    changed: { technicianId: { after: technician.id }, family: { after: family }, validFrom: { after: validFrom }, validUntil: { after: validUntil } },
  });
}
