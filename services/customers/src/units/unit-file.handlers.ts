import { Controller } from '@nestjs/common';
import { ProductUnitService, type GetUnitFileRequest, type GetUnitRequest } from '@aftercare/contracts';
import { allowedActions } from '@aftercare/domain';
import { notFound, Rpc, type CallContext, type Handlers } from '@aftercare/messaging';
import { Database } from '@aftercare/service';
import { termsOfSeen } from '../models/model.queries.js';
import { stageOn, warrantyUntil } from '../warranty/stage.rules.js';
import { unitFile, type UnitFileRow } from './unit-file.queries.js';
import { readUnit, type UnitRow } from './unit.queries.js';
import { seesSalePrice, unitActions } from './unit.rules.js';

/** C-2: one unit as its dealer reads it, and everything this service knows of it; each dealer sees its own steps. */
@Controller()
export class UnitFileHandlers implements Pick<Handlers<typeof ProductUnitService>, 'getUnit' | 'getUnitFile'> {
  constructor(private readonly database: Database) {}

  @Rpc(ProductUnitService.method.getUnit)
  async getUnit(request: GetUnitRequest, ctx: CallContext) {
    return this.message(await readUnit(this.database, ctx, request.id), ctx);
  }

  @Rpc(ProductUnitService.method.getUnitFile)
  async getUnitFile(request: GetUnitFileRequest, ctx: CallContext) {
    const row = await readUnit(this.database, ctx, request.id);
    const [unit, file] = await Promise.all([this.message(row, ctx), this.database.one<UnitFileRow>(ctx, unitFile(row.id, ctx))]);
    if (file === null) throw notFound('product unit');
    return { unit, ...file };
  }

  private async message(row: UnitRow, ctx: CallContext) {
    const terms = (await termsOfSeen(this.database, ctx, [row])).of(row.modelId, row.purchaseDate ?? row.today);
    const { salePrice, sellingDealerId, servingDealerStatus: _servingDealerStatus, ownWork: _ownWork, proof, ...unit } = row;
    return {
      ...unit,
      dealerId: row.dealerId ?? '',
      sellingDealerId: sellingDealerId ?? '',
      servingDealerId: row.servingDealerId ?? '',
      customerId: row.customerId ?? '',
      purchaseDate: row.purchaseDate ?? '',
      acceptedOn: row.acceptedOn ?? '',
      salePrice: sellingDealerId !== null && seesSalePrice(ctx, sellingDealerId) ? (salePrice ?? '') : '',
      proof: proof ?? undefined,
      stage: stageOn(row.today, row, terms),
      warrantyUntil: warrantyUntil(row, terms) ?? '',
      crossTerritory: row.crossTerritory ?? false,
      allowedActions: allowedActions(ctx, unitActions(row, ctx)),
    };
  }
}
