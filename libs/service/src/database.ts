import { Injectable } from '@nestjs/common';
import { ServiceError, type CallContext } from '@aftercare/messaging';
import type { DataSource, QueryRunner } from 'typeorm';
import { LOCK_TIMEOUT_MS, poolOf, type Client } from './data-source.js';
import { claimFailure, claimOf, earlierAnswer, insertClaim, storedAnswer, updateAnswer, type IdempotencyClaim } from './idempotency.js';
import { databaseError, isConnectionLost, isLockTimeout, isRetryable } from './postgres-errors.js';
import { isTooLate, ReadTurn, tooLate, type ByIdStatement } from './read-turn.js';
import { scopeSettings } from './scope.js';
import type { Statement } from './statement.js';
import { OpenTx, rememberTx, type Tx } from './tx.js';

const MAX_ATTEMPTS = 5;
const RETRY_STEP_MS = 20;
/** What a caller must still have left for a lock that is waited for once more: the wait, and time for the work. */
const PATIENCE_MIN_MS = LOCK_TIMEOUT_MS + 500;

const SETTINGS = {
  name: 'tx_settings',
  text: `select set_config('app.dealers', $1, true), set_config('app.own_dealer', $2, true), business_now() as now`,
};

/** What distinguishes a command from another one with the same Idempotency-Key, and what it begins with. */
export interface CommandOptions<F = undefined> {
  /** The request as it came: the same key with another request is refused. */
  request?: unknown;
  /** Name of the command when one rpc runs several under one key; the rpc's own name otherwise. */
  action?: string;
  /** Reads and locks that wait for nothing but the transaction: sent with its beginning, which spares a round trip. What it finds is handed to the work. */
  alongside?: (tx: Tx) => Promise<F>;
}

interface Opened<F = unknown> {
  runner: QueryRunner;
  client: Client;
  tx: OpenTx;
  claimed: boolean;
  /** What `alongside` found, or how it failed: for nobody where the command was done before. */
  found: PromiseSettledResult<F | undefined>;
}

interface Attempt<T, F> {
  work: (tx: Tx, found: F) => Promise<T>;
  claim: IdempotencyClaim | null;
  alongside: ((tx: Tx) => Promise<F>) | undefined;
}

/**
 * The service's database. Each method is one transaction under the caller's tenancy: row-level security reads the
 * settings that are sent together with BEGIN.
 */
@Injectable()
export class Database {
  /** Called after a commit that wrote events or deadlines, to send them without waiting for the next poll. */
  onTold: () => void = () => undefined;

  private readonly reads = new ReadTurn(() => this.connect());

  constructor(readonly dataSource: DataSource) {}

  /**
   * Runs a change as one local transaction: idempotency row, business rows, audit and events commit or vanish together.
   * With an Idempotency-Key the same request answers the stored answer and changes nothing. Contention is retried at
   * most 5 times, a queue for a lock once more while the caller has time for it, so `work` must only touch the transaction. THE ANSWER CARRIES NO PERSONAL DATA: it is stored.
   * Errors: IDEMPOTENCY_KEY_REUSED, IDEMPOTENCY_IN_PROGRESS, unavailable LOCK_TIMEOUT, STATEMENT_TIMEOUT,
   * DATABASE_UNAVAILABLE, and what `work` throws.
   */
  async command<T extends object, F = undefined>(ctx: CallContext, work: (tx: Tx, found: F) => Promise<T>, options: CommandOptions<F> = {}): Promise<T> {
    const claim = claimOf(ctx, options.action ?? ctx.method ?? '', options.request);
    for (let [attempt, waited] = [1, false]; ; attempt += 1) {
      try {
        return await this.attempt(ctx, { work, claim, alongside: options.alongside });
      } catch (error) {
        const waitsAgain = !waited && isLockTimeout(error) && ctx.deadlineAtMs - Date.now() >= PATIENCE_MIN_MS;
        if (!(isRetryable(error) || waitsAgain) || attempt === MAX_ATTEMPTS) throw databaseError(error);
        waited ||= waitsAgain;
        await pause(attempt);
      }
    }
  }

  /**
   * What this command answered before under its key, null where it was not done: for work outside of its transaction that a
   * repetition need not do again. Two at once both find nothing; `command` answers the second what the first did. Errors: IDEMPOTENCY_KEY_REUSED.
   */
  async answered<T extends object>(ctx: CallContext, options: CommandOptions): Promise<T | null> {
    const claim = claimOf(ctx, options.action ?? ctx.method ?? '', options.request);
    return claim === null ? null : this.reading(ctx, async ({ client }) => (await earlierAnswer(client, claim)) as T | null);
  }

  /** Runs reads as one read-only transaction under the caller's tenancy; all see one moment, so a version belongs to what is read beside it. */
  read<T>(ctx: CallContext, work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.reading(ctx, ({ tx }) => work(tx));
  }

