import { TechnicianStandingChangedSchema } from '@aftercare/contracts';
import { businessDate } from '@aftercare/domain';
import type { Tx } from '@aftercare/service';
import { TechnicianEntity } from './technician.entity.js';

/** whether a `technician` row is given work: not taken out, and his account not disabled. */
export const WORKS = '(technician.active and not exists (select from known_account k where k.id = technician.user_id and k.disabled))';

/** Who links an account and who hears that it was disabled come one after the other, so that what is told of the technician knows both. */
export async function technicianTurn(tx: Tx, userId: string): Promise<void> {
  await tx.sql({ name: 'technician_turn', text: `select pg_advisory_xact_lock(hashtextextended('technician ' || $1, 0))`, values: [userId] });
}

/** Links an account, audited; false for one that is linked already. */
export async function linkTechnician(tx: Tx, technician: TechnicianEntity): Promise<boolean> {
  await technicianTurn(tx, technician.userId);
  const { raw } = await tx.em.createQueryBuilder().insert().into(TechnicianEntity).values(technician).orIgnore().returning('id').execute();
  if ((raw as unknown[]).length === 0) return false;
  await auditTechnician(tx, technician, 'create');
  await tellStanding(tx, technician.userId, technician.createdAt);
  return true;
}

/**
 * D-5, X-9: tells whether the technician of an account is given work, from the day of a moment on, where it is not what was told of him last.
 * What is told is counted under the lock of his row.
 */
export async function tellStanding(tx: Tx, userId: string, at: string): Promise<void> {
  const [changed] = await tx.sql<{ technicianId: string; dealerId: string; active: boolean; version: number }>({ name: 'technician_standing', text: STANDING, values: [userId] });
  if (changed) await tx.announce(TechnicianStandingChangedSchema, { ...changed, userId, changedOn: businessDate(at) });
}

const STANDING = `
  update technician set told_active = ${WORKS}, told_version = told_version + 1 where user_id = $1 and told_active <> ${WORKS}
  returning id as "technicianId", dealer_id as "dealerId", told_active as active, told_version as version`;

/** A name stands beside the entry, not in it. */
export async function auditTechnician(tx: Tx, technician: TechnicianEntity, action: string): Promise<void> {
  const { id, dealerId, userId, name, active, askedBy } = technician;
  await tx.audit({
    action, kind: 'technician', id, dealerId, changed: { userId: { after: userId }, active: { after: active } },
    personal: { ...(action === 'create' ? { name: { after: name } } : {}), ...(askedBy === '' ? {} : { askedBy: { after: askedBy } }) },
  });
}
