import { Controller } from '@nestjs/common';
import {
  DealerService,
  type ActivateDealerRequest, type CreateDealerRequest, type GetDealerRequest, type GetDealerStandingRequest,
  type ListDealersRequest, type SuspendDealerRequest, type UpdateDealerRequest,
} from '@aftercare/contracts';
import { allowedActions, businessDate, codeKey, isId, newId, Refusal } from '@aftercare/domain';
import { isManufacturer, JsonText, notFound, Rpc, type CallContext, type Handlers } from '@aftercare/messaging';
import { Database, gatheredPage, holdCode, seesDealer, type GatheredRow, type Tx } from '@aftercare/service';
import { fileAgreement, type FiledAgreement } from '../agreements/agreement.store.js';
import { checkContact, shownContact, type Contact } from '../contacts/contact.rules.js';
import { addContact, changeContact, mainContact } from '../contacts/contact.store.js';
import { activateDealer } from './dealer-activation.js';
import { keepDraft, type Contract } from './dealer-change.js';
import { DealerContractEntity, DealerEntity } from './dealer.entity.js';
import { dealerStanding, listDealers } from './dealer.queries.js';
import {
  checkAgreement, checkDealerData, checkParent, checkTaxIdentity, dealerActions, requireChangeable,
  requireDealerRole, suspend, type TaxIdentity,
} from './dealer.rules.js';
import { changeDealer, loadContract, loadDealer } from './dealer.store.js';

/** D-1: dealers, their contracts and their standing. A dealer sees itself and its children. */
@Controller()
export class DealerHandlers implements Omit<Handlers<typeof DealerService>, 'activateDealers' | 'terminateDealer' | 'nameSuccessor'> {
  constructor(private readonly database: Database) {}

  /** Drafts an applicant. Errors as documented at the rpc. */
  @Rpc(DealerService.method.createDealer)
  async createDealer(request: CreateDealerRequest, ctx: CallContext) {
    requireDealerRole('create', ctx);
    return this.database.command(ctx, async (tx) => {
      const dealer = tx.em.create(DealerEntity, {
        id: newId(), code: request.code.trim(), ...dataOf(request), parentId: request.parentId || null, status: 'applicant',
        statusReason: '', successorDealerId: null, draftedBy: ctx.userId, importJobId: null, version: 1, createdAt: await tx.now(),
      });
      const taxIdentity = taxIdentityOf(request);
      const agreement = agreementOf(request);
      const contact = contactOf(request);
      checkDealerData(dealer);
      if (contact) checkContact(contact, 'contact');
      checkTaxIdentity(taxIdentity);
      checkAgreement(agreement, 'agreement.');
      if (dealer.parentId !== null) checkParent(await loadDealer(tx, dealer.parentId, 'pessimistic_read'));
      // Without case: nobody tells T1 from t1 on the phone.
      await holdCode(tx, 'dealer', dealer.code);
      if (await tx.em.createQueryBuilder(DealerEntity, 'd').where('lower(d.code) = :code', { code: codeKey(dealer.code) }).getExists()) {
        throw new Refusal('already_exists', 'DEALER_CODE_TAKEN', 'Another dealer has this code.', { field: 'code' });
      }
      return keepDraft(tx, { dealer, taxIdentity, agreement, contacts: contact ? [contact] : [] });
    }, { request });
  }

  /** Changes a dealer's data; a tax identity, address or main contact that is not sent stays, an agreement that is sent is filed. */
  @Rpc(DealerService.method.updateDealer)
  updateDealer(request: UpdateDealerRequest, ctx: CallContext) {
    return changeDealer(this.database, ctx, { action: 'update', request, work: async (tx, { dealer, contract }) => {
      requireChangeable(dealer.status);
      // Who changes a draft has drafted it: he does not activate it himself.
      if (dealer.status === 'applicant') dealer.draftedBy = ctx.userId;
      const data = dataOf(request);
      Object.assign(dealer, data, request.address ? {} : { regionCode: dealer.regionCode, addressDetail: dealer.addressDetail });
      if (request.taxIdentity) contract.taxIdentity = taxIdentityOf(request);
      const agreement = agreementOf(request);
      await keepMainContact(tx, dealer.id, contactOf(request));
      checkDealerData({ ...dealer, code: undefined });
      checkTaxIdentity(contract.taxIdentity);
      checkAgreement(agreement, 'agreement.');
      await tx.em.save(DealerContractEntity, { dealerId: dealer.id, taxIdentity: contract.taxIdentity });
      if (agreement) await fileAgreement(tx, dealer.id, agreement);
    } });
  }

  @Rpc(DealerService.method.activateDealer)
  activateDealer(request: ActivateDealerRequest, ctx: CallContext) {
    return changeDealer(this.database, ctx, { action: 'activate', request, work: activateDealer });
  }

  @Rpc(DealerService.method.suspendDealer)
  suspendDealer(request: SuspendDealerRequest, ctx: CallContext) {
    return changeDealer(this.database, ctx, { action: 'suspend', request, work: (_tx, { dealer }) => {
      dealer.status = suspend(dealer.status, request.reason);
      dealer.statusReason = request.reason.trim();
      return Promise.resolve();
    } });
  }

  /** One dealer; identity for invoices and agreement only for its own manager and the manufacturer. */
  @Rpc(DealerService.method.getDealer)
  async getDealer(request: GetDealerRequest, ctx: CallContext) {
    return this.database.read(ctx, async (tx) => {
      const dealer = await loadDealer(tx, request.id);
      const contract = await loadContract(tx, dealer);
      const today = businessDate(await tx.now());
      const main = await mainContact(tx, dealer.id);
      const contact = main && shownContact(main, dealer.id, ctx);
      const { regionCode, addressDetail, territory, parentId, successorDealerId, importJobId: _job, draftedBy: _by, ...plain } = dealer;
      return {
        ...plain,
        address: { regionCode, detail: addressDetail },
        contactName: contact?.name ?? '',
        contactPhone: contact?.phone ?? '',
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
    territory: [...new Set(request.territoryRegionCodes)],
  };
}

/** The main contact as a dealer's data name it; what else is known of him stands in the list. */
function contactOf(request: CreateDealerRequest | UpdateDealerRequest): Contact | null {
  const [name, phone] = [request.contactName.trim(), request.contactPhone.trim()];
  return name === '' && phone === '' ? null : { name, phone, position: '', mail: '', purpose: 'other', main: true };
}

async function keepMainContact(tx: Tx, dealerId: string, given: Contact | null): Promise<void> {
  if (given === null) return;
  checkContact(given, 'contact');
  const before = await mainContact(tx, dealerId);
  if (before === null) await addContact(tx, dealerId, given);
  else await changeContact(tx, before, { ...before, name: given.name, phone: given.phone });
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
