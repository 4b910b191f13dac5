import { Controller } from '@nestjs/common';
import { CallService, type ExportCallsRequest } from '@aftercare/contracts';
import { isId, requireRole, type Role } from '@aftercare/domain';
import { notFound, Rpc, systemContext, type CallContext, type Handlers } from '@aftercare/messaging';
import { Database, pageAnswer, pageOf, refuseTerminated } from '@aftercare/service';
import { CALL_KIND } from './call-change.js';
import { callsOfCustomer, formerValuesOf, type CallExportRow } from './call-export.js';
import { requireReason } from './call.rules.js';
import { namedFiles, reasonKept } from './erasure.rules.js';

type CallExporting = Pick<Handlers<typeof CallService>, 'exportCalls'>;

/** Who may anonymise, and the dealer's manager for his own customers. */
const EXPORTERS: readonly Role[] = ['admin', 'service_supervisor', 'dealer_manager'];
const CALLS_A_PAGE = 20;

/** C-5: what is kept of a customer's calls, for the person it is about. */
@Controller()
export class CallExportHandlers implements CallExporting {
  constructor(private readonly db: Database) {}

  /** The log entries are committed before anything is answered, and nothing of the answer is stored. Errors as documented at the rpc. */
  @Rpc(CallService.method.exportCalls)
  async exportCalls(request: ExportCallsRequest, ctx: CallContext): ReturnType<CallExporting['exportCalls']> {
    requireRole(ctx.role, EXPORTERS, 'export');
    const reason = requireReason(request.reason);
    if (!isId(request.customerId)) throw notFound('customer');
    const page = pageOf({ ...request.page, limit: request.page?.limit || CALLS_A_PAGE }, { list: 'call-export', key: 'instant' });
    const rows = await this.db.many<CallExportRow>(ctx, callsOfCustomer(request.customerId, ctx, page));
    const { items, nextCursor } = pageAnswer(rows, page, ({ key }) => key);
    await this.log(ctx, items, reason);
    const former = await this.formerValues(ctx, items.map(({ id }) => id));
    return {
      items: items.map(({ id, number, content }) => ({
        callId: id, number, content: JSON.stringify({ ...content, formerValues: former.get(id) ?? [] }), attachments: namedFiles(content),
      })),
      nextCursor,
    };
  }

  private async log(ctx: CallContext, calls: CallExportRow[], reason: string): Promise<void> {
    await this.db.command({ ...ctx, idempotencyKey: undefined }, async (tx) => {
      await refuseTerminated(tx);
      for (const call of calls) {
        await tx.audit({ action: 'export', kind: CALL_KIND, id: call.id, dealerId: call.dealerId, personal: reasonKept(call, reason) });
      }
      return {};
    });
  }

  private async formerValues(ctx: CallContext, callIds: string[]): Promise<Map<string, unknown>> {
    const rows = await this.db.many<{ id: string; values: unknown }>(systemContext('repairs', ctx), formerValuesOf(callIds));
    return new Map(rows.map(({ id, values }) => [id, values]));
  }
}
