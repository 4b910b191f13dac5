import { Controller } from '@nestjs/common';
import {
  AgreementService, type ApproveAgreementRequest, type CorrectAgreementRequest, type FileAgreementRequest, type GetAgreementRequest, type ListAgreementsRequest,
  type WithdrawAgreementRequest,
} from '@aftercare/contracts';
import { allowedActions, businessDate, isId } from '@aftercare/domain';
import { notFound, permissionDenied, Rpc, type CallContext, type Handlers } from '@aftercare/messaging';
import { Conditions, Database, expectVersion, jsonPage, listStatement, pageOf, seesDealer, type JsonRow, type ListOrder, type Page, type Statement, type Tx } from '@aftercare/service';
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
    const { dealerId } = request;
    if (!isId(dealerId) || !seesDealer(ctx, dealerId, { money: true })) throw notFound('dealer');
    const [dealer, rows] = await Promise.all([
      this.database.one(ctx, { name: 'agreements_dealer', text: 'select id from dealer where id = $1', values: [dealerId] }),
      this.database.many<JsonRow>(ctx, agreementList(dealerId, page)),
    ]);
    if (!dealer) throw notFound('dealer');
    refuseTechnician(ctx);
    return jsonPage(rows, page);
  }
}

const LAST_FIRST: ListOrder = { by: 'r.valid_to', direction: 'desc', type: 'date' };

/** Agreements of a dealer, those that end last first; keyset (valid_to, id). */
export function agreementList(dealerId: string, page: Page): Statement {
  return listStatement({
    name: 'agreements', table: 'dealer_agreement', order: LAST_FIRST, scope: { dealers: [dealerId] }, where: new Conditions(), page, onePlan: true,
    columns: `r.id, r.valid_to::text as key, json_strip_nulls(json_build_object('id', r.id, 'dealerId', r.dealer_id, 'number', r.number, 'validFrom', r.valid_from,
      'validTo', r.valid_to, 'signedFile', r.signed_file, 'state', r.state, 'version', r.version, 'inForce', r.state = 'approved'
        and (select (business_now() at time zone 'Asia/Shanghai')::date) between r.valid_from and r.valid_to))::text as item`,
  });
}

/** The dealer whose agreements the caller may see: its own manager's, or any for the manufacturer. */
async function ownDealer(tx: Tx, id: string): Promise<DealerEntity> {
  const dealer = isId(id) && seesDealer(tx.ctx, id, { money: true }) ? await tx.em.findOneBy(DealerEntity, { id }) : null;
  if (!dealer) throw notFound('dealer');
  refuseTechnician(tx.ctx);
  return dealer;
}

function refuseTechnician({ role }: CallContext): void {
  if (role === 'dealer_technician') throw permissionDenied('ROLE_NOT_ALLOWED', 'A technician does not see agreements.');
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
