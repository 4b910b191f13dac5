import { Controller } from '@nestjs/common';
import {
  FaultCatalogueService,
  ProductFamilyService,
  type CreateFaultCodeRequest,
  type ListFaultCodesRequest,
  type PublishFaultCodeRequest,
} from '@aftercare/contracts';
import { newId, Refusal, requireFamilyInUse, type KnownFamily } from '@aftercare/domain';
import { Bus, notFound, Rpc, ServiceError, type CallContext, type Handlers } from '@aftercare/messaging';
import { Database, expectVersion, jsonPage, pageOf, type JsonRow, type Tx } from '@aftercare/service';
import { FaultCodeRow } from './fault-code.entity.js';
import { faultCodeSteps, parentKindOf, refuseIncompleteCode } from './fault-code.rules.js';

type Catalogue = Handlers<typeof FaultCatalogueService>;
const KIND = 'fault-code';

/** The fault catalogue: family → fault → cause → action. It is the manufacturer's and everybody reads it. */
@Controller()
export class FaultCodeHandlers implements Catalogue {
  constructor(
    private readonly db: Database,
    private readonly bus: Bus,
  ) {}

  @Rpc(FaultCatalogueService.method.createFaultCode)
  async createFaultCode(request: CreateFaultCodeRequest, ctx: CallContext): ReturnType<Catalogue['createFaultCode']> {
    requireRole(ctx, ['service_clerk', 'quality_engineer']);
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
      await tx.audit({ action: 'create', kind: KIND, id: row.id, changed: { code: { after: code }, state: { after: row.state } } });
      return refOf(row);
    }, { request });
  }

  @Rpc(FaultCatalogueService.method.publishFaultCode)
  async publishFaultCode(request: PublishFaultCodeRequest, ctx: CallContext): ReturnType<Catalogue['publishFaultCode']> {
    requireRole(ctx, ['service_supervisor']);
    return this.db.command(ctx, async (tx) => {
      const row = await tx.em.findOne(FaultCodeRow, { where: { id: request.id }, lock: { mode: 'pessimistic_write' } });
      if (!row) throw notFound('fault code');
      expectVersion(row, request.version, { state: row.state });
      row.state = faultCodeSteps.next('publish', row.state as 'draft' | 'published');
      row.version += 1;
      await tx.em.save(FaultCodeRow, row);
      await tx.audit({ action: 'publish', kind: KIND, id: row.id, changed: { state: { before: 'draft', after: row.state } } });
      return refOf(row);
    }, { request });
  }

  @Rpc(FaultCatalogueService.method.listFaultCodes)
  async listFaultCodes(request: ListFaultCodesRequest, ctx: CallContext): ReturnType<Catalogue['listFaultCodes']> {
    const page = pageOf(request.page, { list: 'fault-codes' });
    const rows = await this.db.many<JsonRow>(ctx, {
      name: 'list_fault_codes',
      text: LIST,
      values: [request.family || null, request.kind || null, page.after?.key ?? null, page.after?.id ?? null, page.limit + 1],
    });
    return jsonPage(rows, page);
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

const LIST = `
  select id, code as key, json_build_object('id', id, 'kind', kind, 'family', family, 'code', code, 'name', name, 'nameEn', name_en,
    'parentCode', parent_code, 'state', state, 'version', version)::text as item
  from fault_code
  where ($1::text is null or family = $1) and ($2::text is null or kind = $2)
    and ($3::text is null or (code, id) > ($3::text, $4::uuid))
  order by code, id limit $5`;

function requireRole(ctx: CallContext, roles: string[]): void {
  if (roles.includes(ctx.role)) return;
  throw new Refusal('permission_denied', 'ROLE_NOT_ALLOWED', `The fault catalogue is kept by: ${roles.join(', ')}.`);
}

async function refuseUnknownParent(tx: Tx, request: CreateFaultCodeRequest): Promise<void> {
  const kind = parentKindOf(request.kind);
  if (kind === null || (await tx.em.existsBy(FaultCodeRow, { kind, family: request.family, code: request.parentCode }))) return;
  throw new Refusal('invalid_argument', 'PARENT_UNKNOWN', `${request.family} has no ${kind} code ${request.parentCode}.`, { field: 'parentCode' });
}

function refOf(row: FaultCodeRow): { id: string; number: string; state: string; version: number } {
  return { id: row.id, number: row.code, state: row.state, version: row.version };
}
