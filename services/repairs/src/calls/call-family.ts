import type { Tx } from '@aftercare/service';
import type { RepairCall } from './call.entity.js';

/** The product family of a call's unit, which it may name by id or by serial; empty when it is not known. */
export async function familyOf(tx: Tx, { unitId, unitSerial }: Pick<RepairCall, 'unitId' | 'unitSerial'>): Promise<string> {
  if (unitId === null && unitSerial === '') return '';
  const [model] = await tx.sql<{ family: string }>({
    name: 'call_family',
    text: `select m.family from known_unit u join known_model m on m.id = u.model_id
            where u.id = $1::uuid or ($1::uuid is null and u.serial = $2) limit 1`,
    values: [unitId, unitSerial],
  });
  return model?.family ?? '';
}
