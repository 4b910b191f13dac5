import { Injectable } from '@nestjs/common';
import { NoticeRequestedSchema } from '@aftercare/contracts';
import { isDealerRole, isId, newId } from '@aftercare/domain';
import { callContext, notFound, OnEvents, type CallContext, type Heard } from '@aftercare/messaging';
import { Conditions, Database, listStatement, pageAnswer, pageOf, txOf, type Page, type Statement } from '@aftercare/service';
import type { EntityManager } from 'typeorm';
import { noticeText } from '../texts/texts.js';

/** A notice as its reader sees it, in his language. */
export interface NoticeView {
  id: string;
  kind: string;
  severity: string;
  text: string;
  documentKind: string;
  documentId: string;
  documentNumber: string;
  createdAt: string;
  read: boolean;
}

type NoticeRow = Omit<NoticeView, 'text'> & { params: Record<string, unknown> };

/** Told to the user by name, or to his role at his dealer or at the manufacturer. */
const ADDRESSED = `(recipient_user_id = $1::uuid or (recipient_role = $2 and dealer_id is not distinct from $3::uuid))`;

/** What was told to a user belongs to his dealer. */
const KEEP = `
  insert into notice (id, kind, severity, recipient_role, dealer_id, recipient_user_id, document_kind, document_id, document_number, params, created_at)
  select n.id, n.kind, n.severity, n.role, coalesce(n.dealer, (select dealer_id from app_user where id = n.recipient)), n.recipient,
    n."documentKind", n."documentId", n."documentNumber", n.params, n."createdAt"
  from jsonb_to_recordset($1::jsonb) as n (id uuid, kind text, severity text, role text, dealer uuid, recipient uuid,
    "documentKind" text, "documentId" text, "documentNumber" text, params jsonb, "createdAt" timestamptz)`;

/** In-app notices: asked for by any service, kept by role, dealer or user, read by each user for himself. */
@Injectable()
export class Notices {
  constructor(private readonly database: Database) {}

  @OnEvents(NoticeRequestedSchema)
  async noticesRequested(heard: readonly Heard<typeof NoticeRequestedSchema>[], em: EntityManager): Promise<void> {
    await txOf(em).sql({ name: 'notice_keep', text: KEEP, values: [JSON.stringify(heard.map(rowOf))] });
  }

  /** The caller's notices, newest first. */
  async list(query: { limit?: number; cursor?: string; unread?: boolean }): Promise<{ items: NoticeView[]; nextCursor: string }> {
    const ctx = callContext();
    const page = pageOf(query, { list: 'notices', key: 'instant' });
    const rows = await this.database.many<NoticeRow>(ctx, noticeList(ctx, page, query.unread ?? false));
    const { items, nextCursor } = pageAnswer(rows, page, ({ createdAt }) => createdAt);
    return {
      items: items.map(({ params, ...row }) => ({ ...row, text: noticeText(ctx.locale, row.kind, { ...params, number: row.documentNumber }) })),
      nextCursor,
    };
  }

  /** Marks a notice of the caller as read; again changes nothing. Errors: NOT_FOUND. */
  async markRead(id: string): Promise<{ id: string; read: true }> {
    const ctx = callContext();
    return this.database.command(ctx, async (tx) => {
      const [found] = await tx.sql({ name: 'notice_own', text: `select id from notice where id = $4 and ${ADDRESSED}`, values: [ctx.userId, ctx.role, dealerOf(ctx), id] });
      if (!found) throw notFound('notice');
      await tx.sql({ name: 'notice_mark', text: 'insert into notice_read (notice_id, user_id) values ($1, $2) on conflict do nothing', values: [id, ctx.userId] });
      return { id, read: true as const };
    }, { action: 'notice.read', request: { id } });
  }
}

/**
 * Newest first; keyset (id). What is told by name, by role at the manufacturer and by role at a dealer is read along its own index each:
 * a condition on all at once would be read past everybody else's.
 */
export function noticeList(ctx: Pick<CallContext, 'userId' | 'role' | 'dealerId'>, page: Page, unread: boolean): Statement {
  const dealerId = dealerOf(ctx);
  const where = new Conditions();
  const place = dealerId === null ? 'r.dealer_id is null' : 'r.dealer_id = $3::uuid';
  where.either(dealerId === null ? 's' : 'd', (user, role) => [
    `r.recipient_user_id = ${user}::uuid`, `(r.recipient_role = ${role} and ${place} and r.recipient_user_id is distinct from ${user}::uuid)`,
  ], ctx.userId, ctx.role, ...(dealerId === null ? [] : [dealerId]));
  if (unread) where.add('u', () => 'not exists (select from notice_read d where d.notice_id = r.id and d.user_id = $1::uuid)');
  if (page.after) where.add('after', (id) => `r.id < ${id}::uuid`, page.after.id);
  return listStatement({
    name: 'notices', table: 'notice', order: { by: 'r.id', direction: 'desc', type: 'text' }, where, page: { ...page, after: null },
    columns: `r.id, r.kind, r.severity, r.params, r.document_kind as "documentKind", r.document_id as "documentId", r.document_number as "documentNumber",
      iso(r.created_at) as "createdAt", read.notice_id is not null as read`,
    joins: 'left join notice_read read on read.notice_id = r.id and read.user_id = $1::uuid',
  });
}

function rowOf({ event, meta }: Heard<typeof NoticeRequestedSchema>): object {
  const { kind, severity, documentKind, documentId, documentNumber } = event;
  return {
    id: newId(), kind, severity, documentKind, documentId, documentNumber, createdAt: meta.occurredAt, params: paramsOf(event.params),
    role: event.recipientRole || null, dealer: orNull(event.recipientDealerId), recipient: orNull(event.recipientUserId),
  };
}

const orNull = (id: string): string | null => (isId(id) ? id : null);

function dealerOf(ctx: { role: string; dealerId: string | null }): string | null {
  return isDealerRole(ctx.role) ? ctx.dealerId : null;
}

/** A teller's figures and dates; what is no object is dropped, since a notice without figures still says enough. */
function paramsOf(text: string): object {
  try {
    const params: unknown = JSON.parse(text || '{}');
    return typeof params === 'object' && params !== null && !Array.isArray(params) ? params : {};
  } catch {
    return {};
  }
}