  private async reading<T>(ctx: CallContext, work: (opened: Opened) => Promise<T>): Promise<T> {
    const opened = await this.open(ctx, 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY', null);
    try {
      const answer = await work(opened);
      await opened.client.query('COMMIT');
      await this.close(opened);
      return answer;
    } catch (error) {
      await this.abandon(opened, error);
      throw databaseError(error);
    }
  }

  /** The first row of a prepared statement or null. */
  async one<R extends object>(ctx: CallContext, statement: Statement): Promise<R | null> {
    const rows = await this.reads.rows<R>(ctx, statement);
    return rows[0] ?? null;
  }

  /** The rows of a prepared statement, in one round trip under the caller's tenancy; reads of one turn share it. */
  many<R extends object>(ctx: CallContext, statement: Statement): Promise<R[]> {
    return this.reads.rows<R>(ctx, statement);
  }

  /** The document with this id or null, not to be changed; those that one turn asks for under one tenancy come by one execution. */
  async byId<R extends { id: string }>(ctx: CallContext, statement: ByIdStatement, id: string): Promise<R | null> {
    const rows = await this.reads.byId<R>(ctx, statement, id);
    return rows[0] ?? null;
  }

  private async connect(): Promise<Client> {
    try {
      return await poolOf(this.dataSource).connect();
    } catch (error) {
      throw databaseError(error);
    }
  }

  private async attempt<T extends object, F>(ctx: CallContext, { work, claim, alongside }: Attempt<T, F>): Promise<T> {
    const opened = await this.open(ctx, 'BEGIN', claim, alongside);
    try {
      if (claim !== null && !opened.claimed) return (await this.repeated(opened, claim)) as T;
      if (opened.found.status === 'rejected') throw opened.found.reason;
      const answer = await work(opened.tx, opened.found.value as F);
      await this.commit(opened, claim, answer);
      await this.close(opened);
      if (opened.tx.wakes) this.onTold();
      return answer;
    } catch (error) {
      await this.abandon(opened, error);
      throw error;
    }
  }

  /** What the command answered before; nothing of this time stays. */
  private async repeated(opened: Opened, claim: IdempotencyClaim): Promise<object> {
    await opened.client.query('ROLLBACK');
    try {
      const stored = await storedAnswer(opened.client, claim);
      await this.close(opened);
      return stored;
    } catch (error) {
      // Nothing is left to roll back.
      if (!isConnectionLost(error)) await this.close(opened);
      throw error;
    }
  }

  /** BEGIN, the tenancy settings, the idempotency claim and what is asked for alongside in one round trip. */
  private async open<F = undefined>(ctx: CallContext, begin: string, claim: IdempotencyClaim | null, alongside?: (tx: Tx) => Promise<F>): Promise<Opened<F>> {
    const runner = this.dataSource.createQueryRunner('master');
    try {
      const client = (await runner.connect()) as Client;
      if (isTooLate(ctx)) throw tooLate();
      const { dealers, ownDealer } = scopeSettings(ctx);
      const began = client.query(begin);
      const now = client.query<{ now: string }>({ ...SETTINGS, values: [dealers, ownDealer] }).then(({ rows }) => rows[0].now);
      const claiming = claim === null ? Promise.resolve(true) : insertClaim(client, claim).catch((error: unknown) => Promise.reject(claimFailure(error)));
      const tx = new OpenTx({ em: runner.manager, client, ctx, now });
      markInTransaction(runner);
      rememberTx(tx);
      const [begun, found] = await Promise.allSettled([settleAll([began, now, claiming] as const), alongside?.(tx)]);
      if (begun.status === 'rejected') throw begun.reason;
      return { runner, client, tx, claimed: begun.value[2], found };
    } catch (error) {
      await rollback(runner, error);
      throw databaseError(error);
    }
  }

  /** Kept rows, the stored answer and COMMIT in one round trip; a failed one turns the COMMIT into a rollback. */
  private async commit(opened: Opened, claim: IdempotencyClaim | null, answer: object): Promise<void> {
    const { client, tx } = opened;
    const sent = [...tx.flush(), ...(claim === null ? [] : [updateAnswer(client, claim, answer)]), client.query('COMMIT')];
    const last = (await settleAll(sent)).at(-1) as { command: string };
    if (last.command !== 'COMMIT') {
      throw new ServiceError('internal', 'TRANSACTION_ABORTED', 'A statement failed earlier in this transaction and its error was swallowed.');
    }
  }

  private async close(opened: Opened): Promise<void> {
    markFinished(opened.runner);
    await opened.runner.release();
  }

  private async abandon(opened: Opened, error: unknown): Promise<void> {
    await rollback(opened.runner, error);
  }
}

/** Waits for every statement of a pipeline, so that none is left on the wire, then throws the first failure. */
async function settleAll<T extends readonly Promise<unknown>[]>(statements: T): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  const results: PromiseSettledResult<unknown>[] = await Promise.allSettled<unknown>(statements);
  return results.map((result) => {
    if (result.status === 'rejected') throw result.reason;
    return result.value;
  }) as { -readonly [K in keyof T]: Awaited<T[K]> };
}

interface RunnerState {
  isTransactionActive: boolean;
  transactionDepth: number;
}

/** TypeORM must know of the transaction, else save() would begin and commit one of its own. */
function markInTransaction(runner: QueryRunner): void {
  Object.assign(runner as unknown as RunnerState, { isTransactionActive: true, transactionDepth: 1 });
}

function markFinished(runner: QueryRunner): void {
  Object.assign(runner as unknown as RunnerState, { isTransactionActive: false, transactionDepth: 0 });
}

interface ReleasesPostgres {
  releasePostgresConnection(error?: unknown): Promise<void>;
}

/** Ends the transaction and gives the client back; one whose connection is gone or unclear is thrown away. */
async function rollback(runner: QueryRunner, cause: unknown): Promise<void> {
  markFinished(runner);
  if (runner.isReleased) return;
  let broken: unknown = isConnectionLost(cause) ? cause : undefined;
  if (broken === undefined) {
    try {
      const client = (await runner.connect()) as Client;
      await client.query('ROLLBACK');
    } catch (error) {
      broken = error;
    }
  }
  await (runner as unknown as ReleasesPostgres).releasePostgresConnection(broken);
}

/** Waits a growing, scattered moment, so that two transactions do not meet again at once. */
function pause(attempt: number): Promise<void> {
  const delay = RETRY_STEP_MS * attempt * (0.5 + Math.random());
  return new Promise((resolve) => setTimeout(resolve, delay));
}
