import { Controller } from '@nestjs/common';
import { ProductUnitService, WarrantyExtensionService, type ExtendWarrantyRequest, type ListExtensionsRequest, type WithdrawExtensionRequest } from '@aftercare/contracts';
import { businessDate, isId, newId } from '@aftercare/domain';
import { notFound, Rpc, type CallContext, type Handlers } from '@aftercare/messaging';
import { Database, expectVersion, jsonPage, type JsonRow } from '@aftercare/service';
import { withoutCustomers } from '../customers/customer-change.js';
import { termsOfModels } from '../models/model.queries.js';
import { UnitEntity, UnitSaleEntity, WarrantyExtensionEntity } from '../units/unit.entity.js';
import { flowed, lockedUnit, unitRef } from '../units/unit.flow.js';
import { readUnit } from '../units/unit.queries.js';
import { requireUnitRole } from '../units/unit.rules.js';
import { warrantyEnds } from '../warranty/stage.rules.js';
import { listExtensions } from './extension.queries.js';
import { checkExtension, checkWithdrawal, longestExtension } from './extension.rules.js';

type Served = Pick<Handlers<typeof ProductUnitService>, 'extendWarranty'> & Handlers<typeof WarrantyExtensionService>;

/** W-10: longer warranties of single units, each with basis, reason and who granted it. */
@Controller()
export class ExtensionHandlers implements Served {
  constructor(private readonly database: Database) {}

  /** A longer warranty for one unit. Errors as documented at the rpc. */
  @Rpc(ProductUnitService.method.extendWarranty)
  async extendWarranty(request: ExtendWarrantyRequest, ctx: CallContext) {
    const row = await readUnit(this.database, ctx, request.id);
    requireUnitRole('extend-warranty', ctx.role);
    const terms = await termsOfModels(this.database, ctx, [row.modelId]);
    return this.database.command(ctx, async (tx) => {
      const { unit, dispatchedTo } = await lockedUnit(tx, request.id, '');
      expectVersion(unit, request.version, unitRef(unit));
      const now = await tx.now();
      const today = businessDate(now);
      const basis = checkExtension(request, warrantyEnds(unit, terms.of(unit.modelId, unit.purchaseDate ?? today)), today);
      const sale = await tx.em.findOne(UnitSaleEntity, { where: { unitId: unit.id }, lock: { mode: 'pessimistic_read' } });
      const owners = sale ? [sale.customerId] : [];
      const before = unit.extendedUntil;
      const dealerId = row.servingDealerId ?? dispatchedTo ?? '';
      const extension = tx.em.create(WarrantyExtensionEntity, {
        id: newId(), unitId: unit.id, dealerId, customerId: sale?.customerId ?? null, until: request.until, basis,
        reference: await withoutCustomers(tx, request.reference.trim(), owners), reason: await withoutCustomers(tx, request.reason.trim(), owners),
        grantedBy: ctx.userId, grantedAt: now, withdrawnAt: null, withdrawnBy: null, withdrawalReason: '',
      });
      Object.assign(unit, { extendedUntil: request.until, extensionBasis: basis, version: unit.version + 1 });
      await tx.em.save(UnitEntity, unit);
      await tx.em.insert(WarrantyExtensionEntity, extension);
      await flowed(tx, unit, { kind: 'extended', dealerId, on: businessDate(now), documentId: extension.id, note: `until ${request.until}` });
      await tx.audit({
        action: 'extend-warranty', kind: 'product_unit', id: unit.id, dealerId,
        changed: { extendedUntil: { before, after: unit.extendedUntil }, basis: { after: basis } },
        personal: { reason: { after: extension.reason }, reference: { after: extension.reference } },
      });
      return unitRef(unit);
    }, { request });
  }

  /** The unit's warranty is that of the longest extension left. Errors as documented at the rpc. */
  @Rpc(WarrantyExtensionService.method.withdrawExtension)
  async withdrawExtension(request: WithdrawExtensionRequest, ctx: CallContext) {
    await readUnit(this.database, ctx, request.id);
    requireUnitRole('extend-warranty', ctx.role);
    return this.database.command(ctx, async (tx) => {
      const { unit } = await lockedUnit(tx, request.id, '');
      const granted = await tx.em.find(WarrantyExtensionEntity, { where: { unitId: unit.id }, order: { grantedAt: 'ASC', id: 'ASC' } });
      const extension = granted.find(({ id }) => id === request.extensionId);
      if (!extension) throw notFound('warranty extension');
      expectVersion(unit, request.version, unitRef(unit));
      checkWithdrawal(extension, request.reason);
      const now = await tx.now();
      const withdrawalReason = await withoutCustomers(tx, request.reason.trim(), extension.customerId === null ? [] : [extension.customerId]);
      Object.assign(extension, { withdrawnAt: now, withdrawnBy: ctx.userId, withdrawalReason });
      const before = unit.extendedUntil;
      const longest = longestExtension(granted);
      Object.assign(unit, { extendedUntil: longest?.until ?? null, extensionBasis: longest?.basis ?? null, version: unit.version + 1 });
      await tx.em.save(WarrantyExtensionEntity, extension);
      await tx.em.save(UnitEntity, unit);
      await flowed(tx, unit, {
        kind: 'extension_withdrawn', dealerId: extension.dealerId, on: businessDate(now), documentId: extension.id, note: `until ${extension.until}`,
      });
      await tx.audit({
        action: 'withdraw-extension', kind: 'product_unit', id: unit.id, dealerId: extension.dealerId,
        changed: { extendedUntil: { before, after: unit.extendedUntil }, extensionId: { after: extension.id } }, personal: { reason: { after: withdrawalReason } },
      });
      return unitRef(unit);
    }, { request });
  }

  @Rpc(WarrantyExtensionService.method.listExtensions)
  async listExtensions(request: ListExtensionsRequest, ctx: CallContext) {
    for (const id of [request.dealerId, request.unitId]) if (id !== '' && !isId(id)) throw notFound('filter');
    const { page, ...statement } = listExtensions(request, ctx);
    return jsonPage(await this.database.many<JsonRow>(ctx, statement), page);
  }
}
