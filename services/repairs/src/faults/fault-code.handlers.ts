import { Controller } from '@nestjs/common';
import {
  FaultCatalogueService,
  ProductFamilyService,
  type CreateFaultCodeRequest,
  type ListFaultCodesRequest,
  type PublishFaultCodeRequest,
} from '@aftercare/contracts';
import { newId, Refusal, requireFamilyInUse, type KnownFamily } from '@aftercare/domain';
import { Bus, Rpc, ServiceError, type CallContext, type Handlers } from '@aftercare/messaging';
import { Conditions, Database, jsonPage, listStatement, pageOf, type JsonRow, type ListOrder, type Tx } from '@aftercare/service';
import { changeCode, FAULT_CODE_KIND, refOf } from './fault-code.js';
import { FaultCodeRow } from './fault-code.entity.js';
import { parentKindOf, refuseIncompleteCode, requireCodeRole } from './fault-code.rules.js';

type Catalogue = Handlers<typeof FaultCatalogueService>;

/** The fault catalogue: family → fault → cause → action. It is the manufacturer's and everybody reads it. */
@Controller()
export class FaultCodeHandlers implements Catalogue {
  constructor(
    private readonly db: Database,
    private readonly bus: Bus,
  ) {}

  @Rpc(FaultCatalogueService.method.createFaultCode)
  async createFaultCode(request: CreateFaultCodeRequest, ctx: CallContext): ReturnType<Catalogue['createFaultCode']> {
    requireCodeRole('create', ctx.role);
    refuseIncompleteCode(request);
    const known = await this.family(request.family, ctx);
    return this.db.command(ctx, async (tx) => {
      requireFamilyInUse(known);
      await refuseUnknownParent(tx, request);
      const { kind, family, code, name, nameEn, parentCode } = request;
      if (await tx.em.existsBy(FaultCodeRow, { kind, family, code })) {
        throw new Refusal('already_exists', 'FAULT_CODE_TAKEN', `${family} has a ${kind} code ${code} already.`, { field: 'code' });
      }
      const row: FaultCodeRow = { id: newId(), kind, family, code, name, nameEn, parentCode, state: 'draft', version: 1 };
      await tx.em.insert(FaultCodeRow, row);
      await tx.audit({ action: 'create', kind: FAULT_CODE_KIND, id: row.id, changed: { code: { after: code }, state: { after: row.state } } });
      return refOf(row);
    }, { request });
  }

  @Rpc(FaultCatalogueService.method.publishFaultCode)
  async publishFaultCode(request: PublishFaultCodeRequest, ctx: CallContext): ReturnType<Catalogue['publishFaultCode']> {
    return this.db.command(ctx, (tx) => changeCode(tx, 'publish', request), { request });
  }

  @Rpc(FaultCatalogueService.method.listFaultCodes)
  async listFaultCodes(request: ListFaultCodesRequest, ctx: CallContext): ReturnType<Catalogue['listFaultCodes']> {
    const page = pageOf(request.page, { list: 'fault-codes' });
    const where = new Conditions()
      .when(request.family, 'f', (family) => `r.family = ${family}`)
      .when(request.kind, 'k', (kind) => `r.kind = ${kind}`)
      .when(request.parentCode, 'p', (parent) => `r.parent_code = ${parent}`)
      .when(request.state, 's', (state) => `r.state = ${state}`);
    const statement = listStatement({ name: 'fault_codes', table: 'fault_code', order: BY_CODE, where, page, columns: LINE });
    return jsonPage(await this.db.many<JsonRow>(ctx, statement), page);
  }

  /** The family of the catalogue, which customers keeps; null where there is none. */
  private async family(code: string, ctx: CallContext): Promise<KnownFamily | null> {
    try {
      return await this.bus.client(ProductFamilyService).getProductFamily({ code }, { ctx });
    } catch (error) {
      if (error instanceof ServiceError && error.code === 'not_found') return null;
      throw error;
    }
  }
}

const BY_CODE: ListOrder = { by: 'r.code', direction: 'asc', type: 'text' };
const LINE = `r.id, r.code as key, json_build_object('id', r.id, 'kind', r.kind, 'family', r.family, 'code', r.code, 'name', r.name, 'nameEn', r.name_en,
  'parentCode', r.parent_code, 'state', r.state, 'version', r.version)::text as item`;

async function refuseUnknownParent(tx: Tx, request: CreateFaultCodeRequest): Promise<void> {
  const kind = parentKindOf(request.kind);
  if (kind === null || (await tx.em.existsBy(FaultCodeRow, { kind, family: request.family, code: request.parentCode }))) return;
  throw new Refusal('invalid_argument', 'PARENT_UNKNOWN', `${request.family} has no ${kind} code ${request.parentCode}.`, { field: 'parentCode' });
}
