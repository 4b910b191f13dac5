import { Controller } from '@nestjs/common';
import { CallService, type GetCallFactsRequest, type GetCallRequest, type ListCallsRequest, type RevealCallRequest } from '@aftercare/contracts';
import { notFound, Rpc, type CallContext, type Handlers } from '@aftercare/messaging';
import { Database, linesPage, NO_LINES, pageOf, refuseTerminated, seen, type JsonLines } from '@aftercare/service';
import { CALL_KIND, technicianSees } from './call-change.js';
import { fileSeen, SEES_FILE, type NamedFile } from './call-file.js';
import { listStatement, orderOf } from './call-list.js';
import { callMessage, DETAIL, type CallDetail } from './call-message.js';
import { CALL_SETTINGS } from './call-terms.js';
import { RepairCall } from './call.entity.js';
import { requireReason } from './call.rules.js';
import { reasonKept } from './erasure.rules.js';

type CallReading = Pick<Handlers<typeof CallService>, 'getCall' | 'revealCall' | 'listCalls' | 'getCallFacts'>;

/** What is read of calls (R-1, C-5). */
@Controller()
export class CallReadHandlers implements CallReading {
  constructor(private readonly db: Database) {}

  @Rpc(CallService.method.getCall)
  async getCall(request: GetCallRequest, ctx: CallContext): ReturnType<CallReading['getCall']> {
    const detail = await this.db.byId<CallDetail>(ctx, { name: 'get_call', text: DETAIL, values: [CALL_SETTINGS] }, request.id);
    const call = seen(ctx, detail, 'repair call');
    if (!technicianSees(call, ctx)) throw notFound('repair call');
    return callMessage(call, await fileSeen(this.db, call, ctx), ctx);
  }

  @Rpc(CallService.method.revealCall)
  async revealCall(request: RevealCallRequest, ctx: CallContext): ReturnType<CallReading['revealCall']> {
    const reason = requireReason(request.reason);
    // The plain values must not become a stored answer, so a repeated key reveals, and logs, again.
    const call = await this.db.command({ ...ctx, idempotencyKey: undefined }, async (tx) => {
      const found = seen(ctx, await tx.em.findOneBy(RepairCall, { id: request.id }), 'repair call');
      if (!technicianSees(found, ctx)) throw notFound('repair call');
      // D-1: its customers are the successor's; who left reads what is masked.
      await refuseTerminated(tx);
      await tx.audit({
        action: 'reveal', kind: CALL_KIND, id: found.id, dealerId: found.dealerId,
        changed: { fields: { after: ['contactName', 'contactPhone', 'addressDetail'] } }, personal: reasonKept(found, reason),
      });
      return found;
    });
    const { id, contactName, contactPhone, addressDetail } = call;
    return { id, contactName, contactPhone, addressDetail };
  }

  @Rpc(CallService.method.listCalls)
  async listCalls(request: ListCallsRequest, ctx: CallContext): ReturnType<CallReading['listCalls']> {
    const { field } = orderOf(request);
    const page = pageOf(request.page, { list: `calls ${field}`, key: 'instant' });
    const lines = await this.db.one<JsonLines>(ctx, listStatement(request, ctx, page));
    return linesPage(lines ?? NO_LINES, page, field);
  }

  @Rpc(CallService.method.getCallFacts)
  async getCallFacts(request: GetCallFactsRequest, ctx: CallContext): ReturnType<CallReading['getCallFacts']> {
    const facts = await this.db.one<RepairCall & NamedFile>(ctx, {
      name: 'get_call_facts',
      text: `select id, number, dealer_id as "dealerId", customer_id as "customerId", unit_id as "unitId", unit_serial as "unitSerial",
               opened_on as "openedOn", state, technician_user_id as "technicianUserId", taken_by as "takenBy", ${SEES_FILE('c')} from repair_call c where id = $1`,
      values: [request.id],
    });
    const call = seen(ctx, facts, 'repair call');
    if (!technicianSees(call, ctx)) throw notFound('repair call');
    const { id, number, unitSerial, openedOn, state } = call;
    return { id, number, dealerId: call.dealerId ?? '', customerId: await fileSeen(this.db, call, ctx), unitId: call.unitId ?? '', unitSerial, openedOn, state };
  }
}

