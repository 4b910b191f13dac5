import { Controller } from '@nestjs/common';
import {
  NoticeRequestedSchema, PurchaseProofService,
  type DecidePurchaseProofRequest, type GetPurchaseProofRequest, type ListPurchaseProofsRequest, type ProvePurchaseRequest,
} from '@aftercare/contracts';
import { allowedActions, businessDate, isDealerRole, isId, newId, Refusal } from '@aftercare/domain';
import { notFound, Rpc, ServiceError, type CallContext, type Handlers } from '@aftercare/messaging';
import { Database, expectVersion, jsonPage, refuseTerminated, seesDealer, type JsonRow, type Tx } from '@aftercare/service';
import { withoutCustomers } from '../customers/customer-change.js';
import { requireServingDealer } from '../customers/customer.rules.js';
import { termsOfModels } from '../models/model.queries.js';
import { ownWorker, worksOn } from '../own-work/own-work.js';
import { UnitEntity, UnitSaleEntity, UnitTransferEntity } from '../units/unit.entity.js';
import { lockedUnit, unitRef } from '../units/unit.flow.js';
import { readUnit } from '../units/unit.queries.js';
import { dateUnit, provedUnit, standings } from './purchase-dating.js';
import { PurchaseProofEntity } from './purchase-proof.entity.js';
import { listProofs } from './purchase-proof.queries.js';
import { checkProof, checkProvedDate, decide, effectOf, proofActions, requireProofRole } from './purchase-proof.rules.js';

/** W-4: the day of purchase is proved after the sale, or corrected; a dealer's proof is decided by the manufacturer's clerk. */
@Controller()
export class PurchaseProofHandlers implements Handlers<typeof PurchaseProofService> {
  constructor(private readonly database: Database) {}

  /** A dealer's proof waits, the clerk's own counts at once. Errors as documented at the rpc. */
  @Rpc(PurchaseProofService.method.provePurchase)
  async provePurchase(request: ProvePurchaseRequest, ctx: CallContext) {
    const { modelId } = await readUnit(this.database, ctx, request.id);
    requireProofRole('prove', ctx.role);
    if (ctx.dealerStatus !== null) requireServingDealer(ctx.dealerStatus);
    const terms = await termsOfModels(this.database, ctx, [modelId]);
    return this.database.command(ctx, async (tx) => {
      const { unit } = await lockedUnit(tx, request.id, '');
      const sale = await saleOf(tx, unit);
      if (!(await worksOn(tx, { id: unit.id, ownerId: sale.customerId }))) throw notFound('product unit');
      await refuseTerminated(tx, sale.dealerId);
      expectVersion(unit, request.version, unitRef(unit));
      const [facts, now] = [await provedUnit(tx, unit), await tx.now()];
      checkProvedDate(facts, request.purchaseDate, businessDate(now));
      checkProof(facts, { evidenceId: request.evidence?.id ?? '', reason: request.reason });
      await refuseSecond(tx, unit.id);
      const waits = isDealerRole(ctx.role);
      const proof = tx.em.create(PurchaseProofEntity, {
        id: newId(), dealerId: sale.dealerId, unitId: unit.id, state: waits ? 'submitted' : 'accepted', purchaseDate: request.purchaseDate,
        evidence: { id: request.evidence?.id ?? '', sha256: request.evidence?.sha256 ?? '' }, reason: await withoutCustomers(tx, request.reason.trim(), await people(tx, sale)),
        submittedBy: ctx.userId, submittedAt: now, decidedBy: waits ? null : ctx.userId, decidedAt: waits ? null : now, decisionReason: '',
        standingBefore: null, standingAfter: null, version: 1,
      });
      if (!waits) await dateUnit(tx, unit, proof, terms);
      await tx.em.insert(PurchaseProofEntity, proof);
      await audit(tx, proof, waits ? 'submit' : 'prove');
      if (waits) await tx.announce(NoticeRequestedSchema, { ...about(proof, unit), kind: 'unit.purchase_proof_submitted', recipientRole: 'service_clerk' });
      return refOf(proof, unit);
    }, { request });
  }

  /** The day is looked at again, since the unit may have been installed or handed over meanwhile. Errors as documented at the rpc. */
  @Rpc(PurchaseProofService.method.decidePurchaseProof)
  async decidePurchaseProof(request: DecidePurchaseProofRequest, ctx: CallContext) {
    const { unitId } = await this.database.read(ctx, (tx) => load(tx, request.id));
    requireProofRole('decide', ctx.role);
    const { modelId } = await readUnit(this.database, ctx, unitId);
    const terms = await termsOfModels(this.database, ctx, [modelId]);
    return this.database.command(ctx, async (tx) => {
      const { unit } = await lockedUnit(tx, unitId, '');
      const proof = await load(tx, request.id, 'pessimistic_write');
      const sale = await saleOf(tx, unit);
      expectVersion(proof, request.version, { id: proof.id, state: proof.state });
      const { accepted } = request;
      proof.state = decide({ ...proof, hasEvidence: proof.evidence !== null }, { accepted, reason: request.reason, by: ctx.userId });
      const now = await tx.now();
      if (accepted) {
        checkProvedDate(await provedUnit(tx, unit), proof.purchaseDate, businessDate(now));
        await dateUnit(tx, unit, proof, terms);
      } else {
        const { before, after } = standings(unit, proof.purchaseDate, { terms, today: businessDate(now) });
        Object.assign(proof, { standingBefore: before, standingAfter: after });
      }
      const decisionReason = await withoutCustomers(tx, request.reason.trim(), await people(tx, sale));
      Object.assign(proof, { decidedBy: ctx.userId, decidedAt: now, decisionReason, version: proof.version + 1 });
      await tx.em.save(PurchaseProofEntity, proof);
      await audit(tx, proof, accepted ? 'accept' : 'refuse');
      await tx.announce(NoticeRequestedSchema, {
        ...about(proof, unit), kind: accepted ? 'unit.purchase_proof_accepted' : 'unit.purchase_proof_refused', recipientRole: 'dealer_manager', recipientDealerId: proof.dealerId,
      });
      return refOf(proof, unit);
    }, { request });
  }

