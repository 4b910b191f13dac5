import { Controller } from '@nestjs/common';
import { FeeService, type GetServiceFeesRequest, type SetServiceFeesRequest } from '@aftercare/contracts';
import { businessDate, isId, isRealDate, newId } from '@aftercare/domain';
import { invalidField, notFound, Rpc, type CallContext, type Handlers } from '@aftercare/messaging';
import { Database, dealerScope, EVERY_DEALER, type Tx } from '@aftercare/service';
import { LessThanOrEqual } from 'typeorm';
import { DealerEntity } from '../dealers/dealer.entity.js';
import { ServiceFeeEntity } from './fee.entity.js';
import { checkFees, requireFeeRole } from './fee.rules.js';

/** D-3: the fees a dealer takes from its customers; they are money, so a parent does not see its child's. */
@Controller()
export class FeeHandlers implements Handlers<typeof FeeService> {
  constructor(private readonly database: Database) {}

  /** Sets labour and travel fee from a day on; the same day set again replaces that day's fees. */
  @Rpc(FeeService.method.setServiceFees)
  async setServiceFees(request: SetServiceFeesRequest, ctx: CallContext) {
    return this.database.command(ctx, async (tx) => {
      const dealer = await ownDealer(tx, request.dealerId || ctx.dealerId || '');
      requireFeeRole(ctx.role);
      const today = businessDate(await tx.now());
      const effectiveFrom = request.effectiveFrom || today;
      checkFees({ ...request, effectiveFrom }, today, dealer.status);
      const before = await tx.em.findOneBy(ServiceFeeEntity, { dealerId: dealer.id, effectiveFrom });
      const fees = tx.em.create(ServiceFeeEntity, {
        id: before?.id ?? newId(), dealerId: dealer.id, effectiveFrom, labourFee: request.labourFee, travelFee: request.travelFee,
        version: (before?.version ?? 0) + 1,
      });
      await tx.em.save(ServiceFeeEntity, fees);
      await tx.audit({
        action: 'set-fees', kind: 'service_fee', id: fees.id, dealerId: dealer.id,
        changed: {
          effectiveFrom: { after: effectiveFrom },
          labourFee: { before: before?.labourFee ?? null, after: fees.labourFee },
          travelFee: { before: before?.travelFee ?? null, after: fees.travelFee },
        },
      });
      return { id: fees.id, number: '', state: '', version: fees.version };
    }, { request });
  }

  /** The fees that hold on a day; empty amounts when the dealer has set none until then. */
  @Rpc(FeeService.method.getServiceFees)
  async getServiceFees(request: GetServiceFeesRequest, ctx: CallContext) {
    if (request.on !== '' && !isRealDate(request.on)) throw invalidField('on', 'This is not a calendar date.', 'INVALID_DATE');
    return this.database.read(ctx, async (tx) => {
      const dealer = await ownDealer(tx, request.dealerId || ctx.dealerId || '');
      const on = request.on || businessDate(await tx.now());
      const fees = await tx.em.findOne(ServiceFeeEntity, {
        where: { dealerId: dealer.id, effectiveFrom: LessThanOrEqual(on) }, order: { effectiveFrom: 'DESC' },
      });
      return { dealerId: dealer.id, labourFee: fees?.labourFee ?? '', travelFee: fees?.travelFee ?? '', effectiveFrom: fees?.effectiveFrom ?? '' };
    });
  }
}

/** The dealer whose money the caller may see: its own, or any for the manufacturer. */
async function ownDealer(tx: Tx, id: string): Promise<DealerEntity> {
  const scope = dealerScope(tx.ctx, { money: true });
  const seen = isId(id) && (scope === EVERY_DEALER || scope.includes(id));
  const dealer = seen ? await tx.em.findOneBy(DealerEntity, { id }) : null;
  if (!dealer) throw notFound('dealer');
  return dealer;
}
