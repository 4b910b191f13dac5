import { ServiceError, type CallContext } from '@aftercare/messaging';
import type { Client } from './data-source.js';
import { databaseError, isConnectionLost, postgresError } from './postgres-errors.js';
import { scopeSettings } from './scope.js';
import type { Statement } from './statement.js';

/** A statement that reads many documents by their ids: `id = any($1::uuid[])`, answering the column `id`. */
export interface ByIdStatement {
  name: string;
  text: string;
  /** What follows the ids, from $2 on. */
  values: unknown[];
}

interface Reading {
  ctx: CallContext;
  scope: string;
  statement: Statement;
  /** Set where the statement takes ids as its first value: it may be shared by several. */
  id?: string;
  resolve: (rows: object[]) => void;
  reject: (error: unknown) => void;
}

/** One execution of a statement and those who wait for it. */
interface Asked {
  scope: string;
  statement: Statement;
  readings: Reading[];
}

const SCOPE = { name: 'read_scope', text: `select set_config('app.dealers', $1, true), set_config('app.own_dealer', $2, true)` };
const SCOPE_PLAN_EACH_TIME = { name: 'read_scope_plan_each_time', text: `${SCOPE.text}, set_config('plan_cache_mode', 'force_custom_plan', true)` };
const SCOPE_ONE_PLAN = { name: 'read_scope_one_plan', text: `${SCOPE.text}, set_config('plan_cache_mode', 'force_generic_plan', true)` };
/** Statements in one transaction: one that is slow keeps only so many of its own kind waiting. */
const TOGETHER_MAX = 4;
const IDS_MAX = 64;
/** A statement behind one that failed: the transaction takes nothing more, or its name was to be prepared by that one. */
const BEHIND_A_FAILURE = ['25P02', '26000'];
/** SQLSTATE class of values that are none: one caller's id must not fail the others' reads. */
const WRONG_VALUE = '22';

/**
 * The reads that one turn of the event loop brings: statements of a kind share a transaction, each under its own
 * caller's tenancy, and documents of a kind read by id under one tenancy share a statement. Alone, a read waits for
 * nothing but the end of the turn it was asked in.
 */
export class ReadTurn {
  private waiting: Reading[] = [];

  constructor(private readonly connect: () => Promise<Client>) {}

  /** The rows of a prepared statement. */
  rows<R extends object>(ctx: CallContext, statement: Statement): Promise<R[]> {
    return this.ask<R>(ctx, statement);
  }

  /** The row with this id, or none. Those who ask for the same one get the same object: read it, do not change it. */
  byId<R extends { id: string }>(ctx: CallContext, { name, text, values }: ByIdStatement, id: string): Promise<R[]> {
    return this.ask<R>(ctx, { name, text, values: [[id], ...values] }, id);
  }

  private ask<R extends object>(ctx: CallContext, statement: Statement, id?: string): Promise<R[]> {
    return new Promise((resolve, reject) => {
      const { dealers, ownDealer } = scopeSettings(ctx);
      const scope = `${dealers} ${ownDealer}`;
      this.waiting.push({ ctx, scope, statement, id, resolve: resolve as Reading['resolve'], reject });
      if (this.waiting.length === 1) setImmediate(() => this.end());
    });
  }

  private end(): void {
    const readings = this.waiting;
    this.waiting = [];
    for (const kind of groupedBy(readings, kindOf)) {
      const asked = groupedBy(kind, ({ scope }) => scope).flatMap(shared);
      for (let from = 0; from < asked.length; from += TOGETHER_MAX) void this.run(asked.slice(from, from + TOGETHER_MAX));
    }
  }

  private async run(together: Asked[]): Promise<void> {
    let client: Client;
    try {
      client = await this.connect();
    } catch (error) {
      for (const { readings } of together) rejectAll(readings, error);
      return;
    }
    const live = together.map(withoutLate).filter(({ readings }) => readings.length > 0);
    if (live.length === 0) {
      client.release();
      return;
    }
    const answers = await Promise.allSettled(send(client, live));
    const failure = answers.find((answer) => answer.status === 'rejected');
    client.release(failure !== undefined && isConnectionLost(failure.reason));
    // BEGIN and COMMIT stand around what was asked; a transaction that could not begin or end answers nobody.
    const [begun, ...rest] = answers;
    const ended = rest.pop();
    const broken = [begun, ended].find((answer) => answer?.status === 'rejected');
    rest.forEach((answer, index) => this.deliver(live[index], broken ?? answer, live.length));
  }

