import { Controller } from '@nestjs/common';
import {
  eventMap,
  OperationsService,
  type DiscardDeadLetterRequest,
  type GetBacklogRequest,
  type ListAuditRequest,
  type ListDeadLettersRequest,
  type ListEventsRequest,
  type MissingEventsRequest,
  type ReplayDeadLetterRequest,
  type VerifyAuditRequest,
} from '@aftercare/contracts';
import { isId } from '@aftercare/domain';
import { invalidField, keptEvents, permissionDenied, Rpc, ServiceError, type CallContext, type CallerRole, type Handlers } from '@aftercare/messaging';
import type { EntityManager } from 'typeorm';
import { verifyAudit } from '../audit-verify.js';
import { Database } from '../database.js';
import { pageAnswer, pageOf } from '../page.js';
import { Runtime } from '../runtime.js';
import { AuditSealer } from '../sealer.js';
import { txOf } from '../tx.js';
import { backlogOf } from './backlog.js';

const READERS: readonly CallerRole[] = ['admin', 'auditor'];
const KEEPERS: readonly CallerRole[] = ['admin'];
const REASON_MAX = 500;
/** Leaves time for the page under way and the way back: who asks waits 4.5 s. */
const VERIFY_BUDGET_MS = 1_500;

interface AuditRecord {
  id: string;
  at: string;
  user_id: string;
  role: string;
  action: string;
  kind: string;
  document_id: string;
  dealer_id: string | null;
  changed: object;
  request_id: string;
  sequence: string | null;
}

/** OperationsService of this process: dead letters for the admin, the audit trail for admin and auditor. */
@Controller()
export class OperationsHandlers implements Handlers<typeof OperationsService> {
  constructor(
    private readonly database: Database,
    private readonly sealer: AuditSealer,
    private readonly runtime: Runtime,
  ) {}

  @Rpc(OperationsService.method.missingEvents)
  async missingEvents(request: MissingEventsRequest, ctx: CallContext) {
    allow(ctx, ['system']);
    return { missingIds: await this.runtime.messaging.inbox.missing(request.eventType, request.eventIds) };
  }

  @Rpc(OperationsService.method.listEvents)
  async listEvents(request: ListEventsRequest, ctx: CallContext) {
    allow(ctx, ['system']);
    const strange = request.eventTypes.find((name) => !listenersOf(name).includes(ctx.issuer));
    if (strange !== undefined) throw new ServiceError('failed_precondition', 'NOT_A_LISTENER', `${ctx.issuer} does not listen to ${strange}.`);
    if (request.after !== '' && !isId(request.after)) throw invalidField('after', 'This is no position of this list.');
    return keptEvents(this.database.dataSource, request);
  }

  @Rpc(OperationsService.method.listDeadLetters)
  async listDeadLetters(request: ListDeadLettersRequest, ctx: CallContext) {
    allow(ctx, READERS);
    if (!['', 'open', 'replayed', 'discarded'].includes(request.state)) throw invalidField('state', 'A dead letter is open, replayed or discarded.');
    const { limit } = pageOf({ limit: request.limit }, { list: 'dead-letters' });
    return this.runtime.messaging.deadLetters.list({ state: request.state, limit, cursor: request.cursor });
  }

  @Rpc(OperationsService.method.replayDeadLetter)
  async replayDeadLetter(request: ReplayDeadLetterRequest, ctx: CallContext) {
    allow(ctx, KEEPERS);
    const state = await this.runtime.messaging.deadLetters.replay(request.id, ctx.userId, noted(ctx, 'replay', request.id));
    return { state };
  }

  @Rpc(OperationsService.method.discardDeadLetter)
  async discardDeadLetter(request: DiscardDeadLetterRequest, ctx: CallContext) {
    allow(ctx, KEEPERS);
    const reason = request.reason.trim();
    if (reason === '' || reason.length > REASON_MAX) throw invalidField('reason', `Say why, in 1 to ${REASON_MAX} characters.`);
    const state = await this.runtime.messaging.deadLetters.discard(request.id, ctx.userId, reason, noted(ctx, 'discard', request.id));
    return { state };
  }

  @Rpc(OperationsService.method.listAudit)
  async listAudit(request: ListAuditRequest, ctx: CallContext) {
    allow(ctx, READERS);
    const page = pageOf(request, { list: 'audit', key: 'instant' });
    const rows = await this.database.many<AuditRecord>(ctx, {
      name: 'audit_list',
      text: LIST_AUDIT,
      values: [request.documentId, page.after?.id ?? null, page.limit + 1],
    });
    const { items, nextCursor } = pageAnswer(rows, page, (row) => row.at);
    return { items: items.map(auditMessage), nextCursor };
  }

  @Rpc(OperationsService.method.getBacklog)
  async getBacklog({ until, eventTypes }: GetBacklogRequest, ctx: CallContext) {
    allow(ctx, ['system']);
    if (until !== '' && Number.isNaN(Date.parse(until))) throw invalidField('until', 'An instant is written in ISO 8601.');
    return backlogOf(this.database, ctx, { until, eventTypes });
  }

  @Rpc(OperationsService.method.verifyAudit)
  async verifyAudit({ after }: VerifyAuditRequest, ctx: CallContext) {
    allow(ctx, READERS);
    if (after < 0) throw invalidField('after', 'This is no entry of the chain.');
    if (after === 0) await this.sealer.seal();
    return verifyAudit(this.database.dataSource, this.sealer.anchorFile, { after, budgetMs: VERIFY_BUDGET_MS });
  }
}

/** Enters for the caller, in the transaction that closes a dead letter, that he closed it. */
function noted(ctx: CallContext, action: string, id: string): (em: EntityManager) => Promise<void> {
  return (em) => txOf(em).audit({ action, kind: 'dead_letter', id }, ctx);
}

/** The routes of the contracts, read as data. */
function listenersOf(eventType: string): readonly string[] {
  return Object.entries(eventMap).find(([name]) => name === eventType)?.[1].listeners ?? [];
}

function allow(ctx: CallContext, roles: readonly CallerRole[]): void {
  if (!roles.includes(ctx.role)) throw permissionDenied('ROLE_NOT_ALLOWED', `${ctx.role} may not do this.`);
}

function auditMessage(row: AuditRecord) {
  return {
    id: row.id,
    at: row.at,
    userId: row.user_id,
    role: row.role,
    action: row.action,
    kind: row.kind,
    documentId: row.document_id,
    dealerId: row.dealer_id ?? '',
    changed: JSON.stringify(row.changed),
    sequence: Number(row.sequence ?? 0),
    requestId: row.request_id,
  };
}

const LIST_AUDIT = `
  select e.id, e.at, e.user_id, e.role, e.action, e.kind, e.document_id, e.dealer_id, e.changed, e.request_id, s.sequence
  from audit_entry e left join audit_seal s on s.entry_id = e.id
  where ($1 = '' or e.document_id = $1) and ($2::uuid is null or e.id < $2)
  order by e.id desc limit $3`;