  @Rpc(PurchaseProofService.method.getPurchaseProof)
  async getPurchaseProof(request: GetPurchaseProofRequest, ctx: CallContext) {
    const proof = await this.database.read(ctx, (tx) => load(tx, request.id));
    const unit = await readUnit(this.database, ctx, proof.unitId);
    const terms = await termsOfModels(this.database, ctx, [unit.modelId]);
    const now = standings(unit, proof.purchaseDate, { terms, today: unit.today });
    const [before, after] = [proof.standingBefore ?? now.before, proof.standingAfter ?? now.after];
    const { zh, en } = effectOf(before, after);
    const { standingBefore: _before, standingAfter: _after, ...shown } = proof;
    return {
      ...shown, before, after, effectZh: zh, effectEn: en, serial: unit.serial, evidence: proof.evidence ?? undefined,
      decidedBy: proof.decidedBy ?? '', decidedAt: proof.decidedAt ?? '',
      allowedActions: allowedActions(ctx, proofActions({ ...proof, hasEvidence: proof.evidence !== null }, ctx)),
    };
  }

  @Rpc(PurchaseProofService.method.listPurchaseProofs)
  async listPurchaseProofs(request: ListPurchaseProofsRequest, ctx: CallContext) {
    for (const id of [request.dealerId, request.unitId]) if (id !== '' && !isId(id)) throw notFound('filter');
    const { page, ...statement } = listProofs(request, ctx);
    return jsonPage(await this.database.many<JsonRow>(ctx, statement), page);
  }
}

/** The sale of a unit the caller sees; one that another dealer sold looks like a missing unit. */
async function saleOf(tx: Tx, unit: UnitEntity): Promise<UnitSaleEntity> {
  const sale = await tx.em.findOneBy(UnitSaleEntity, { unitId: unit.id });
  if (!unit.sold) throw new Refusal('failed_precondition', 'UNIT_NOT_SOLD', 'The unit is not sold yet.');
  if (!sale || !seesDealer(tx.ctx, sale.dealerId)) throw notFound('product unit');
  return sale;
}

async function load(tx: Tx, id: string, lock?: 'pessimistic_write'): Promise<PurchaseProofEntity> {
  const proof = isId(id) ? await tx.em.findOne(PurchaseProofEntity, { where: { id }, ...(lock ? { lock: { mode: lock } } : {}) }) : null;
  if (!proof || !seesDealer(tx.ctx, proof.dealerId) || !(await isOwn(tx, proof))) throw notFound('purchase proof');
  return proof;
}

/** C-5: a technician's proofs are those he handed in and those of units he works on. */
async function isOwn(tx: Tx, proof: PurchaseProofEntity): Promise<boolean> {
  const me = ownWorker(tx.ctx);
  if (me === null || proof.submittedBy === me) return true;
  const sale = await tx.em.findOneBy(UnitSaleEntity, { unitId: proof.unitId });
  return worksOn(tx, { id: proof.unitId, ownerId: sale?.customerId ?? null });
}

/** One proof waits at a time, so that a decision is about the unit as it is. */
async function refuseSecond(tx: Tx, unitId: string): Promise<void> {
  const open = await tx.em.findOneBy(PurchaseProofEntity, { unitId, state: 'submitted' });
  if (open) throw new ServiceError('already_exists', 'PROOF_OPEN', 'A proof of this unit waits to be decided.', { proofId: open.id });
}

/** Whoever bought the unit, owns it or owned it between. */
async function people(tx: Tx, { unitId, customerId, buyerId }: UnitSaleEntity): Promise<string[]> {
  const transfers = await tx.em.findBy(UnitTransferEntity, { unitId });
  return [...new Set([customerId, buyerId, ...transfers.map(({ toCustomerId }) => toCustomerId)])];
}

function about(proof: PurchaseProofEntity, unit: UnitEntity) {
  const params = JSON.stringify({ serial: unit.serial, purchaseDate: proof.purchaseDate });
  return { documentKind: 'purchase-proof', documentId: proof.id, documentNumber: unit.serial, severity: 'info', params };
}

async function audit(tx: Tx, proof: PurchaseProofEntity, action: string): Promise<void> {
  const { id, dealerId, state, purchaseDate, reason, decisionReason } = proof;
  await tx.audit({
    action, kind: 'purchase_proof', id, dealerId, changed: { state: { after: state }, purchaseDate: { after: purchaseDate } },
    personal: { ...(reason === '' ? {} : { reason: { after: reason } }), ...(decisionReason === '' ? {} : { decisionReason: { after: decisionReason } }) },
  });
}

function refOf(proof: PurchaseProofEntity, unit: UnitEntity) {
  return { id: proof.id, number: unit.serial, state: proof.state, version: proof.version };
}
