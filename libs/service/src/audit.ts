import { createHash, randomUUID } from 'node:crypto';
import type { CallContext } from '@aftercare/messaging';
import { newId } from '@aftercare/domain';
import type { Client } from './data-source.js';
import { canonicalJson } from './idempotency.js';

/** Before and after of one field. */
export interface Change {
  before?: unknown;
  after?: unknown;
}

/** Who did what with which document. The acting user, role and request come from the caller. */
export interface AuditEntryInit {
  /** What was done, in the words of the endpoint, e.g. 'submit'. */
  action: string;
  /** Kind of the document, e.g. 'parts_request'. */
  kind: string;
  /** Id of the document. */
  id: string;
  dealerId?: string | null;
  /** Changed fields with their values; nothing personal. */
  changed?: Record<string, Change>;
  /** Changed personal fields: the entry keeps only their names, the values stand in one erasable table. */
  personal?: Record<string, Change>;
}

/** An entry as it is inserted. */
export interface AuditRow {
  id: string;
  userId: string;
  role: string;
  action: string;
  kind: string;
  documentId: string;
  dealerId: string | null;
  changed: string;
  requestId: string;
  personal: { salt: string; values: string; hash: string } | null;
}

/** The row of an entry; personal values are hashed with a salt, so that the chain proves them without telling them. */
export function auditRow(ctx: CallContext, entry: AuditEntryInit): AuditRow {
  const names = Object.keys(entry.personal ?? {});
  const changed = { ...entry.changed, ...(names.length > 0 ? { personal: names } : {}) };
  return {
    id: newId(),
    userId: ctx.userId,
    role: ctx.role,
    action: entry.action,
    kind: entry.kind,
    documentId: entry.id,
    dealerId: entry.dealerId ?? null,
    changed: JSON.stringify(changed),
    requestId: ctx.requestId,
    personal: names.length > 0 ? personalPart(entry.personal ?? {}) : null,
  };
}

/** The hash that an entry carries for its personal values. */
export function personalHash(salt: string, values: string): string {
  return createHash('sha256').update(`${salt}\n${values}`).digest('hex');
}

/** Inserts entries, unchained: the sealer links them after the commit. Answers the statements on the wire. */
export function insertAudit(client: Client, rows: AuditRow[]): Promise<unknown>[] {
  return rows.flatMap((row) => {
    const { id, userId, role, action, kind, documentId, dealerId, changed, requestId, personal } = row;
    const values = [id, userId, role, action, kind, documentId, dealerId, changed, requestId, personal?.hash ?? null];
    const entry = client.query({ name: 'audit_insert', text: INSERT_ENTRY, values });
    if (personal === null) return [entry];
    return [entry, client.query({ name: 'audit_insert_personal', text: INSERT_PERSONAL, values: [id, personal.salt, personal.values] })];
  });
}

function personalPart(values: Record<string, Change>): { salt: string; values: string; hash: string } {
  const salt = randomUUID();
  const text = canonicalJson(values);
  return { salt, values: text, hash: personalHash(salt, text) };
}

// One row at a time in one packet: unnesting ten arrays takes longer than the insert. No RETURNING: a dealer's user may
// write entries but not read them.
const INSERT_ENTRY = `
  with entry as (
    insert into audit_entry (id, user_id, role, action, kind, document_id, dealer_id, changed, request_id, personal_hash)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10))
  insert into audit_pending (entry_id) values ($1)`;

const INSERT_PERSONAL = `insert into audit_personal (entry_id, salt, personal_values) values ($1, $2, $3)`;
