import { Controller } from '@nestjs/common';
import {
  CarrierClaimService, type FileCarrierClaimRequest, type RefuseCarrierClaimRequest, type SetCarrierClaimFilesRequest, type SettleCarrierClaimRequest,
  type WithdrawCarrierClaimRequest,
} from '@aftercare/contracts';
import { businessDate, isRealDate } from '@aftercare/domain';
import { Rpc, invalidField, type CallContext, type Handlers } from '@aftercare/messaging';
import { Database, type Tx } from '@aftercare/service';
import { requireRole, requireSite } from '../actions.js';
import { lockForChange, refOf } from '../documents.js';
import { CarrierClaimRow } from './carrier-claim.entity.js';
import { carrierClaimSteps, checkSettlement, claimedAmount, requireOpenForFiles } from './carrier-claim.rules.js';
import { checkFiles } from './claim-files.js';

/** Claims against carriers over what was lost or damaged in transit (P-8). */
@Controller()
export class CarrierClaimHandlers implements Omit<Handlers<typeof CarrierClaimService>, 'getCarrierClaim' | 'listCarrierClaims'> {
  constructor(private readonly database: Database) {}

  @Rpc(CarrierClaimService.method.setCarrierClaimFiles)
  async setCarrierClaimFiles(request: SetCarrierClaimFilesRequest, ctx: CallContext) {
    checkFiles(request.files);
    return this.change(request, ctx, async (tx, claim) => {
      requireOpenForFiles(claim.state);
      return save(tx, claim, 'files', { files: request.files.map(({ id, sha256 }) => ({ id, sha256 })) });
    });
  }

  @Rpc(CarrierClaimService.method.fileCarrierClaim)
  async fileCarrierClaim(request: FileCarrierClaimRequest, ctx: CallContext) {
    return this.change(request, ctx, async (tx, claim) => {
      const state = carrierClaimSteps.next('file', claim.state);
      const amount = claimedAmount(request.amount, claim);
      return save(tx, claim, 'file', { state, amount, reference: request.reference, number: await numberOf(tx, claim) });
    });
  }

  @Rpc(CarrierClaimService.method.settleCarrierClaim)
  async settleCarrierClaim(request: SettleCarrierClaimRequest, ctx: CallContext) {
    const { settledOn, amount: settledAmount, note: reason } = request;
    if (!isRealDate(settledOn)) throw invalidField('settledOn', 'This is not a calendar date.', 'INVALID_DATE');
    return this.change(request, ctx, async (tx, claim) => {
      const state = carrierClaimSteps.next('settle', claim.state);
      if (settledOn > businessDate(await tx.now())) throw invalidField('settledOn', 'It came today or before.', 'DATE_IN_FUTURE');
      checkSettlement(settledAmount, claim.amount ?? '0.00');
      return save(tx, claim, 'settle', { state, settledAmount, settledOn, reason });
    });
  }

  @Rpc(CarrierClaimService.method.refuseCarrierClaim)
  async refuseCarrierClaim(request: RefuseCarrierClaimRequest, ctx: CallContext) {
    if (request.reason.trim() === '') throw invalidField('reason', 'What does the carrier say?', 'REASON_MISSING');
    return this.change(request, ctx, async (tx, claim) => save(tx, claim, 'refuse', { state: carrierClaimSteps.next('refuse', claim.state), reason: request.reason }));
  }

  @Rpc(CarrierClaimService.method.withdrawCarrierClaim)
  async withdrawCarrierClaim(request: WithdrawCarrierClaimRequest, ctx: CallContext) {
    if (request.reason.trim() === '') throw invalidField('reason', 'Why is nothing claimed?', 'REASON_MISSING');
    return this.change(request, ctx, async (tx, claim) => {
      const state = carrierClaimSteps.next('withdraw', claim.state);
      return save(tx, claim, 'withdraw', { state, reason: request.reason, number: await numberOf(tx, claim) });
    });
  }

  /** One command over a claim, locked at the version its author saw; a keeper changes those of his own site. */
  private change(request: { id: string; version: number }, ctx: CallContext, decide: (tx: Tx, claim: CarrierClaimRow) => Promise<ClaimRef>): Promise<ClaimRef> {
    requireRole(ctx, 'carrierClaim.change');
    return this.database.command(ctx, async (tx) => {
      const claim = await lockForChange(tx, CarrierClaimRow, request, 'carrier claim');
      requireSite(ctx, claim.warehouseId);
      return decide(tx, claim);
    }, { request });
  }
}

type ClaimRef = ReturnType<typeof refOf>;

/** the number is taken at the first step out of draft. */
async function numberOf(tx: Tx, { number }: CarrierClaimRow): Promise<string> {
  return number ?? tx.nextNumber('carrier_claim', { prefix: 'CC', gapFree: false });
}

async function save(tx: Tx, claim: CarrierClaimRow, action: string, values: Partial<CarrierClaimRow>): Promise<ClaimRef> {
  const before = claim.state;
  Object.assign(claim, values, { version: claim.version + 1 });
  await tx.em.update(CarrierClaimRow, { id: claim.id }, { ...values, version: claim.version });
  const said = Object.fromEntries((['amount', 'settledAmount', 'reference', 'reason'] as const).filter((field) => values[field] !== undefined).map((field) => [field, { after: values[field] }]));
  await tx.audit({ action, kind: 'carrier_claim', id: claim.id, dealerId: claim.dealerId, changed: { ...said, state: { before, after: claim.state } } });
  return refOf(claim);
}
