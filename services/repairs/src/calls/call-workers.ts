import { CallAssignedSchema } from '@aftercare/contracts';
import type { Tx } from '@aftercare/service';
import type { RepairCall } from './call.entity.js';

/**
 * Whose work a call is now: a technician sees the customer of his own calls, and no other (C-5). Told with the change, at its version;
 * without a unit that he named himself, or a stranger's would become his work by his own word.
 */
export async function tellWorkers(tx: Tx, call: RepairCall): Promise<void> {
  if (call.dealerId === null) return;
  const userIds = [...new Set([call.technicianUserId, call.takenBy].filter((id) => id !== null))];
  await tx.announce(CallAssignedSchema, {
    callId: call.id, dealerId: call.dealerId, customerId: call.customerId ?? '', unitId: call.unitByTechnician ? '' : (call.unitId ?? ''), userIds, version: call.version,
  });
}
