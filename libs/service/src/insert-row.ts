import type { EntityMetadata, EntityTarget, ObjectLiteral } from 'typeorm';
import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata.js';
import type { Statement } from './statement.js';
import type { Tx } from './tx.js';

interface Insert {
  name: string;
  text: string;
  columns: ColumnMetadata[];
}

const inserts = new WeakMap<EntityMetadata, Insert>();

/**
 * Inserts one whole row of an entity as a prepared statement on the transaction's own connection, for hot writes: an
 * entity manager's insert is parsed and planned anew each time. Several started together travel in one packet and are
 * carried out in their order.
 */
export async function insertRow<E extends ObjectLiteral>(tx: Tx, entity: EntityTarget<E>, row: E): Promise<void> {
  await tx.sql(insertStatement(tx, entity, row));
}

/** As `insertRow`, sent with the commit: for rows that nothing in the transaction reads again. */
export function insertWithCommit<E extends ObjectLiteral>(tx: Tx, entity: EntityTarget<E>, row: E): void {
  tx.write(insertStatement(tx, entity, row));
}

function insertStatement<E extends ObjectLiteral>(tx: Tx, entity: EntityTarget<E>, row: E): Statement {
  const { name, text, columns } = insertOf(tx.em.connection.getMetadata(entity));
  return { name, text, values: columns.map((column) => wireValue(column, row)) };
}

function insertOf(metadata: EntityMetadata): Insert {
  const known = inserts.get(metadata);
  if (known) return known;
  const columns = metadata.columns.filter(({ isInsert }) => isInsert);
  const names = columns.map(({ databaseName }) => `"${databaseName}"`).join(', ');
  const places = columns.map((_column, index) => `$${index + 1}`).join(', ');
  const made = { name: `insert_${metadata.tableName}`, text: `insert into "${metadata.tableName}" (${names}) values (${places})`, columns };
  inserts.set(metadata, made);
  return made;
}

/** JSON columns are sent as text: pg would take an array for one of PostgreSQL's own. */
function wireValue(column: ColumnMetadata, row: ObjectLiteral): unknown {
  const value: unknown = column.getEntityValue(row);
  const isJson = column.type === 'jsonb' || column.type === 'json';
  return isJson && value !== null && value !== undefined ? JSON.stringify(value) : (value ?? null);
}
