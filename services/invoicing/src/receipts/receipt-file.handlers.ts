import { Controller } from '@nestjs/common';
import { CustomerReceiptService, type ExportReceiptsRequest, type ListReceiptTimelineRequest } from '@aftercare/contracts';
import { isId, requireRole, type Role } from '@aftercare/domain';
import { Rpc, type CallContext, type Handlers } from '@aftercare/messaging';
import {
  Conditions, Database, dealerScope, jsonPage, listStatement, pageAnswer, pageOf, refuseTerminated, scopeValues, TIMELINE, timelinePage, timelineValues, type JsonRow,
} from '@aftercare/service';
import { MONEY_ROLES } from '../books/roles.rules.js';
import { requiredReason } from '../books/work.js';
import { RECEIPT_KIND, RECEIPTS_NEWEST } from './receipt.handlers.js';
import type { CustomerReceiptRow } from './receipt.entity.js';

/** Who may anonymise, and the dealer's manager for his own customers. */
const EXPORTERS: readonly Role[] = ['admin', 'service_supervisor', 'dealer_manager'];
const READERS: readonly string[] = MONEY_ROLES['read-receipt'];
const FIRST_OF_PAGE = 7;

/** $1, $2 scope; $3 the file, $4 its calls; $5 the caller reads receipts, $6 the technician who sees his own alone. */
const ENTRIES = `
  select r.id, r.given_at as at, (r.given_at at time zone 'Asia/Shanghai')::date as on_day, null::uuid as unit_id, r.unit_serial as serial, r.id as document_id,
    case r.state when 'void' then 'receipt_voided' else 'receipt_given' end as kind, r.number, r.total::text as amount, 0 as quantity, '' as part_number, '' as part_name,
    array[]::text[] as fields
  from customer_receipt r
  where $5::boolean and ($1::boolean or r.dealer_id = any($2::uuid[])) and ($6::uuid is null or r.given_by = $6)
    and (r.customer_id = $3::uuid or (r.customer_id is null and r.call_id = any($4::uuid[])))`;

const KEPT = `r.id, r.given_at::text as "sortAt", r.dealer_id as "dealerId", r.number, r.state, r.call_number as "callNumber", r.payer_name as "payerName", r.lines, r.total::text as total, r.method,
  r.note, iso(r.given_at) as "givenAt", r.void_reason as "voidReason"`;

type KeptReceipt = Pick<CustomerReceiptRow, 'id' | 'dealerId' | 'number' | 'state' | 'callNumber' | 'payerName' | 'lines' | 'total' | 'method' | 'note' | 'givenAt' | 'voidReason'>
  & { sortAt: string };

/** What a customer's file shows and exports of receipts (B-7). */
@Controller()
export class ReceiptFileHandlers implements Pick<Handlers<typeof CustomerReceiptService>, 'listReceiptTimeline' | 'exportReceipts'> {
  constructor(private readonly db: Database) {}

  /** C-6, B-7. */
  @Rpc(CustomerReceiptService.method.listReceiptTimeline)
  async listReceiptTimeline(request: ListReceiptTimelineRequest, ctx: CallContext) {
    const page = pageOf(request.page, TIMELINE);
    const file = isId(request.customerId) ? request.customerId : null;
    const giver = ctx.role === 'dealer_technician' ? ctx.userId : null;
    const rows = await this.db.many<JsonRow>(ctx, {
      name: 'receipt_timeline', onePlan: true, text: timelinePage(ENTRIES, FIRST_OF_PAGE),
      values: [...scopeValues(ctx, { money: true }), file, request.callIds.filter(isId), READERS.includes(ctx.role), giver, ...timelineValues(page)],
    });
    return jsonPage(rows, page);
  }

  /** The log entries are committed before anything is answered, and nothing of the answer is stored. */
  @Rpc(CustomerReceiptService.method.exportReceipts)
  async exportReceipts(request: ExportReceiptsRequest, ctx: CallContext) {
    requireRole(ctx.role, EXPORTERS, 'export');
    const reason = requiredReason(request.reason);
    const page = pageOf(request.page, { list: 'receipt-export', key: 'instant' });
    const file = isId(request.customerId) ? request.customerId : null;
    const where = new Conditions().add('c', (id, calls) => `(r.customer_id = ${id}::uuid or (r.customer_id is null and r.call_id = any(${calls}::uuid[])))`, file, request.callIds.filter(isId));
    const rows = await this.db.many<KeptReceipt>(ctx, listStatement({
      name: 'receipt_export', table: RECEIPT_KIND, order: RECEIPTS_NEWEST, scope: { dealers: dealerScope(ctx, { money: true }) }, where, page, columns: KEPT,
    }));
    const { items, nextCursor } = pageAnswer(rows, page, ({ sortAt }) => sortAt);
    await this.log(ctx, items, reason);
    return { items: items.map(({ id: _id, sortAt: _sort, dealerId: _dealer, ...kept }) => kept), nextCursor };
  }

  private async log(ctx: CallContext, receipts: readonly KeptReceipt[], reason: string): Promise<void> {
    await this.db.command({ ...ctx, idempotencyKey: undefined }, async (tx) => {
      await refuseTerminated(tx);
      for (const { id, dealerId } of receipts) await tx.audit({ action: 'export', kind: RECEIPT_KIND, id, dealerId, personal: { reason: { after: reason } } });
      return {};
    });
  }
}
