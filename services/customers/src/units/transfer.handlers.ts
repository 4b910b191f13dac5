import { Controller } from '@nestjs/common';
import { ProductUnitService, type TransferUnitRequest } from '@aftercare/contracts';
import { askerOf, businessDate, isId, newId } from '@aftercare/domain';
import { notFound, Rpc, type CallContext, type Handlers } from '@aftercare/messaging';
import { Database, expectVersion, refuseTerminated, seesDealer, type Tx } from '@aftercare/service';
import { askedByOf, holdCustomer, withoutCustomers } from '../customers/customer-change.js';
import { CustomerEntity } from '../customers/customer.entity.js';
import { requireServingDealer } from '../customers/customer.rules.js';
import { isOwnWork, ownWorker, worksOn } from '../own-work/own-work.js';
import { checkTransfer, requireTransferRole } from './transfer.rules.js';
import { UnitEntity, UnitSaleEntity, UnitTransferEntity } from './unit.entity.js';
import { flowed, lockedUnit, unitRef } from './unit.flow.js';
import { tellOwners } from './unit-owners.js';

type Transferring = Pick<Handlers<typeof ProductUnitService>, 'transferUnit'>;

/** C-2: a unit goes to another customer of its dealer; what was sold, and what the warranty runs from, stays. */
@Controller()
export class TransferHandlers implements Transferring {
  constructor(private readonly database: Database) {}

  /** An open appointment follows the unit; what was done for the owner before stays his. Errors as documented at the rpc. */
  @Rpc(ProductUnitService.method.transferUnit)
  async transferUnit(request: TransferUnitRequest, ctx: CallContext): ReturnType<Transferring['transferUnit']> {
    if (ctx.dealerStatus !== null) requireServingDealer(ctx.dealerStatus);
    return this.database.command(ctx, async (tx) => {
      const to = await newOwner(tx, request.customerId);
      const { unit } = await lockedUnit(tx, request.id, '');
      requireTransferRole(ctx.role);
      const askedBy = askerOf(ctx.role, request.askedBy);
      expectVersion(unit, request.version, unitRef(unit));
      const sale = await tx.em.findOne(UnitSaleEntity, { where: { unitId: unit.id }, lock: { mode: 'pessimistic_write' } });
      const last = await tx.em.findOne(UnitTransferEntity, { where: { unitId: unit.id }, order: { transferredAt: 'DESC', id: 'DESC' } });
      const own = sale !== null && seesDealer(ctx, sale.dealerId);
      if (own && !(await worksOn(tx, { id: unit.id, ownerId: sale.customerId }))) throw notFound('product unit');
      if (own) await refuseTerminated(tx, sale.dealerId);
      const facts = { ...unit, sale: own ? { dealerId: sale.dealerId, ownerId: sale.customerId } : null, lastTransferOn: last?.transferredOn ?? null };
      checkTransfer(facts, to, request, businessDate(await tx.now()));
      await handOver(tx, { unit, sale: sale as UnitSaleEntity, to, request: { ...request, askedBy } });
      return unitRef(unit);
    }, { request });
  }
}

/** Writes owner, transfer, flow and audit together. */
async function handOver(tx: Tx, given: { unit: UnitEntity; sale: UnitSaleEntity; to: CustomerEntity; request: TransferUnitRequest }): Promise<void> {
  const { unit, sale, to, request } = given;
  const from = sale.customerId;
  const transfer = tx.em.create(UnitTransferEntity, {
    id: newId(), unitId: unit.id, dealerId: sale.dealerId, fromCustomerId: from, toCustomerId: to.id, transferredOn: request.transferredOn,
    reason: await withoutCustomers(tx, request.reason.trim(), [from, to.id]), transferredBy: tx.ctx.userId, askedBy: request.askedBy, transferredAt: await tx.now(),
  });
  sale.customerId = to.id;
  unit.version += 1;
  await tx.em.save(UnitSaleEntity, sale);
  await tx.em.save(UnitEntity, unit);
  await tx.em.insert(UnitTransferEntity, transfer);
  await tx.sql({
    name: 'transfer_appointment', text: `update installation set customer_id = $2 where unit_id = $1 and state = 'scheduled'`, values: [unit.id, to.id],
  });
  await flowed(tx, unit, { kind: 'transferred', dealerId: sale.dealerId, on: transfer.transferredOn, documentId: transfer.id });
  await tx.audit({
    action: 'transfer', kind: 'product_unit', id: unit.id, dealerId: sale.dealerId,
    changed: { customerId: { before: from, after: to.id }, transferredOn: { after: transfer.transferredOn } }, personal: { reason: { after: transfer.reason }, ...askedByOf(transfer.askedBy) },
  });
  await tellOwners(tx, unit);
}

async function newOwner(tx: Tx, id: string): Promise<CustomerEntity> {
  const customer = isId(id)
    ? await tx.em.createQueryBuilder(CustomerEntity, 'customer').where('customer.id = :id', { id }).andWhere(isOwnWork('customer', ':me'), { me: ownWorker(tx.ctx) }).getOne()
    : null;
  if (!customer || !seesDealer(tx.ctx, customer.dealerId)) throw notFound('customer');
  await holdCustomer(tx, id);
  return customer;
}
