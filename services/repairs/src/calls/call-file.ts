import { isDealerRole, isId } from '@aftercare/domain';
import { systemContext, type CallContext } from '@aftercare/messaging';
import type { Database } from '@aftercare/service';

/** The customer file that a call names, and whether the reader sees a file of that id: row-level security shows a dealer its own and its children's. */
export interface NamedFile {
  customerId: string | null;
  seesFile: boolean;
}

/** Of a call by its alias: see NamedFile. */
export const SEES_FILE = (call: string): string => `exists (select from known_customer k where k.id = ${call}.customer_id) as "seesFile"`;

/**
 * C-5, D-9: the file that a call names, for who may see the file; empty for a dealer whom a call reached that was taken for another's
 * customer. The link stays, so that the file's time line and an erasure find the call (C-6). A file that nobody told yet was named by who
 * may see it.
 */
export async function fileSeen(db: Database, { customerId, seesFile }: NamedFile, ctx: CallContext): Promise<string> {
  if (customerId === null || seesFile || !isDealerRole(ctx.role)) return customerId ?? '';
  const told = await db.one<{ id: string }>(systemContext('repairs', ctx), { name: 'file_told', text: 'select id from known_customer where id = $1::uuid', values: [customerId] });
  return told ? '' : customerId;
}

/** The call names a file that the reader is not shown: who corrects what he reads takes no link away that he never saw. */
export async function hidesFile(db: Database, callId: string, ctx: CallContext): Promise<boolean> {
  if (!isDealerRole(ctx.role) || !isId(callId)) return false;
  const call = await db.one<NamedFile>(ctx, { name: 'call_file', text: `select customer_id as "customerId", ${SEES_FILE('c')} from repair_call c where id = $1::uuid`, values: [callId] });
  return call !== null && call.customerId !== null && (await fileSeen(db, call, ctx)) === '';
}
