import type { CallContext } from '@aftercare/messaging';
import type { Database } from './database.js';
import type { Statement } from './statement.js';

/**
 * Figures of the whole network cost the same whoever asks. Those who ask for the same while it is being computed get that answer,
 * so that a crowd costs what one costs; nothing is kept afterwards. Only for statements whose answer does not depend on the caller.
 * `fresh`: who asks while it is being computed waits for the next one with all who ask meanwhile, so that each finds what he wrote before he asked.
 */
export class SharedReads {
  private readonly running = new Map<string, Promise<object[]>>();
  private readonly waiting = new Map<string, Promise<object[]>>();

  constructor(
    private readonly db: Database,
    private readonly options: { fresh?: boolean } = {},
  ) {}

  rows<R extends object>(ctx: CallContext, statement: Statement): Promise<R[]> {
    const key = JSON.stringify([statement.name, statement.values]);
    const running = this.running.get(key);
    if (!running) return this.run(ctx, key, statement) as Promise<R[]>;
    if (!this.options.fresh) return running as Promise<R[]>;
    const next = this.waiting.get(key) ?? this.behind(running, () => this.run(ctx, key, statement), key);
    return next as Promise<R[]>;
  }

  private behind(running: Promise<object[]>, run: () => Promise<object[]>, key: string): Promise<object[]> {
    const next = running.then(() => undefined, () => undefined).then(() => {
      this.waiting.delete(key);
      return run();
    });
    this.waiting.set(key, next);
    return next;
  }

  private run(ctx: CallContext, key: string, statement: Statement): Promise<object[]> {
    const running = this.db.many<object>(ctx, statement).finally(() => {
      if (this.running.get(key) === running) this.running.delete(key);
    });
    this.running.set(key, running);
    return running;
  }
}
