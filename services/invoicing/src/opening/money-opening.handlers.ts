import { Controller } from '@nestjs/common';
import {
  MoneyOpeningService, type ApproveMoneyOpeningRequest, type DiscardMoneyOpeningRequest, type GetMoneyOpeningRequest, type ListMoneyOpeningsRequest, type ReverseMoneyOpeningRequest,
} from '@aftercare/contracts';
import { allowedActions, refusalReason } from '@aftercare/domain';
import { notFound, Rpc, type CallContext, type Handlers } from '@aftercare/messaging';
import { Conditions, Database, expectVersion, listStatement, pageAnswer, pageOf, type ListOrder, type Tx } from '@aftercare/service';
import { assertMoneyRole, type MoneyAction } from '../books/roles.rules.js';
import { lockMoney, requiredReason } from '../books/work.js';
import { bookOpening, inTheWay, linesOfOpening, openedBy, sumOf, takeBackOpening } from './book-opening.js';
import { MoneyOpeningRow } from './money-opening.entity.js';
import { assertApproverOfOpening, assertBookable, assertUnused, moneyOpeningSteps, type MoneyOpeningAction } from './money-opening.rules.js';

const NEWEST: ListOrder = { by: 'r.created_at', direction: 'desc', type: 'timestamptz' };

const LINE = `r.id, r.number, r.dealer_id as "dealerId", r.cut_over_on::text as "cutOverOn", r.state, l.receivable::text as "receivableTotal", l.deposit::text as "depositTotal",
  iso(r.created_at) as "createdAt", r.version, r.created_at::text as "sortAt"`;

const SUMS = `cross join lateral (select coalesce(sum(amount) filter (where kind = 'receivable'), 0.00) as receivable, coalesce(sum(amount) filter (where kind = 'deposit'), 0.00) as deposit
                                   from money_opening_line where opening_id = r.id) l`;

interface OpeningListRow {
  id: string;
  sortAt: string;
}

const STEP_ROLES = { approve: 'approve-opening', discard: 'discard-opening', reverse: 'approve-opening' } as const satisfies Record<MoneyOpeningAction, MoneyAction>;

/** What dealers owed and had when the platform went live; the manufacturer's. */
@Controller()
export class MoneyOpeningHandlers implements Handlers<typeof MoneyOpeningService> {
  constructor(private readonly db: Database) {}

  @Rpc(MoneyOpeningService.method.listMoneyOpenings)
  async listMoneyOpenings(request: ListMoneyOpeningsRequest, ctx: CallContext) {
    assertMoneyRole('read-opening', ctx.role);
    const page = pageOf(request.page, { list: 'money openings', key: 'instant' });
    const where = new Conditions().when(request.dealerId, 'd', (id) => `r.dealer_id = ${id}::uuid`).when(request.state, 's', (state) => `r.state = ${state}`);
    const rows = await this.db.many<OpeningListRow>(ctx, listStatement({ name: 'money_openings', table: 'money_opening', order: NEWEST, where, page, columns: LINE, joins: SUMS }));
    const { items, nextCursor } = pageAnswer(rows, page, (row) => row.sortAt);
    return { items: items.map(({ sortAt: _sort, ...row }) => row), nextCursor };
  }

  @Rpc(MoneyOpeningService.method.getMoneyOpening)
  async getMoneyOpening(request: GetMoneyOpeningRequest, ctx: CallContext) {
    assertMoneyRole('read-opening', ctx.role);
    return this.db.read(ctx, async (tx) => {
      const { createdBy, approvedBy, ...opening } = await openingOf(tx, request.id);
      const lines = await linesOfOpening(tx, opening.id);
      const found = opening.state === 'draft' ? await inTheWay(tx, opening.dealerId, lines) : undefined;
      const isUnused = opening.state !== 'approved' || (await openedBy(tx, { dealerId: opening.dealerId, approvedBy }, lines)).unused;
      const limit = lines.find(({ kind }) => kind === 'credit_line');
      const reason = (action: MoneyOpeningAction): string | undefined => refusalReason(() => {
        assertMoneyRole(STEP_ROLES[action], ctx.role);
        moneyOpeningSteps.next(action, opening.state);
        if (action === 'approve') assertApproverOfOpening(createdBy, ctx.userId);
        if (action === 'approve' && found) assertBookable(found);
        if (action === 'reverse') assertUnused(isUnused);
      });
      return {
        ...opening, receivableTotal: sumOf(lines, 'receivable'), depositTotal: sumOf(lines, 'deposit'), creditLimit: limit?.amount ?? '',
        lines: lines.map(({ id, kind, documentNumber, documentDate, amount }) => ({
          kind, documentNumber, documentDate: documentDate ?? '', amount, slipId: kind === 'receivable' && opening.state !== 'draft' ? id : '',
        })),
        allowedActions: allowedActions(ctx, moneyOpeningSteps.actions.map((action) => ({ action, reason: reason(action) }))),
      };
    });
  }

  @Rpc(MoneyOpeningService.method.approveMoneyOpening)
  async approveMoneyOpening(request: ApproveMoneyOpeningRequest, ctx: CallContext) {
    return this.step({ action: 'approve', ...request, request }, ctx, async (tx, opening) => {
      assertApproverOfOpening(opening.createdBy, ctx.userId);
      opening.approvedBy = ctx.userId;
      await bookOpening(tx, opening);
    });
  }

  @Rpc(MoneyOpeningService.method.discardMoneyOpening)
  async discardMoneyOpening(request: DiscardMoneyOpeningRequest, ctx: CallContext) {
    const reason = requiredReason(request.reason);
    return this.step({ action: 'discard', ...request, request }, ctx, (_tx, opening) => {
      opening.reason = reason;
      return Promise.resolve();
    });
  }

  @Rpc(MoneyOpeningService.method.reverseMoneyOpening)
  async reverseMoneyOpening(request: ReverseMoneyOpeningRequest, ctx: CallContext) {
    const reason = requiredReason(request.reason);
    return this.step({ action: 'reverse', ...request, request }, ctx, async (tx, opening) => {
      opening.reason = reason;
      await takeBackOpening(tx, opening);
    });
  }

  private step(asked: { action: MoneyOpeningAction; id: string; version: number; request: unknown }, ctx: CallContext, change: (tx: Tx, opening: MoneyOpeningRow) => Promise<void>) {
    assertMoneyRole(STEP_ROLES[asked.action], ctx.role);
    return this.db.command(ctx, async (tx) => {
      const { dealerId } = await openingOf(tx, asked.id);
      await lockMoney(tx, dealerId);
      const opening = await openingOf(tx, asked.id);
      expectVersion(opening, asked.version, { state: opening.state });
      const before = opening.state;
      opening.state = moneyOpeningSteps.next(asked.action, before);
      await change(tx, opening);
      opening.version += 1;
      await tx.em.update(MoneyOpeningRow, { id: opening.id }, opening);
      await tx.audit({ action: asked.action, kind: 'money_opening', id: opening.id, dealerId, changed: { state: { before, after: opening.state } } });
      return { id: opening.id, number: opening.number, state: opening.state, version: opening.version };
    }, { request: asked.request });
  }
}

async function openingOf(tx: Tx, id: string): Promise<MoneyOpeningRow> {
  const found = await tx.em.findOneBy(MoneyOpeningRow, { id });
  if (!found) throw notFound('money opening');
  return found;
}