  private deliver(asked: Asked, answer: PromiseSettledResult<unknown>, together: number): void {
    const { readings } = asked;
    if (answer.status === 'fulfilled') {
      const { rows } = answer.value as { rows: { id?: string }[] };
      for (const { id, resolve } of readings) resolve(id === undefined ? rows : rows.filter((row) => row.id === id));
    } else if (mayBeAnothersFault(answer.reason, readings.length, together)) {
      for (const reading of readings) void this.run([alone(reading)]);
    } else {
      rejectAll(readings, databaseError(answer.reason));
    }
  }
}

/** Only readings that differ in nothing but id and tenancy are of one kind. */
function kindOf({ statement, id }: Reading): string {
  return id === undefined ? statement.name : `${statement.name} ${JSON.stringify(statement.values.slice(1))}`;
}

/** BEGIN, the statements with the tenancy of each, COMMIT; what is answered leaves the tenancy out. */
function send(client: Client, together: Asked[]): Promise<unknown>[] {
  const sent: Promise<unknown>[] = [client.query('BEGIN READ ONLY')];
  let scope: string | undefined;
  for (const asked of together) {
    const { onePlan, planEachTime, ...statement } = asked.statement;
    const setting = onePlan ? SCOPE_ONE_PLAN : planEachTime ? SCOPE_PLAN_EACH_TIME : SCOPE;
    const scoped = asked.scope === scope ? undefined : client.query({ ...setting, values: asked.scope.split(' ') });
    const answer = client.query(statement);
    scope = asked.scope;
    // A tenancy that could not be set fails its statement; listening to both leaves no rejection unheard.
    sent.push(scoped ? Promise.all([answer, scoped]).then(([rows]) => rows) : answer);
  }
  sent.push(client.query('COMMIT'));
  return sent;
}

/** One execution for all that read by id; each of the others is its own. */
function shared(readings: Reading[]): Asked[] {
  if (readings[0].id === undefined) return readings.map(alone);
  const executions: Asked[] = [];
  for (let from = 0; from < readings.length; from += IDS_MAX) {
    executions.push(execution(readings.slice(from, from + IDS_MAX)));
  }
  return executions;
}

function execution(readings: Reading[]): Asked {
  const [{ scope, statement }] = readings;
  const ids = [...new Set(readings.map(({ id }) => id))];
  return { scope, readings, statement: { ...statement, values: [ids, ...statement.values.slice(1)] } };
}

function alone(reading: Reading): Asked {
  return { scope: reading.scope, statement: reading.statement, readings: [reading] };
}

/** Who waited for a connection longer than the caller waits for an answer would read for nobody. */
function withoutLate(asked: Asked): Asked {
  const late = asked.readings.filter(({ ctx }) => isTooLate(ctx));
  if (late.length === 0) return asked;
  rejectAll(late, tooLate());
  return { ...asked, readings: asked.readings.filter((reading) => !late.includes(reading)) };
}

/**
 * A statement fails with its own fault, or with that of another before it or within it: then it is asked again alone.
 * One that had to wait too long is not: asking again, for each alone, would make an overload worse.
 */
function mayBeAnothersFault(error: unknown, sharing: number, together: number): boolean {
  const code = postgresError(error)?.code ?? '';
  return (together > 1 && BEHIND_A_FAILURE.includes(code)) || (sharing > 1 && code.startsWith(WRONG_VALUE));
}

function rejectAll(readings: Reading[], error: unknown): void {
  for (const { reject } of readings) reject(error);
}

function groupedBy<T>(items: T[], keyOf: (item: T) => string): T[][] {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return [...groups.values()];
}

export function isTooLate(ctx: CallContext): boolean {
  return ctx.role !== 'system' && Date.now() > ctx.deadlineAtMs;
}

export function tooLate(): ServiceError {
  return new ServiceError('deadline_exceeded', 'NO_TIME_LEFT', 'The caller no longer waits for this.');
}
