import { Controller } from '@nestjs/common';
import { FeeService, type GetServiceFeesRequest, type ListServiceFeesRequest, type SetServiceFeesRequest } from '@aftercare/contracts';
import { businessDate, isId, isRealDate, newId } from '@aftercare/domain';
import { invalidField, isManufacturer, notFound, permissionDenied, Rpc, type CallContext, type Handlers } from '@aftercare/messaging';
import { Database, dealerScope, EVERY_DEALER, pageOf, type Tx } from '@aftercare/service';
import { LessThanOrEqual } from 'typeorm';
import { DealerEntity } from '../dealers/dealer.entity.js';
import { filteredPage } from '../filtered-page.js';
import { referenceOf, tariffOn } from '../tariffs/tariff.store.js';
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

  /** The fees that hold on a day; empty amounts when the dealer has set none until then. Beside them what the reference tariff says. */
  @Rpc(FeeService.method.getServiceFees)
  async getServiceFees(request: GetServiceFeesRequest, ctx: CallContext) {
    refuseNoDate(request.on);
    return this.database.read(ctx, async (tx) => {
      const dealer = await ownDealer(tx, request.dealerId || ctx.dealerId || '');
      const on = request.on || businessDate(await tx.now());
      const fees = await tx.em.findOne(ServiceFeeEntity, {
        where: { dealerId: dealer.id, effectiveFrom: LessThanOrEqual(on) }, order: { effectiveFrom: 'DESC' },
      });
      const reference = referenceOf(await tariffOn(tx, on), { family: request.family, regionCode: dealer.regionCode }, fees);
      return { dealerId: dealer.id, labourFee: fees?.labourFee ?? '', travelFee: fees?.travelFee ?? '', effectiveFrom: fees?.effectiveFrom ?? '', ...reference };
    });
  }

  /** D-3: who takes what, for the manufacturer: dealers with fees of their own by code. */
  @Rpc(FeeService.method.listServiceFees)
  async listServiceFees(request: ListServiceFeesRequest, ctx: CallContext) {
    refuseNoDate(request.on);
    if (!isManufacturer(ctx)) throw permissionDenied('ROLE_NOT_ALLOWED', 'The fees of all dealers are the manufacturer’s to read.');
    const page = pageOf(request.page, { list: 'service-fees' });
    const { on, tariff } = await this.database.read(ctx, async (tx) => {
      const day = request.on || businessDate(await tx.now());
      return { on: day, tariff: await tariffOn(tx, day) };
    });
    const read = (after: typeof page.after, limit: number) =>
      this.database.many<FeeRow>(ctx, { name: 'service_fee_list', text: FEES, values: [on, after?.key ?? null, after?.id ?? null, limit] });
    return filteredPage(page, read, (rows) => Promise.resolve(rows.map(({ id, key, name, regionCode, ...fees }) => {
      const reference = referenceOf(tariff, { family: request.family, regionCode }, fees);
      return request.aboveReference && !reference.aboveReference ? undefined : { dealerId: id, dealerCode: key, dealerName: name, ...fees, ...reference };
    })));
  }
}

/** A dealer with its fees of a day, by code. */
interface FeeRow {
  id: string;
  key: string;
  name: string;
  regionCode: string;
  labourFee: string;
  travelFee: string;
  effectiveFrom: string;
}

const FEES = `
  select d.id, d.code as key, d.name, d.region_code as "regionCode", f.labour_fee::text as "labourFee", f.travel_fee::text as "travelFee",
    f.effective_from::text as "effectiveFrom"
  from dealer d, lateral (
    select * from service_fee where dealer_id = d.id and effective_from <= $1::date order by effective_from desc limit 1) f
  where $2::text is null or (d.code, d.id) > ($2, $3::uuid) order by d.code, d.id limit $4`;

function refuseNoDate(on: string): void {
  if (on !== '' && !isRealDate(on)) throw invalidField('on', 'This is not a calendar date.', 'INVALID_DATE');
}

/** The dealer whose money the caller may see: its own, or any for the manufacturer. */
async function ownDealer(tx: Tx, id: string): Promise<DealerEntity> {
  const scope = dealerScope(tx.ctx, { money: true });
  const seen = isId(id) && (scope === EVERY_DEALER || scope.includes(id));
  const dealer = seen ? await tx.em.findOneBy(DealerEntity, { id }) : null;
  if (!dealer) throw notFound('dealer');
  return dealer;
}
