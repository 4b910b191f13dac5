import type { Tx } from '@aftercare/service';
import { TechnicianEntity } from './technician.entity.js';

/** whether a `technician` row is given work: not taken out, and his account not disabled. */
export const WORKS = '(technician.active and not exists (select from known_account k where k.id = technician.user_id and k.disabled))';

/** Links an account, audited; false for one that is linked already. */
export async function linkTechnician(tx: Tx, technician: TechnicianEntity): Promise<boolean> {
  const { raw } = await tx.em.createQueryBuilder().insert().into(TechnicianEntity).values(technician).orIgnore().returning('id').execute();
  if ((raw as unknown[]).length === 0) return false;
  await auditTechnician(tx, technician, 'create');
  return true;
}

/** A name stands beside the entry, not in it. */
export async function auditTechnician(tx: Tx, technician: TechnicianEntity, action: string): Promise<void> {
  const { id, dealerId, userId, name, active, askedBy } = technician;
  await tx.audit({
    action, kind: 'technician', id, dealerId, changed: { userId: { after: userId }, active: { after: active } },
    personal: { ...(action === 'create' ? { name: { after: name } } : {}), ...(askedBy === '' ? {} : { askedBy: { after: askedBy } }) },
  });
}
