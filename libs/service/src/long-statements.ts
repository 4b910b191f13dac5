import type { CallContext } from '@aftercare/messaging';
import type { Tx } from './tx.js';

const LIMIT_MS_MIN = 1_000;

/** Lets the statements of this transaction take that long; unless told, as long as its caller waits. */
export async function allowLongStatements(tx: Tx, limitMs = leftOf(tx.ctx)): Promise<void> {
  await tx.sql({ name: 'long_statements', text: `select set_config('statement_timeout', $1, true)`, values: [String(Math.max(LIMIT_MS_MIN, Math.floor(limitMs)))] });
}

/** Has the statements of this transaction planned for their values each time: where few rows and many are asked for alike, a plan for any is a plan for few. */
export async function planEachTime(tx: Tx): Promise<void> {
  await tx.sql({ name: 'plan_each_time', text: `select set_config('plan_cache_mode', 'force_custom_plan', true)`, values: [] });
}

/** Has what follows in this transaction read an index in its order up to a limit: a plan for a key of few rows would collect them all and sort, also the thousands of one that many share. */
export async function walkInOrder(tx: Tx): Promise<void> {
  await tx.sql({ name: 'walk_in_order', text: `select set_config('enable_bitmapscan', 'off', true)`, values: [] });
}

const leftOf = ({ deadlineAtMs }: Pick<CallContext, 'deadlineAtMs'>): number => deadlineAtMs - Date.now();
