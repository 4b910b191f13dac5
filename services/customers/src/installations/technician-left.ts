import { KnownAccount, type Tx } from '@aftercare/service';
import { checkTechnician } from './installation.rules.js';

/** Who gives a technician an appointment and who hears that he left come one after the other, so that no appointment is missed. */
export async function technicianTurn(tx: Tx, userId: string): Promise<void> {
  await tx.sql({ name: 'technician_turn', text: `select pg_advisory_xact_lock(hashtextextended('technician ' || $1, 0))`, values: [userId] });
}

/** X-9, C-4: a leaver who was heard of here is given nothing, also before `dealers` has heard of him. Refuses TECHNICIAN_INACTIVE. */
export async function refuseLeaver(tx: Tx, userId: string): Promise<void> {
  await technicianTurn(tx, userId);
  checkTechnician({ active: !(await tx.em.existsBy(KnownAccount, { id: userId, disabled: true })) });
}
