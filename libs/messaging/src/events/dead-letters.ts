import { isId, newId } from '@aftercare/domain';
import { headers as newHeaders, type MsgHdrs } from '@nats-io/transport-node';
import type { JsMsg } from '@nats-io/jetstream';
import type { EntityManager } from 'typeorm';
import { notFound, ServiceError } from '../errors/service-error.js';
import { HEADER } from '../caller/headers.js';
import { systemContext } from '../caller/call-context.js';
import type { Sql } from './announce.js';
import type { Inbox, RunInTransaction } from './inbox.js';

/** A message that no retry could handle, as OperationsService shows it. */
export interface DeadLetterRow {
  id: string;
  consumer: string;
  subject: string;
  eventId: string;
  error: string;
  attempts: number;
  state: 'open' | 'replayed' | 'discarded';
  createdAt: string;
  closedNote: string;
  /** The body as text, cut at 4 000 characters. */
  payload: string;
}

/** Writes down that a letter is closed, in the transaction that closes it. */
export type Note = (em: EntityManager) => Promise<void>;

const nothing: Note = () => Promise.resolve();

interface StoredLetter {
  state: DeadLetterRow['state'];
  subject: string;
  headers: Record<string, string>;
  body: Buffer;
}

const ERROR_LENGTH_MAX = 2_000;
const PAYLOAD_LENGTH_MAX = 4_000;
const LIMIT_DEFAULT = 50;
const LIMIT_MAX = 200;

const INSERT = `insert into dead_letter (id, consumer, subject, event_id, headers, body, error, attempts)
  values ($1, $2, $3, $4, $5, $6, $7, $8)
  on conflict (consumer, event_id) where event_id is not null
    do update set error = excluded.error, attempts = dead_letter.attempts + excluded.attempts`;

const LIST = `select id, consumer, subject, coalesce(event_id::text, '') as "eventId", error, attempts, state,
    to_char(created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as "createdAt",
    closed_note as "closedNote", substring(body for 16000) as body
  from dead_letter
  where ($1 = '' or state = $1) and ($2 = '' or (created_at, id) < ($2::timestamptz, $3::uuid))
  order by created_at desc, id desc limit $4`;

const CLOSE = `update dead_letter set state = $2, closed_at = now(), closed_note = concat_ws('; ', nullif(closed_note, ''), $3::text) where id = $1`;

/** The dead letters of this service's database: kept, listed, handled again or dropped with a reason. */
export class DeadLetters {
  constructor(
    private readonly service: string,
    private readonly sql: Sql,
    private readonly runInTransaction: RunInTransaction,
    private readonly inbox: Inbox,
  ) {}

  /** Keeps a message that is given up. */
  async keep(letter: { consumer: string; message: JsMsg; error: unknown; attempts: number }): Promise<void> {
    const { consumer, message, error, attempts } = letter;
    const headers = readHeaders(message.headers);
    const eventId = isId(headers[HEADER.eventId]) ? headers[HEADER.eventId] : null;
    const text = storable(describe(error)).slice(0, ERROR_LENGTH_MAX);
    const body = Buffer.from(message.data);
    await this.sql.query(INSERT, [newId(), consumer, message.subject, eventId, JSON.stringify(headers), body, text, attempts]);
  }

  /** Newest first; `state` '' means all. */
  async list(page: { state?: string; limit?: number; cursor?: string }): Promise<{ items: DeadLetterRow[]; nextCursor: string }> {
    const limit = Math.min(page.limit || LIMIT_DEFAULT, LIMIT_MAX);
    const [createdAt, id] = readCursor(page.cursor);
    const rows = await this.sql.query<(DeadLetterRow & { body: Buffer })[]>(LIST, [page.state ?? '', createdAt, id, limit + 1]);
    const items = rows.slice(0, limit).map(({ body, ...row }) => ({
      ...row,
      payload: body.toString('utf8').slice(0, PAYLOAD_LENGTH_MAX),
    }));
    const last = items.at(-1);
    const more = rows.length > limit && last;
    return { items, nextCursor: more ? Buffer.from(`${last.createdAt} ${last.id}`).toString('base64url') : '' };
  }

