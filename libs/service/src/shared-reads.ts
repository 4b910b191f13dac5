import type { CallContext } from '@aftercare/messaging';
import type { Database } from './database.js';
import type { Statement } from './statement.js';

/**
 * Figures of the whole network cost the same whoever asks. Those who ask for the same while it is being computed get that answer,
 * so that a crowd costs what one costs; nothing is kept afterwards. Only for statements whose answer does not depend on the caller.
 */
export class SharedReads {
  private readonly running = new Map<string, Promise<object[]>>();

  constructor(private readonly db: Database) {}

  rows<R extends object>(ctx: CallContext, statement: Statement): Promise<R[]> {
    const key = JSON.stringify([statement.name, statement.values]);
    const running = this.running.get(key) ?? this.run(ctx, key, statement);
    return running as Promise<R[]>;
  }

  private run(ctx: CallContext, key: string, statement: Statement): Promise<object[]> {
    const running = this.db.many<object>(ctx, statement).finally(() => this.running.delete(key));
    this.running.set(key, running);
    return running;
  }
}
