import { create, toJsonString } from '@bufbuild/protobuf';
import type { DescMessage, MessageInitShape } from '@bufbuild/protobuf';
import { newId } from '@aftercare/domain';
import type { CallContext } from '../caller/call-context.js';

/** What the library needs of a TypeORM EntityManager, DataSource or QueryRunner: a query that answers rows. */
export interface Sql {
  query<T>(text: string, values?: unknown[]): Promise<T>;
}

/** A statement for a prepared execution on the transaction's own client. */
export interface PreparedStatement {
  name: string;
  text: string;
  values: unknown[];
}

const INSERT_EVENT = `insert into outbox (id, event_type, payload, request_id, traceparent) values ($1, $2, $3, $4, $5)`;

/** The insert of an event into the outbox, for callers that run prepared statements themselves. */
export function announceStatement<E extends DescMessage>(
  schema: E,
  payload: MessageInitShape<E>,
  ctx: Pick<CallContext, 'requestId' | 'traceparent'>,
): PreparedStatement {
  const body = toJsonString(schema, create(schema, payload), { alwaysEmitImplicit: true });
  return {
    name: 'announce',
    text: INSERT_EVENT,
    values: [newId(), schema.typeName, body, ctx.requestId, ctx.traceparent ?? ''],
  };
}

const INSERT_EVENTS = `
  insert into outbox (id, event_type, payload, request_id, traceparent)
  select id, event_type, payload, request_id, traceparent
  from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[]) with ordinality e(id, event_type, payload, request_id, traceparent, nth) order by nth`;
/** Below this, single prepared inserts that travel together are as fast. */
const TOGETHER_FROM = 50;
const TOGETHER_MAX = 1_000;

/** The statements of many events: an import tells thousands, which are written by the thousand, in their order. */
export function announceTogether(events: PreparedStatement[]): PreparedStatement[] {
  if (events.length < TOGETHER_FROM) return events;
  const statements: PreparedStatement[] = [];
  for (let at = 0; at < events.length; at += TOGETHER_MAX) {
    const some = events.slice(at, at + TOGETHER_MAX);
    statements.push({ name: 'announce_many', text: INSERT_EVENTS, values: [0, 1, 2, 3, 4].map((column) => some.map(({ values }) => values[column])) });
  }
  return statements;
}

/**
 * Tells an event: writes it to the outbox in the caller's transaction, so that it is sent if and only if the
 * transaction commits. The payload holds ids, numbers, states and dates, never personal data.
 */
export async function announce<E extends DescMessage>(
  em: Sql,
  schema: E,
  payload: MessageInitShape<E>,
  ctx: Pick<CallContext, 'requestId' | 'traceparent'>,
): Promise<void> {
  const { text, values } = announceStatement(schema, payload, ctx);
  await em.query(text, values);
}
