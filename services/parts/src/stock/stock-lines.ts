import { isId } from '@aftercare/domain';
import { ServiceError, invalidField } from '@aftercare/messaging';
import type { Tx } from '@aftercare/service';
import { idOr404 } from '../documents.js';
import { Warehouse } from '../ledger/ledger.entity.js';

const LINES_MAX = 1_000;
const QUANTITY_MAX = 100_000;

/** A line that names a part and pieces. */
export interface PartLine {
  partId: string;
  quantity: number;
}

/** Lines of a document about stock: each part once, a sensible number of pieces. Errors: LINES_MISSING, LINES_TOO_MANY, PART_DOUBLE, QUANTITY_INVALID. */
export function checkLines(lines: readonly PartLine[], fits: (quantity: number) => boolean): void {
  if (lines.length === 0) throw invalidField('lines', 'There is at least one line.', 'LINES_MISSING');
  if (lines.length > LINES_MAX) throw invalidField('lines', `There are at most ${LINES_MAX} lines.`, 'LINES_TOO_MANY');
  const seen = new Set<string>();
  lines.forEach(({ partId, quantity }, at) => {
    idOr404(partId, 'part');
    if (!fits(quantity) || Math.abs(quantity) > QUANTITY_MAX) throw invalidField(`lines[${at}].quantity`, 'This is no possible number of pieces.', 'QUANTITY_INVALID');
    if (seen.has(partId)) throw invalidField(`lines[${at}].partId`, 'A part stands once.', 'PART_DOUBLE');
    seen.add(partId);
  });
}

/** H-4, P-1: what a supplier sends or a correction finds is at a site that receives; a transit site only passes on. Errors: WAREHOUSE_UNKNOWN, SITE_NOT_RECEIVING. */
export async function requireReceiving(tx: Tx, id: string): Promise<Warehouse> {
  const warehouse = await requireWarehouse(tx, id);
  if (warehouse.kind !== 'receiving') throw new ServiceError('failed_precondition', 'SITE_NOT_RECEIVING', 'Only a receiving site keeps stock.', { field: 'warehouseId' });
  return warehouse;
}

/** The site with this id. Errors: WAREHOUSE_UNKNOWN. */
export async function requireWarehouse(tx: Tx, id: string, field = 'warehouseId'): Promise<Warehouse> {
  const warehouse = isId(id) ? await tx.em.findOneBy(Warehouse, { id }) : null;
  if (!warehouse) throw new ServiceError('not_found', 'WAREHOUSE_UNKNOWN', 'There is no such warehouse.', { field });
  return warehouse;
}