  /**
   * Lets the listeners act on a dead letter, also one that was discarded and turns out to be missing; a second replay changes nothing. `note` is in the same transaction.
   * Answers the state afterwards. Errors: not_found, REPLAY_FAILED.
   */
  async replay(id: string, by: string, note: Note = nothing): Promise<DeadLetterRow['state']> {
    try {
      return await this.runInTransaction(systemContext(this.service), async (em) => {
        const letter = await this.lock(em, id);
        if (letter.state === 'replayed') return letter.state;
        await this.inbox.applyIn(em, this.read(letter));
        await em.query(CLOSE, [id, 'replayed', `by ${by}`]);
        await note(em);
        return 'replayed' as const;
      });
    } catch (error) {
      if (error instanceof ServiceError && error.reason === 'NOT_FOUND') throw error;
      throw new ServiceError('failed_precondition', 'REPLAY_FAILED', `It failed again: ${describe(error).slice(0, 500)}`);
    }
  }

  /** Drops a dead letter for a reason; `note` is in the same transaction. Errors: not_found, DEAD_LETTER_CLOSED (replayed). */
  async discard(id: string, by: string, reason: string, note: Note = nothing): Promise<DeadLetterRow['state']> {
    return this.runInTransaction(systemContext(this.service), async (em) => {
      const letter = await this.lock(em, id);
      if (letter.state === 'discarded') return letter.state;
      if (letter.state === 'replayed') throw new ServiceError('failed_precondition', 'DEAD_LETTER_CLOSED', 'The dead letter is closed. It was replayed.');
      await em.query(CLOSE, [id, 'discarded', storable(`by ${by}: ${reason}`)]);
      await note(em);
      return 'discarded' as const;
    });
  }

  /** Open dead letters, for the gauge. */
  async openCount(): Promise<number> {
    const [row] = await this.sql.query<{ open: number }[]>(`select count(*)::int as open from dead_letter where state = 'open'`);
    return row.open;
  }

  private async lock(em: EntityManager, id: string): Promise<StoredLetter> {
    if (!isId(id)) throw notFound('dead-letter');
    const [letter] = await em.query<StoredLetter[]>(`select state, subject, headers, body from dead_letter where id = $1 for update`, [id]);
    if (!letter) throw notFound('dead-letter');
    return letter;
  }

  private read(letter: StoredLetter): ReturnType<Inbox['decode']> {
    const headers = newHeaders();
    for (const [name, value] of Object.entries(letter.headers)) headers.set(name, value);
    const eventType = letter.subject.slice(letter.subject.indexOf('evt.') + 'evt.'.length);
    return this.inbox.decode(eventType, headers, letter.body);
  }
}

/** The headers of a message as an object; what cannot be read is left out. */
function readHeaders(headers: MsgHdrs | undefined): Record<string, string> {
  const read: Record<string, string> = {};
  try {
    for (const name of headers?.keys() ?? []) read[storable(name)] = storable(headers?.get(name) ?? '');
  } catch {
    return read;
  }
  return read;
}

function readCursor(cursor = ''): [createdAt: string, id: string | null] {
  if (!cursor) return ['', null];
  const [createdAt, id] = Buffer.from(cursor, 'base64url').toString('utf8').split(' ');
  if (Number.isNaN(Date.parse(createdAt)) || !isId(id)) {
    throw new ServiceError('invalid_argument', 'INVALID_CURSOR', 'This is no cursor of this list.', { field: 'cursor' });
  }
  return [createdAt, id];
}

/** PostgreSQL's text takes every character but NUL. */
function storable(text: string): string {
  return text.replaceAll('\u0000', '\uFFFD');
}

function describe(error: unknown): string {
  if (error instanceof ServiceError) return `${error.code} ${error.reason}: ${error.message}`;
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
