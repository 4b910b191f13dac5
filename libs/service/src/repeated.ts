import { ServiceError, type CallContext } from '@aftercare/messaging';

/**
 * facts that are asked before a command's transaction. A stale version may only mean that the same command, under
 * the same key, was done before: then null, and the command itself answers what it answered, or refuses.
 */
export async function unlessRepeated<T>(ctx: CallContext, ask: () => Promise<T>): Promise<T | null> {
  try {
    return await ask();
  } catch (error) {
    if (ctx.idempotencyKey !== undefined && error instanceof ServiceError && error.reason === 'STALE_VERSION') return null;
    throw error;
  }
}
