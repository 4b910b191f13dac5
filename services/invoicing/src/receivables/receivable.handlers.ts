import { Controller } from '@nestjs/common';
import {
  InvoiceWishChangedSchema, ReceivableService, type GetReceivableRequest, type HoldCreditRequest, type ListReceivablesRequest, type ReleaseCreditRequest,
  type ReleaseSlipRequest, type SetInvoiceWishRequest,
} from '@aftercare/contracts';
import { allowedActions, askerOf, INVOICE_WISHES, refusalReason } from '@aftercare/domain';
import { invalidField, permissionDenied, isManufacturer, Rpc, type CallContext, type Handlers } from '@aftercare/messaging';
import { Conditions, cursorOf, Database, dealerScope, expectVersion, listStatement, pageOf, refuseTerminated, type ListOrder, type Page, type Statement, type Tx } from '@aftercare/service';
import { assertMoneyRole } from '../books/roles.rules.js';
import { lockMoney } from '../books/work.js';
import { holdCredit, releaseCredit } from '../credit/hold.js';
import { ReceivableRow } from './receivable.entity.js';
import { assertWishOpen, isInvoiced, isPaid, outstandingOf } from './receivable.rules.js';
import { linesOf, receivableOf } from './receivable.store.js';
import { releaseSlip } from './release.js';

const OLDEST: ListOrder = { by: 'r.confirmed_at', direction: 'asc', type: 'timestamptz', id: 'r.slip_id' };

const LINE = `r.slip_id as "slipId", r.slip_number as "slipNumber", r.dealer_id as "dealerId", r.invoice_wish as "invoiceWish",
  r.gross_total::text as "grossTotal", (r.gross_total - r.reversed_total - r.paid_total)::text as outstanding,
  r.on_invoice as invoiced,
  iso(r.confirmed_at) as "confirmedAt", r.version, r.confirmed_at::text as "sortAt"`;

/** Receivables, oldest first. */
export function listReceivables(request: ListReceivablesRequest, ctx: CallContext, page: Page): Statement {
  const where = new Conditions()
    .when(request.dealerId, 'd', (id) => `r.dealer_id = ${id}::uuid`)
    .when(request.invoiceWish, 'w', (wish) => `r.invoice_wish = ${wish}`)
    .when(request.onlyOpen, 'o', () => 'r.gross_total - r.reversed_total > r.paid_total')
    .when(request.onlyNotInvoiced, 'n', () => 'not r.on_invoice');
  const scope = { dealers: dealerScope(ctx, { money: true }) };
  return listStatement({ name: 'receivables', table: 'receivable', order: OLDEST, scope, where, page, columns: LINE });
}

interface ListRow {
  slipId: string;
  slipNumber: string;
  dealerId: string;
  invoiceWish: string;
  grossTotal: string;
  outstanding: string;
  invoiced: boolean;
  confirmedAt: string;
  version: number;
  sortAt: string;
}

/** The money side of slips, and the arbitration of release and credit (B, F-4, F-5, P-9). */
@Controller()
export class ReceivableHandlers implements Handlers<typeof ReceivableService> {
  constructor(private readonly db: Database) {}

  @Rpc(ReceivableService.method.listReceivables)
  async listReceivables(request: ListReceivablesRequest, ctx: CallContext) {
    const page = pageOf(request.page, { list: 'receivables' });
    const rows = await this.db.many<ListRow>(ctx, listReceivables(request, ctx, page));
    const last = rows[page.limit - 1];
    return {
      items: rows.slice(0, page.limit).map(({ sortAt: _sort, ...row }) => row),
      nextCursor: rows.length > page.limit && last ? cursorOf(page.list, last.sortAt, last.slipId) : '',
    };
  }

  @Rpc(ReceivableService.method.getReceivable)
  async getReceivable(request: GetReceivableRequest, ctx: CallContext) {
    return this.db.read(ctx, async (tx) => receivableAnswer(tx, await receivableOf(tx, request.slipId)));
  }

