import type { Tx } from '@aftercare/service';

/**
 * C-2, D-9: the id of the piece with this serial, in its one spelling; null for none that is known. The registry is shared by full
 * serial, so it may have come through another dealer: what is answered of it is asked of customers, as whoever asks.
 */
export async function unitBySerial(tx: Tx, serial: string): Promise<string | null> {
  if (serial === '') return null;
  const [unit] = await tx.sql<{ id: string }>({ name: 'known_unit_by_serial', text: 'select id from known_unit where serial = $1 limit 1', values: [serial] });
  return unit?.id ?? null;
}
