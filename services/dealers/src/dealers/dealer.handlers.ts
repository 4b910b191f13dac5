import { Controller } from '@nestjs/common';
import {
  DealerService,
  type ActivateDealerRequest, type CreateDealerRequest, type GetDealerRequest, type GetDealerStandingRequest,
  type ListDealersRequest, type SuspendDealerRequest, type TerminateDealerRequest, type UpdateDealerRequest,
} from '@aftercare/contracts';
import { allowedActions, businessDate, isId, newId, Refusal } from '@aftercare/domain';
import { isManufacturer, JsonText, notFound, Rpc, type CallContext, type Handlers } from '@aftercare/messaging';
import { Database, expectVersion, gatheredPage, scopeCondition, seesDealer, type GatheredRow, type Tx } from '@aftercare/service';
import { AgreementEntity } from '../agreements/agreement.entity.js';
import { presentAgreement } from '../agreements/agreement.rules.js';
import { approve, fileAgreement, type FiledAgreement } from '../agreements/agreement.store.js';
import { finish, keepDraft, type Contract, type DealerFile } from './dealer-change.js';
import { DealerContractEntity, DealerEntity } from './dealer.entity.js';
import { dealerStanding, listDealers } from './dealer.queries.js';
import {
  activate, checkAgreement, checkDealerData, checkParent, checkTaxIdentity, dealerActions, requireChangeable,
  requireDealerRole, suspend, terminate, type DealerAction, type TaxIdentity,
} from './dealer.rules.js';

/** D-1: dealers, their contracts and their standing. A dealer sees itself and its children. */
@Controller()
export class DealerHandlers implements Handlers<typeof DealerService> {
  constructor(private readonly database: Database) {}

  /** Drafts an applicant. Errors as documented at the rpc. */
  @Rpc(DealerService.method.createDealer)
  async createDealer(request: CreateDealerRequest, ctx: CallContext) {
    requireDealerRole('create', ctx);
    return this.database.command(ctx, async (tx) => {
      const dealer = tx.em.create(DealerEntity, {
        id: newId(), code: request.code.trim(), ...dataOf(request), parentId: request.parentId || null, status: 'applicant',
        statusReason: '', successorDealerId: null, draftedBy: ctx.userId, version: 1, createdAt: await tx.now(),
      });
      const taxIdentity = taxIdentityOf(request);
      const agreement = agreementOf(request);
      checkDealerData(dealer);
      checkTaxIdentity(taxIdentity);
      checkAgreement(agreement, 'agreement.');
      if (dealer.parentId !== null) checkParent(await load(tx, dealer.parentId));
      if (await tx.em.existsBy(DealerEntity, { code: dealer.code })) {
        throw new Refusal('already_exists', 'DEALER_CODE_TAKEN', 'Another dealer has this code.', { field: 'code' });
      }
      return keepDraft(tx, { dealer, taxIdentity, agreement });
    }, { request });
  }

  /** Changes a dealer's data; a tax identity or address that is not sent stays, an agreement that is sent is filed. */
  @Rpc(DealerService.method.updateDealer)
  updateDealer(request: UpdateDealerRequest, ctx: CallContext) {
    return this.change('update', request, ctx, async (tx, { dealer, contract }) => {
      requireChangeable(dealer.status);
      const data = dataOf(request);
      Object.assign(dealer, data, request.address ? {} : { regionCode: dealer.regionCode, addressDetail: dealer.addressDetail });
      if (request.taxIdentity) contract.taxIdentity = taxIdentityOf(request);
      const agreement = agreementOf(request);
      checkDealerData({ ...dealer, code: undefined });
      checkTaxIdentity(contract.taxIdentity);
      checkAgreement(agreement, 'agreement.');
      await tx.em.save(DealerContractEntity, { dealerId: dealer.id, taxIdentity: contract.taxIdentity });
      if (agreement) await fileAgreement(tx, dealer.id, agreement);
    });
  }

  @Rpc(DealerService.method.activateDealer)
  activateDealer(request: ActivateDealerRequest, ctx: CallContext) {
    return this.change('activate', request, ctx, async (tx, { dealer, contract }) => {
      dealer.status = activate({ ...dealer, ...contract }, ctx, businessDate(await tx.now()));
      // What a dealer is activated on is approved with it.
      if (contract.agreement?.state === 'draft') await approve(tx, contract.agreement);
      dealer.statusReason = '';
    });
  }

  @Rpc(DealerService.method.suspendDealer)
  suspendDealer(request: SuspendDealerRequest, ctx: CallContext) {
    return this.change('suspend', request, ctx, (_tx, { dealer }) => {
      dealer.status = suspend(dealer.status, request.reason);
      dealer.statusReason = request.reason.trim();
      return Promise.resolve();
    });
  }

  @Rpc(DealerService.method.terminateDealer)
  terminateDealer(request: TerminateDealerRequest, ctx: CallContext) {
    return this.change('terminate', request, ctx, async (tx, { dealer }) => {
      const successor = await load(tx, request.successorDealerId);
      dealer.status = terminate(dealer, request.reason, successor);
      dealer.statusReason = request.reason.trim();
      dealer.successorDealerId = successor.id;
    });
  }

