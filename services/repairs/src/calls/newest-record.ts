import type { Tx } from '@aftercare/service';
import { RepairRecord } from './repair-record.entity.js';

/** A call's newest record, which says the stage and the codes of its unit; null before the first. */
export function newestRecord(tx: Tx, callId: string): Promise<RepairRecord | null> {
  return tx.em.findOne(RepairRecord, { where: { callId }, order: { recordedAt: 'DESC', id: 'DESC' } });
}
