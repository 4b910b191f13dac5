import { isId, newId, Refusal } from '@aftercare/domain';
import { notFound } from '@aftercare/messaging';
import { insertRow, seesDealer, type Tx } from '@aftercare/service';
import { UnitDispatchEntity, UnitEntity, UnitEventEntity, UnitSaleEntity } from './unit.entity.js';
import { normaliseSerial } from './unit.rules.js';

/**
 * A unit locked for a change. One that came through another dealer is reached only with its full serial in hand (D-9),
 * else it looks like a missing one; a serial that is given is the unit's in any case. `dispatchedTo` is null when the caller may not know that dealer.
 * Errors: NOT_FOUND, SERIAL_MISMATCH.
 */
export async function lockedUnit(tx: Tx, id: string, serial: string): Promise<{ unit: UnitEntity; dispatchedTo: string | null }> {
  const unit = isId(id) ? await tx.em.findOne(UnitEntity, { where: { id }, lock: { mode: 'pessimistic_write' } }) : null;
  if (!unit) throw notFound('product unit');
  const dispatch = await tx.em.findOneBy(UnitDispatchEntity, { unitId: id });
  const sale = await tx.em.findOneBy(UnitSaleEntity, { unitId: id });
  const own = [dispatch, sale].some((document) => document !== null && seesDealer(tx.ctx, document.dealerId));
  const contradicts = normaliseSerial(serial) !== unit.serial;
  if (!own && contradicts) throw notFound('product unit');
  if (serial !== '' && contradicts) throw new Refusal('invalid_argument', 'SERIAL_MISMATCH', 'The serial is not that of the unit.', { field: 'serial' });
  return { unit, dispatchedTo: dispatch?.dealerId ?? null };
}

/** What a change of a unit answers, and what stands there when it came too late. */
export function unitRef(unit: UnitEntity) {
  return { id: unit.id, number: unit.serial, state: unit.sold ? 'sold' : 'dispatched', version: unit.version };
}

/** Appends a step to the unit's flow (C-2). */
export async function flowed(
  tx: Tx,
  unit: { id: string },
  step: { kind: string; dealerId: string; on: string; documentId: string; note?: string },
): Promise<void> {
  await insertRow(tx, UnitEventEntity, {
    id: newId(), unitId: unit.id, dealerId: step.dealerId, kind: step.kind, at: await tx.now(), factOn: step.on, documentId: step.documentId, note: step.note ?? '',
  });
}