  /** One dealer; identity for invoices and agreement only for its own manager and the manufacturer. */
  @Rpc(DealerService.method.getDealer)
  async getDealer(request: GetDealerRequest, ctx: CallContext) {
    return this.database.read(ctx, async (tx) => {
      const dealer = await load(tx, request.id);
      const contract = await loadContract(tx, dealer);
      const today = businessDate(await tx.now());
      const { regionCode, addressDetail, territory, parentId, successorDealerId, ...plain } = dealer;
      return {
        ...plain,
        address: { regionCode, detail: addressDetail },
        territoryRegionCodes: territory,
        parentId: parentId ?? '',
        successorDealerId: successorDealerId ?? '',
        ...(seesContract(ctx, dealer.id) ? contractAnswer(contract) : {}),
        allowedActions: allowedActions(ctx, dealerActions({ ...dealer, ...contract }, ctx, today)),
      };
    });
  }

  @Rpc(DealerService.method.listDealers)
  async listDealers(request: ListDealersRequest, ctx: CallContext) {
    const { page, ...statement } = listDealers(request, ctx);
    return gatheredPage(await this.database.one<GatheredRow>(ctx, statement), page);
  }

  /** Asked by the gateway at sign-in and by services when the manufacturer acts for a dealer. */
  @Rpc(DealerService.method.getDealerStanding)
  async getDealerStanding(request: GetDealerStandingRequest, ctx: CallContext) {
    const row = isId(request.id) ? await this.database.one<{ standing: string }>(ctx, dealerStanding(request.id, ctx)) : null;
    if (row === null) throw notFound('dealer');
    return new JsonText(row.standing);
  }

  /** One change of a dealer: seen by the caller, allowed to the role, based on the present version. */
  private change(
    action: DealerAction,
    request: { id: string; version: number },
    ctx: CallContext,
    work: (tx: Tx, loaded: DealerFile) => Promise<void>,
  ) {
    return this.database.command(ctx, async (tx) => {
      const dealer = await load(tx, request.id, 'pessimistic_write');
      requireDealerRole(action, ctx);
      expectVersion(dealer, request.version, { id: dealer.id, state: dealer.status });
      const before = { ...dealer };
      const loaded = { dealer, contract: await loadContract(tx, dealer) };
      await work(tx, loaded);
      dealer.version += 1;
      await tx.em.save(DealerEntity, dealer);
      return finish(tx, loaded, action, before);
    }, { request });
  }
}

/** A dealer the caller may see; a foreign one looks like a missing one. */
async function load(tx: Tx, id: string, lock?: 'pessimistic_write'): Promise<DealerEntity> {
  const scope = scopeCondition(tx.ctx, 'dealer.id');
  const query = tx.em.createQueryBuilder(DealerEntity, 'dealer').where('dealer.id = :id', { id }).andWhere(scope.where, scope.parameters);
  const dealer = isId(id) ? await (lock ? query.setLock(lock) : query).getOne() : null;
  if (!dealer) throw notFound('dealer');
  return dealer;
}

async function loadContract(tx: Tx, { id: dealerId, status }: DealerEntity): Promise<Contract> {
  const found = await tx.em.findOneBy(DealerContractEntity, { dealerId });
  const agreements = await tx.em.findBy(AgreementEntity, { dealerId });
  return { dealerId, taxIdentity: found?.taxIdentity ?? null, agreement: presentAgreement(agreements, status, businessDate(await tx.now())) };
}

/** A contract is money: the dealer's own manager and the manufacturer read it, a parent does not. */
function seesContract(ctx: CallContext, dealerId: string): boolean {
  return seesDealer(ctx, dealerId, { money: true }) && (isManufacturer(ctx) || ctx.role === 'dealer_manager');
}

function dataOf(request: CreateDealerRequest | UpdateDealerRequest) {
  return {
    name: request.name.trim(),
    nameEn: request.nameEn.trim(),
    regionCode: request.address?.regionCode ?? '',
    addressDetail: request.address?.detail.trim() ?? '',
    contactName: request.contactName.trim(),
    contactPhone: request.contactPhone.trim(),
    territory: [...new Set(request.territoryRegionCodes)],
  };
}

function taxIdentityOf({ taxIdentity: tax }: CreateDealerRequest | UpdateDealerRequest): TaxIdentity | null {
  if (!tax) return null;
  return { title: tax.title.trim(), taxNumber: tax.taxNumber.trim(), bank: tax.bank, account: tax.account, address: tax.address, phone: tax.phone };
}

function agreementOf({ agreement }: CreateDealerRequest | UpdateDealerRequest): FiledAgreement | null {
  if (!agreement) return null;
  return {
    number: agreement.number.trim(), validFrom: agreement.validFrom, validTo: agreement.validTo,
    signedFile: agreement.signedFile?.id ? { id: agreement.signedFile.id, sha256: agreement.signedFile.sha256 } : null,
  };
}

function contractAnswer({ taxIdentity, agreement }: Contract) {
  const shown = agreement && { number: agreement.number, validFrom: agreement.validFrom, validTo: agreement.validTo, signedFile: agreement.signedFile ?? undefined };
  return { taxIdentity: taxIdentity ?? undefined, agreement: shown ?? undefined };
}
