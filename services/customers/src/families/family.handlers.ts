import { Controller } from '@nestjs/common';
import {
  ProductFamilyService,
  type CreateProductFamilyRequest, type GetProductFamilyRequest, type ListProductFamiliesRequest, type UpdateProductFamilyRequest,
} from '@aftercare/contracts';
import { isId, newId, Refusal } from '@aftercare/domain';
import { notFound, Rpc, type CallContext, type Handlers } from '@aftercare/messaging';
import { Database, expectVersion, holdCode, jsonPage, type JsonRow, type Tx } from '@aftercare/service';
import { FamilyEntity } from './family.entity.js';
import { listFamilies } from './family.queries.js';
import { checkFamilyCode, checkFamilyNames, requireFamilyRole } from './family.rules.js';

/** W-9: the catalogue of product families; everybody reads it. */
@Controller()
export class FamilyHandlers implements Handlers<typeof ProductFamilyService> {
  constructor(private readonly database: Database) {}

  @Rpc(ProductFamilyService.method.createProductFamily)
  async createProductFamily(request: CreateProductFamilyRequest, ctx: CallContext) {
    requireFamilyRole(ctx.role);
    const given = { code: request.code.trim(), name: request.name.trim(), nameEn: request.nameEn.trim() };
    checkFamilyCode(given.code, 'code');
    checkFamilyNames(given);
    return this.database.command(ctx, async (tx) => {
      // One who writes a code in capitals means the same family.
      await holdCode(tx, 'product_family', given.code);
      const [taken] = await tx.sql({ name: 'family_taken', text: 'select id from product_family where lower(code) = lower($1)', values: [given.code] });
      if (taken) throw new Refusal('already_exists', 'FAMILY_CODE_TAKEN', 'Another family has this code.', { field: 'code' });
      const family = tx.em.create(FamilyEntity, { id: newId(), ...given, active: true, version: 1, createdAt: await tx.now() });
      await tx.em.insert(FamilyEntity, family);
      await tx.audit({ action: 'create', kind: 'product_family', id: family.id, changed: { code: { after: family.code }, name: { after: family.name } } });
      return refOf(family);
    }, { request });
  }

  @Rpc(ProductFamilyService.method.updateProductFamily)
  async updateProductFamily(request: UpdateProductFamilyRequest, ctx: CallContext) {
    requireFamilyRole(ctx.role);
    const given = { name: request.name.trim(), nameEn: request.nameEn.trim(), active: request.active };
    checkFamilyNames(given);
    return this.database.command(ctx, async (tx) => {
      const family = isId(request.id) ? await tx.em.findOne(FamilyEntity, { where: { id: request.id }, lock: { mode: 'pessimistic_write' } }) : null;
      if (!family) throw notFound('product family');
      expectVersion(family, request.version, { id: family.id, code: family.code, active: family.active });
      if (given.active && !family.active) await requireOnlyOne(tx, family);
      const before = { name: family.name, nameEn: family.nameEn, active: family.active };
      Object.assign(family, given, { version: family.version + 1 });
      await tx.em.save(FamilyEntity, family);
      await tx.audit({
        action: 'update', kind: 'product_family', id: family.id,
        changed: {
          name: { before: before.name, after: family.name }, nameEn: { before: before.nameEn, after: family.nameEn }, active: { before: before.active, after: family.active },
        },
      });
      return refOf(family);
    }, { request });
  }

  @Rpc(ProductFamilyService.method.getProductFamily)
  async getProductFamily(request: GetProductFamilyRequest, ctx: CallContext) {
    return this.database.read(ctx, async (tx) => {
      const family = await tx.em.findOneBy(FamilyEntity, { code: request.code });
      if (!family) throw notFound('product family');
      return family;
    });
  }

  @Rpc(ProductFamilyService.method.listProductFamilies)
  async listProductFamilies(request: ListProductFamiliesRequest, ctx: CallContext) {
    const { page, ...statement } = listFamilies(request);
    return jsonPage(await this.database.many<JsonRow>(ctx, statement), page);
  }
}

/** Of families whose codes differ in case only, from before that was refused, one is in use. */
async function requireOnlyOne(tx: Tx, family: FamilyEntity): Promise<void> {
  await holdCode(tx, 'product_family', family.code);
  const [twin] = await tx.sql({
    name: 'family_twin', text: 'select id from product_family where lower(code) = lower($1) and id <> $2 and active', values: [family.code, family.id],
  });
  if (twin) throw new Refusal('already_exists', 'FAMILY_CODE_TAKEN', 'Another family has this code.', { field: 'active' });
}

function refOf(family: FamilyEntity) {
  return { id: family.id, number: family.code, state: family.active ? 'active' : 'retired', version: family.version };
}
