import { Controller } from '@nestjs/common';
import { CreditLineService, type ApproveCreditLineRequest, type DraftCreditLineRequest, type GetCreditLineRequest } from '@aftercare/contracts';
import { allowedActions, newId, refusalReason } from '@aftercare/domain';
import { invalidField, notFound, Rpc, ServiceError, type CallContext, type Handlers } from '@aftercare/messaging';
import { Database, expectVersion, seen, seesDealer, type Tx } from '@aftercare/service';
import { assertMoneyRole } from '../books/roles.rules.js';
import { lockMoney } from '../books/work.js';
import { DealerAccount } from '../dealers/dealer-account.entity.js';
import { CreditLineRow } from './credit.entity.js';
import { assertAmount, assertApprovable, roomOf } from './credit.rules.js';
import { useOf } from './hold.js';

/** Credit lines: finance drafts, the supervisor approves (P-9). */
@Controller()
export class CreditLineHandlers implements Handlers<typeof CreditLineService> {
  constructor(private readonly db: Database) {}

  @Rpc(CreditLineService.method.draftCreditLine)
  async draftCreditLine(request: DraftCreditLineRequest, ctx: CallContext) {
    assertMoneyRole('draft-credit-line', ctx.role);
    const proposedLimit = assertAmount(request.limit, 'limit', { zero: true });
    return this.db.command(ctx, async (tx) => {
      await knownDealer(tx, request.dealerId);
      await lockMoney(tx, request.dealerId);
      const known = await tx.em.findOneBy(CreditLineRow, { dealerId: request.dealerId });
      const line = known ?? tx.em.create(CreditLineRow, { id: newId(), dealerId: request.dealerId, limitAmount: null, approvedBy: null, version: 0 });
      const before = line.proposedLimit ?? null;
      Object.assign(line, { proposedLimit, draftedBy: ctx.userId, version: line.version + 1 });
      await tx.em.save(CreditLineRow, line);
      await tx.audit({ action: 'draft', kind: 'credit_line', id: line.id, dealerId: line.dealerId, changed: { proposedLimit: { before, after: proposedLimit } } });
      return refOf(line);
    }, { request });
  }

  @Rpc(CreditLineService.method.approveCreditLine)
  async approveCreditLine(request: ApproveCreditLineRequest, ctx: CallContext) {
    assertMoneyRole('approve', ctx.role);
    return this.db.command(ctx, async (tx) => {
      const { dealerId } = seen(ctx, await tx.em.findOneBy(CreditLineRow, { id: request.id }), 'credit line');
      await lockMoney(tx, dealerId);
      const line = await tx.em.findOneByOrFail(CreditLineRow, { id: request.id });
      expectVersion(line, request.version, { state: stateOf(line) });
      assertApprovable(line, ctx.userId);
      const before = line.limitAmount;
      Object.assign(line, { limitAmount: line.proposedLimit, proposedLimit: null, approvedBy: ctx.userId, version: line.version + 1 });
      await tx.em.save(CreditLineRow, line);
      await tx.audit({ action: 'approve', kind: 'credit_line', id: line.id, dealerId, changed: { limit: { before, after: line.limitAmount } } });
      return refOf(line);
    }, { request });
  }

  /** P-9: a dealer without a line has a limit of zero and the state none. Errors: NOT_FOUND, DEALER_UNKNOWN, FIELD_MISSING. */
  @Rpc(CreditLineService.method.getCreditLine)
  async getCreditLine(request: GetCreditLineRequest, ctx: CallContext) {
    const dealerId = request.dealerId || (ctx.dealerId ?? '');
    if (dealerId === '') throw invalidField('dealerId', 'Name the dealer whose money is asked for.', 'FIELD_MISSING');
    if (!seesDealer(ctx, dealerId, { money: true })) throw notFound('credit line');
    return this.db.read(ctx, async (tx) => {
      const line = (await tx.em.findOneBy(CreditLineRow, { dealerId })) ?? (await noLine(tx, dealerId));
      const use = await useOf(tx.em, dealerId);
      const limit = line.limitAmount ?? '0.00';
      const reason = refusalReason(() => {
        assertMoneyRole('approve', ctx.role);
        assertApprovable(line, ctx.userId);
      });
      return {
        id: line.id, dealerId, limit, proposedLimit: line.proposedLimit ?? '', ...use, room: roomOf(limit, use), state: stateOf(line),
        version: line.version, allowedActions: allowedActions(ctx, [{ action: 'approve', reason }]),
      };
    });
  }
}

/** The dealer's copy; refuses DEALER_UNKNOWN for one that dealers has not told of. */
export async function knownDealer(tx: Tx, dealerId: string): Promise<DealerAccount> {
  const dealer = await tx.em.findOneBy(DealerAccount, { dealerId });
  if (!dealer || dealer.dealerVersion === 0) throw new ServiceError('not_found', 'DEALER_UNKNOWN', 'There is no such dealer.');
  return dealer;
}

/** What is read of a dealer that nobody proposed a limit for; never stored. */
async function noLine(tx: Tx, dealerId: string): Promise<CreditLineRow> {
  await knownDealer(tx, dealerId);
  return { id: '', dealerId, limitAmount: null, proposedLimit: null, draftedBy: '', approvedBy: null, version: 0 };
}

function stateOf(line: CreditLineRow): 'none' | 'draft' | 'approved' {
  if (line.version === 0) return 'none';
  return line.limitAmount === null ? 'draft' : 'approved';
}

function refOf(line: CreditLineRow) {
  return { id: line.id, number: '', state: stateOf(line), version: line.version };
}
