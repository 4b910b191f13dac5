import { codeKey } from '@aftercare/domain';
import type { Tx } from './tx.js';

/** Two who take a code at once, however it is spelled, come one after the other: who comes second looks when the first has it. */
export async function holdCode(tx: Tx, kind: string, code: string): Promise<void> {
  await tx.sql({ name: 'code_hold', text: 'select pg_advisory_xact_lock(hashtextextended($1, 0))', values: [`${kind} ${codeKey(code)}`] });
}
