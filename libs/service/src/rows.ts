import type { EntityMetadata, EntityTarget, ObjectLiteral } from 'typeorm';
import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata.js';
import type { Statement } from './statement.js';
import type { Tx } from './tx.js';

/** What the statements over an entity's whole rows are made of. */
interface Shape {
  table: string;
  inserted: ColumnMetadata[];
  updated: ColumnMetadata[];
  insert: string;
  update: string;
  select: string;
}

const shapes = new WeakMap<EntityMetadata, Shape>();

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

/** Writes all columns of a row that was read under its lock, by its id, as a prepared statement; columns that only the database sets stay. */
export async function updateRow<E extends ObjectLiteral & { id: string }>(tx: Tx, entity: EntityTarget<E>, row: E): Promise<void> {
  await tx.sql(updateStatement(tx, entity, row));
}

/** As `updateRow`, sent with the commit: for rows that nothing in the transaction reads again. */
export function updateWithCommit<E extends ObjectLiteral & { id: string }>(tx: Tx, entity: EntityTarget<E>, row: E): void {
  tx.write(updateStatement(tx, entity, row));
}

/** The row with this id, locked to the end of the transaction, or null where the caller's tenancy has none. */
export async function lockRow<E extends ObjectLiteral>(tx: Tx, entity: EntityTarget<E>, id: string): Promise<E | null> {
  const { table, select } = shapeOf(tx, entity);
  const [row] = await tx.sql<E>({ name: `lock_${table}`, text: `${select} where id = $1::uuid for update`, values: [id] });
  return row ?? null;
}

/** The row with this id, or null where the caller's tenancy has none. */
export async function findRow<E extends ObjectLiteral>(tx: Tx, entity: EntityTarget<E>, id: string): Promise<E | null> {
  const { table, select } = shapeOf(tx, entity);
  const [row] = await tx.sql<E>({ name: `find_${table}`, text: `${select} where id = $1::uuid`, values: [id] });
  return row ?? null;
}

/** Rows by another id they carry, in the order of a column. */
export function findRows<E extends ObjectLiteral>(tx: Tx, entity: EntityTarget<E>, { by, is, order }: { by: keyof E & string; is: string; order: keyof E & string }): Promise<E[]> {
  const { table, select } = shapeOf(tx, entity);
  const column = (property: string): string => `"${metadataOf(tx, entity).findColumnWithPropertyName(property)?.databaseName}"`;
  return tx.sql<E>({ name: `find_${table}_by_${by}_${order}`, text: `${select} where ${column(by)} = $1::uuid order by ${column(order)}`, values: [is] });
}

function insertStatement<E extends ObjectLiteral>(tx: Tx, entity: EntityTarget<E>, row: E): Statement {
  const { table, insert, inserted } = shapeOf(tx, entity);
  return { name: `insert_${table}`, text: insert, values: inserted.map((column) => wireValue(column, row)) };
}

function updateStatement<E extends ObjectLiteral & { id: string }>(tx: Tx, entity: EntityTarget<E>, row: E): Statement {
  const { table, update, updated } = shapeOf(tx, entity);
  return { name: `update_${table}`, text: update, values: [row.id, ...updated.map((column) => wireValue(column, row))] };
}

const metadataOf = <E extends ObjectLiteral>(tx: Tx, entity: EntityTarget<E>): EntityMetadata => tx.em.connection.getMetadata(entity);

function shapeOf<E extends ObjectLiteral>(tx: Tx, entity: EntityTarget<E>): Shape {
  const metadata = metadataOf(tx, entity);
  const known = shapes.get(metadata);
  if (known) return known;
  const made = shapeFrom(metadata);
  shapes.set(metadata, made);
  return made;
}

function shapeFrom({ tableName: table, columns }: EntityMetadata): Shape {
  const inserted = columns.filter(({ isInsert }) => isInsert);
  const updated = columns.filter(({ isUpdate, isPrimary, isSelect }) => isUpdate && !isPrimary && isSelect);
  const names = inserted.map(({ databaseName }) => `"${databaseName}"`).join(', ');
  const places = inserted.map((_column, index) => `$${index + 1}`).join(', ');
  const changes = updated.map(({ databaseName }, index) => `"${databaseName}" = $${index + 2}`).join(', ');
  const shown = columns.filter(({ isSelect }) => isSelect).map(({ databaseName, propertyName }) => `"${databaseName}" as "${propertyName}"`).join(', ');
  return {
    table, inserted, updated,
    insert: `insert into "${table}" (${names}) values (${places})`,
    update: `update "${table}" set ${changes} where id = $1::uuid`,
    select: `select ${shown} from "${table}"`,
  };
}

/** JSON columns are sent as text: pg would take an array for one of PostgreSQL's own. */
function wireValue(column: ColumnMetadata, row: ObjectLiteral): unknown {
  const value: unknown = column.getEntityValue(row);
  const isJson = column.type === 'jsonb' || column.type === 'json';
  return isJson && value !== null && value !== undefined ? JSON.stringify(value) : (value ?? null);
}