  @Rpc(ReceivableService.method.setInvoiceWish)
  async setInvoiceWish(request: SetInvoiceWishRequest, ctx: CallContext) {
    assertMoneyRole('set-invoice-wish', ctx.role);
    const invoiceWish = INVOICE_WISHES.find((each) => each === request.invoiceWish);
    if (!invoiceWish) throw invalidField('invoiceWish', 'A wish is now, later or never.', 'INVOICE_WISH_UNKNOWN');
    return this.db.command(ctx, async (tx) => {
      await refuseTerminated(tx);
      const { dealerId } = await receivableOf(tx, request.slipId);
      await lockMoney(tx, dealerId);
      const receivable = await receivableOf(tx, request.slipId);
      expectVersion(receivable, request.version, { invoiceWish: receivable.invoiceWish });
      assertWishOpen(await linesOf(tx.em, [receivable.slipId]));
      const askedBy = askerOf(ctx.role, request.askedBy);
      const before = receivable.invoiceWish;
      const version = receivable.version + 1;
      await tx.em.update(ReceivableRow, { slipId: receivable.slipId }, { invoiceWish, askedBy, version });
      await tx.audit({
        action: 'set-invoice-wish', kind: 'receivable', id: receivable.slipId, dealerId, changed: { invoiceWish: { before, after: invoiceWish } },
        personal: askedBy === '' ? {} : { askedBy: { after: askedBy } },
      });
      await tx.announce(InvoiceWishChangedSchema, { slipId: receivable.slipId, dealerId, invoiceWish, version });
      return { id: receivable.slipId, number: receivable.slipNumber, state: invoiceWish, version };
    }, { request });
  }

  @Rpc(ReceivableService.method.releaseSlip)
  async releaseSlip(request: ReleaseSlipRequest, ctx: CallContext) {
    assertManufacturer(ctx);
    return this.db.command(withoutKey(ctx), (tx) => releaseSlip(tx, request));
  }

  @Rpc(ReceivableService.method.holdCredit)
  async holdCredit(request: HoldCreditRequest, ctx: CallContext) {
    assertManufacturer(ctx);
    return this.db.command(withoutKey(ctx), (tx) => holdCredit(tx, request));
  }

  @Rpc(ReceivableService.method.releaseCredit)
  async releaseCredit(request: ReleaseCreditRequest, ctx: CallContext) {
    assertManufacturer(ctx);
    return this.db.command(withoutKey(ctx), (tx) => releaseCredit(tx, request.shippingOrderId));
  }
}

/**
 * The arbitrations are idempotent by their own ids; the key belongs to the command that asks. A refusal must not be kept
 * under it, since the same command may be tried again once a red letter is written or room is free.
 */
const withoutKey = (ctx: CallContext): CallContext => ({ ...ctx, idempotencyKey: undefined });

/** Parts asks these in the name of the manufacturer's people; a dealer never does. */
function assertManufacturer(ctx: CallContext): void {
  if (!isManufacturer(ctx)) throw permissionDenied('ROLE_NOT_ALLOWED', 'Only the manufacturer releases slips and holds credit.');
}

async function receivableAnswer(tx: Tx, receivable: ReceivableRow) {
  const lines = await linesOf(tx.em, [receivable.slipId]);
  const { requestId: _request, origin: _origin, month: _month, ...head } = receivable;
  const reason = refusalReason(() => {
    assertMoneyRole('set-invoice-wish', tx.ctx.role);
    assertWishOpen(lines);
  });
  return {
    ...head, outstanding: outstandingOf(receivable), paid: isPaid(receivable), invoiced: isInvoiced(lines),
    lines: lines.map(({ lineId, partId, quantity, releasedQuantity, netAmount, taxAmount, taxRate, invoiceId }) => ({
      lineId, partId, quantity, releasedQuantity, netAmount, taxAmount, taxRate, invoiceId,
    })),
    allowedActions: allowedActions(tx.ctx, [{ action: 'set-invoice-wish', reason }]),
  };
}
