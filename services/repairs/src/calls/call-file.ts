import { isDealerRole } from '@aftercare/domain';
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
