import type { CallContext } from '@aftercare/messaging';
import type { Database } from './database.js';
import type { Statement } from './statement.js';

/** A reading, and the caller it is made for: with as much time as the most patient of all who wait for it. */
interface Reading {
  ctx: CallContext;
  rows: Promise<object[]>;
}

/**
 * Figures of the whole network cost the same whoever asks. Those who ask for the same while it is being computed get that answer,
 * so that a crowd costs what one costs; nothing is kept afterwards. Only for statements whose answer does not depend on the caller,
 * or on nothing of him but the dealers he may see where these are among the statement's values.
 * `fresh`: who asks while it is being computed waits for the next one with all who ask meanwhile, so that each finds what he wrote before he asked.
 */
export class SharedReads {
  private readonly running = new Map<string, Reading>();
  private readonly waiting = new Map<string, Reading>();

  constructor(
    private readonly db: Database,
    private readonly options: { fresh?: boolean } = {},
  ) {}

  rows<R extends object>(ctx: CallContext, statement: Statement): Promise<R[]> {
    const key = JSON.stringify([statement.name, statement.values]);
    const running = this.running.get(key);
    if (!running) return this.run({ ...ctx }, key, statement) as Promise<R[]>;
    if (!this.options.fresh) return joined(running, ctx) as Promise<R[]>;
    const next = this.waiting.get(key);
    return (next ? joined(next, ctx) : this.behind(running, { ...ctx }, { key, statement })) as Promise<R[]>;
  }

  private behind(running: Reading, ctx: CallContext, { key, statement }: { key: string; statement: Statement }): Promise<object[]> {
    const rows = running.rows.then(() => undefined, () => undefined).then(() => {
      this.waiting.delete(key);
      return this.run(ctx, key, statement);
    });
    this.waiting.set(key, { ctx, rows });
    return rows;
  }

  private run(ctx: CallContext, key: string, statement: Statement): Promise<object[]> {
    const rows = this.db.many<object>(ctx, statement).finally(() => {
      if (this.running.get(key)?.rows === rows) this.running.delete(key);
    });
    this.running.set(key, { ctx, rows });
    return rows;
  }
}

/** Who joins a reading may have more time for it than who asked first. */
function joined({ ctx, rows }: Reading, { deadlineAtMs }: CallContext): Promise<object[]> {
  ctx.deadlineAtMs = Math.max(ctx.deadlineAtMs, deadlineAtMs);
  return rows;
}
