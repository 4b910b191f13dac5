import { createHash } from 'node:crypto';
import { ServiceError, type CallContext } from '@aftercare/messaging';
import type { Client } from './data-source.js';
import { postgresError } from './postgres-errors.js';

const KEY_MAX_LENGTH = 200;

/** One command under one key: the same user asking the same thing again gets the same answer (X-8). */
export interface IdempotencyClaim {
  userId: string;
  method: string;
  key: string;
  requestHash: string;
}

/** The claim of this command, or null when the caller sent no key. Errors: invalid_argument IDEMPOTENCY_KEY_INVALID. */
export function claimOf(ctx: CallContext, action: string, request: unknown): IdempotencyClaim | null {
  const key = ctx.idempotencyKey;
  if (key === undefined || key === '') return null;
  if (key.length > KEY_MAX_LENGTH) {
    throw new ServiceError('invalid_argument', 'IDEMPOTENCY_KEY_INVALID', `An idempotency key has at most ${KEY_MAX_LENGTH} characters.`);
  }
  return { userId: ctx.userId, method: action, key, requestHash: hashOf(request) };
}

/** SHA-256 of a value as JSON with sorted keys, so that field order does not make another request of it. */
export function hashOf(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex');
}

/** JSON text with sorted keys; bigints as text. */
export function canonicalJson(value: unknown): string {
  if (typeof value === 'bigint') return `"${value}"`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null';
  if (value instanceof Date) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const fields = Object.entries(value)
    .filter(([, field]) => field !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${fields.map(([name, field]) => `${JSON.stringify(name)}:${canonicalJson(field)}`).join(',')}}`;
}

/**
 * Claims the key in the command's own transaction, so that the claim and the effect live or die together. A twin that
 * is still running holds the row: the insert waits for it up to the lock limit. Answers true when the claim is new.
 */
export async function insertClaim(client: Client, claim: IdempotencyClaim): Promise<boolean> {
  const result = await client.query({
    name: 'idempotency_claim',
    text: `insert into idempotency (user_id, method, key, request_hash) values ($1, $2, $3, $4) on conflict do nothing`,
    values: [claim.userId, claim.method, claim.key, claim.requestHash],
  });
  return result.rowCount === 1;
}

/** The stored answer of the earlier twin. Errors: invalid_argument IDEMPOTENCY_KEY_REUSED when its request was another. */
export async function storedAnswer(client: Client, claim: IdempotencyClaim): Promise<object> {
  const answer = await earlierAnswer(client, claim);
  if (answer === null) throw inProgress();
  return answer;
}

/** As storedAnswer; null where no such command was done. */
export async function earlierAnswer(client: Client, claim: IdempotencyClaim): Promise<object | null> {
  const { rows } = await client.query<{ request_hash: string; answer: object | null }>({
    name: 'idempotency_answer',
    text: `select request_hash, answer from idempotency where user_id = $1 and method = $2 and key = $3`,
    values: [claim.userId, claim.method, claim.key],
  });
  const row = rows[0];
  if (!row) return null;
  if (row.request_hash !== claim.requestHash) {
    throw new ServiceError('invalid_argument', 'IDEMPOTENCY_KEY_REUSED', 'This idempotency key was used for another request.');
  }
  return row.answer;
}

/** Writes the answer beside the claim; it carries ids, numbers and states, never personal data. */
export function updateAnswer(client: Client, claim: IdempotencyClaim, answer: object): Promise<unknown> {
  return client.query({
    name: 'idempotency_store',
    text: `update idempotency set answer = $4::json where user_id = $1 and method = $2 and key = $3`,
    values: [claim.userId, claim.method, claim.key, JSON.stringify(answer, bigintAsText)],
  });
}

/** The error of a claim that could not be made in time: its twin is still at work. */
export function claimFailure(error: unknown): unknown {
  return postgresError(error)?.code === '55P03' ? inProgress() : error;
}

function bigintAsText(_name: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}

function inProgress(): ServiceError {
  return new ServiceError('aborted', 'IDEMPOTENCY_IN_PROGRESS', 'The same request is still being handled; try again.', { retryAfterSeconds: 1 });
}
