import type { Tx } from '@aftercare/service';
import type { EntityManager } from 'typeorm';

/**
 * C-2, D-9: the id of the piece with this serial, in its one spelling; null for none that is known. The registry is shared by full
 * serial, so it may have come through another dealer: what is answered of it is asked of customers, as whoever asks.
 */
export async function unitBySerial(tx: Tx, serial: string): Promise<string | null> {
  if (serial === '') return null;
  const [unit] = await tx.sql<{ id: string }>({ name: 'known_unit_by_serial', text: 'select id from known_unit where serial = $1 limit 1', values: [serial] });
  return unit?.id ?? null;
}

/** As unitBySerial, for a call that is written with the answer: a piece that is being registered at this moment is waited for, one that comes later finds the call. */
export async function unitOfCall(tx: Tx, serial: string): Promise<string | null> {
  const known = await unitBySerial(tx, serial);
  if (known !== null || serial === '') return known;
  await tx.sql({ name: 'units_awaited', text: `select pg_advisory_xact_lock_shared(${REGISTERING})`, values: [] });
  return unitBySerial(tx, serial);
}

/** Pieces are kept and the calls that wait for them looked for; a call that names a piece nobody knows is written before or after. */
export async function registerInTurn(em: EntityManager): Promise<void> {
  await em.query(`select pg_advisory_xact_lock(${REGISTERING})`);
}

const REGISTERING = `hashtextextended('units-registered', 0)`;
