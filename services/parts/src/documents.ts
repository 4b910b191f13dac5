import type { EntityTarget, ObjectLiteral } from 'typeorm';
import { isId } from '@aftercare/domain';
import { invalidField, notFound } from '@aftercare/messaging';
import { expectVersion, lockRow, seen, type Tx } from '@aftercare/service';

/** A row that belongs to a dealer. */
export interface DealerRow extends ObjectLiteral {
  id: string;
  dealerId: string | null;
}

/** A document whose changes name the version they are based on. */
export interface VersionedRow {
  id: string;
  number?: string | null;
  state: string;
  version: number;
}

/**
 * A dealer's document, locked until the end of the transaction. A foreign one and a missing one are the same
 * not_found. `what` names it in the error, e.g. 'parts request'.
 */
export async function lockDocument<T extends DealerRow>(tx: Tx, entity: EntityTarget<T>, id: string, what: string): Promise<T> {
  if (!isId(id)) throw notFound(what);
  return seen(tx.ctx, await lockRow(tx, entity, id), what);
}

/** As lockDocument, and based on the version its author saw. Errors: STALE_VERSION. */
export async function lockForChange<T extends DealerRow & VersionedRow>(
  tx: Tx,
  entity: EntityTarget<T>,
  request: { id: string; version: number },
  what: string,
): Promise<T> {
  const row = await lockDocument<T>(tx, entity, request.id, what);
  expectVersion(row, request.version, { state: row.state });
  return row;
}

/** What a command answers: which document it touched and where it stands now. */
export function refOf(document: VersionedRow): { id: string; number: string; state: string; version: number } {
  return { id: document.id, number: document.number ?? '', state: document.state, version: document.version };
}

/** The id, or not_found when it has not even the form of one. */
export function idOr404(id: string, what: string): string {
  if (!isId(id)) throw notFound(what);
  return id;
}

/** A filter of a list: null when absent; an id of the wrong form is refused as invalid_argument. */
export function filterId(id: string, field: string): string | null {
  if (id === '') return null;
  if (!isId(id)) throw invalidField(field, 'This is not an id.', 'ID_INVALID');
  return id;
}
