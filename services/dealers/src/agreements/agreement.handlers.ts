import { Controller } from '@nestjs/common';
import {
  AgreementService, type ApproveAgreementRequest, type CorrectAgreementRequest, type FileAgreementRequest, type GetAgreementRequest, type ListAgreementsRequest,
  type WithdrawAgreementRequest,
} from '@aftercare/contracts';
import { allowedActions, businessDate, isId } from '@aftercare/domain';
import { notFound, permissionDenied, Rpc, type CallContext, type Handlers } from '@aftercare/messaging';
import { Database, expectVersion, pageAnswer, pageOf, seesDealer, type Tx } from '@aftercare/service';
import { DealerEntity } from '../dealers/dealer.entity.js';
import { checkAgreement, requireChangeable, requireDealerRole } from '../dealers/dealer.rules.js';
import { AgreementEntity } from './agreement.entity.js';
import { agreementActions } from './agreement.rules.js';
import { approve, correct, fileAgreement, withdraw, type FiledAgreement } from './agreement.store.js';

/** D-1: the agreements of a dealer; they are money, so its parent and its technicians do not see them. */
@Controller()
export class AgreementHandlers implements Handlers<typeof AgreementService> {
  constructor(private readonly database: Database) {}

  @Rpc(AgreementService.method.fileAgreement)
  async fileAgreement(request: FileAgreementRequest, ctx: CallContext) {
    return this.database.command(ctx, async (tx) => {
      const dealer = await ownDealer(tx, request.dealerId);
      requireDealerRole('update', ctx);
      requireChangeable(dealer.status);
      const given = filedOf(request);
      checkAgreement(given);
      return refOf(await fileAgreement(tx, dealer.id, given));
    }, { request });
  }

  @Rpc(AgreementService.method.approveAgreement)
  async approveAgreement(request: ApproveAgreementRequest, ctx: CallContext) {
    return this.database.command(ctx, async (tx) => {
      const dealer = await ownDealer(tx, request.dealerId);
      const agreement = await load(tx, request, 'pessimistic_write');
      requireDealerRole('activate', ctx);
      requireChangeable(dealer.status);
      expectVersion(agreement, request.version, { id: agreement.id, number: agreement.number, state: agreement.state });
      await approve(tx, agreement);
      return refOf(agreement);
    }, { request });
  }

  @Rpc(AgreementService.method.correctAgreement)
  async correctAgreement(request: CorrectAgreementRequest, ctx: CallContext) {
    return this.change(request, ctx, async (tx, agreement) => {
      const given = filedOf(request);
      checkAgreement(given);
      return refOf(await correct(tx, agreement, given));
    });
  }

  @Rpc(AgreementService.method.withdrawAgreement)
  async withdrawAgreement(request: WithdrawAgreementRequest, ctx: CallContext) {
    return this.change(request, ctx, async (tx, agreement) => {
      await withdraw(tx, agreement, request.reason);
      return { ...refOf(agreement), state: 'withdrawn' };
    });
  }

  /** A change of a draft by whoever may file one. */
  private change<R extends { dealerId: string; id: string; version: number }>(
    request: R, ctx: CallContext, work: (tx: Tx, agreement: AgreementEntity) => Promise<ReturnType<typeof refOf>>,
  ) {
    return this.database.command(ctx, async (tx) => {
      const dealer = await ownDealer(tx, request.dealerId);
      const agreement = await load(tx, request, 'pessimistic_write');
      requireDealerRole('update', ctx);
      requireChangeable(dealer.status);
      expectVersion(agreement, request.version, { id: agreement.id, number: agreement.number, state: agreement.state });
      return work(tx, agreement);
    }, { request });
  }

  @Rpc(AgreementService.method.getAgreement)
  async getAgreement(request: GetAgreementRequest, ctx: CallContext) {
    return this.database.read(ctx, async (tx) => {
      const { status } = await ownDealer(tx, request.dealerId);
      const agreement = await load(tx, request);
      return { ...answerOf(agreement, businessDate(await tx.now())), allowedActions: allowedActions(ctx, agreementActions(agreement, status, ctx)) };
    });
  }

  @Rpc(AgreementService.method.listAgreements)
  async listAgreements(request: ListAgreementsRequest, ctx: CallContext) {
    const page = pageOf(request.page, { list: 'agreements', key: 'date' });
    return this.database.read(ctx, async (tx) => {
      const dealer = await ownDealer(tx, request.dealerId);
      const query = tx.em.createQueryBuilder(AgreementEntity, 'a').where('a.dealer_id = :id', { id: dealer.id });
      if (page.after) query.andWhere('(a.valid_to, a.id) < (:key::date, :after::uuid)', { key: page.after.key, after: page.after.id });
      const rows = await query.orderBy('a.validTo', 'DESC').addOrderBy('a.id', 'DESC').limit(page.limit + 1).getMany();
      const { items, nextCursor } = pageAnswer(rows, page, ({ validTo }) => validTo);
      const today = businessDate(await tx.now());
      return { items: items.map((row) => answerOf(row, today)), nextCursor };
    });
  }
}

/** The dealer whose agreements the caller may see: its own manager's, or any for the manufacturer. */
async function ownDealer(tx: Tx, id: string): Promise<DealerEntity> {
  const dealer = isId(id) && seesDealer(tx.ctx, id, { money: true }) ? await tx.em.findOneBy(DealerEntity, { id }) : null;
  if (!dealer) throw notFound('dealer');
  if (tx.ctx.role === 'dealer_technician') throw permissionDenied('ROLE_NOT_ALLOWED', 'A technician does not see agreements.');
  return dealer;
}

async function load(tx: Tx, request: { dealerId: string; id: string }, lock?: 'pessimistic_write'): Promise<AgreementEntity> {
  const { dealerId, id } = request;
  const agreement = isId(id) ? await tx.em.findOne(AgreementEntity, { where: { id, dealerId }, ...(lock ? { lock: { mode: lock } } : {}) }) : null;
  if (!agreement) throw notFound('agreement');
  return agreement;
}

function answerOf(agreement: AgreementEntity, today: string) {
  const { filedBy: _filedBy, createdAt: _createdAt, signedFile, ...shown } = agreement;
  const inForce = shown.state === 'approved' && shown.validFrom <= today && today <= shown.validTo;
  return { ...shown, signedFile: signedFile ?? undefined, inForce };
}

function filedOf({ number, validFrom, validTo, signedFile }: FileAgreementRequest | CorrectAgreementRequest): FiledAgreement {
  return { number: number.trim(), validFrom, validTo, signedFile: signedFile?.id ? { id: signedFile.id, sha256: signedFile.sha256 } : null };
}

function refOf(agreement: AgreementEntity): { id: string; number: string; state: string; version: number } {
  return { id: agreement.id, number: agreement.number, state: agreement.state, version: agreement.version };
}
