import { Controller } from '@nestjs/common';
import {
  TechnicianService,
  type CreateTechnicianRequest, type DeactivateTechnicianRequest, type GetTechnicianRequest, type ListTechniciansRequest,
} from '@aftercare/contracts';
import { askerOf, isId, newId, Refusal } from '@aftercare/domain';
import { JsonText, notFound, Rpc, type CallContext, type Handlers } from '@aftercare/messaging';
import { Database, expectVersion, gatheredPage, pageOf, scopeCondition, scopeValues, type GatheredRow, type Tx } from '@aftercare/service';
import { DealerEntity } from '../dealers/dealer.entity.js';
import { TechnicianEntity } from './technician.entity.js';
import { checkNewTechnician, requireTechnicianRole, technicianSteps } from './technician.rules.js';
import { auditTechnician, linkTechnician, tellStanding, WORKS } from './technician.store.js';

/** The dealers' technicians, linked to accounts by their user id. */
@Controller()
export class TechnicianHandlers implements Handlers<typeof TechnicianService> {
  constructor(private readonly database: Database) {}

  /** Links an account as technician of a dealer. Errors as documented at the rpc. */
  @Rpc(TechnicianService.method.createTechnician)
  async createTechnician(request: CreateTechnicianRequest, ctx: CallContext) {
    requireTechnicianRole(ctx.role);
    return this.database.command(ctx, async (tx) => {
      const dealer = await visibleDealer(tx, request.dealerId || ctx.dealerId || '');
      const technician = tx.em.create(TechnicianEntity, {
        id: newId(), dealerId: dealer.id, userId: request.userId.trim(), name: request.name.trim(), active: true, askedBy: askerOf(ctx.role, request.askedBy), version: 1, createdAt: await tx.now(),
      });
      checkNewTechnician(dealer.status, technician);
      if (!(await linkTechnician(tx, technician))) throw new Refusal('already_exists', 'TECHNICIAN_EXISTS', 'This account is linked already.', { field: 'userId' });
      return refOf(technician);
    }, { request });
  }

  @Rpc(TechnicianService.method.deactivateTechnician)
  async deactivateTechnician(request: DeactivateTechnicianRequest, ctx: CallContext) {
    return this.database.command(ctx, async (tx) => {
      const scope = scopeCondition(ctx, 'technician.dealer_id');
      const technician = isId(request.id)
        ? await tx.em.createQueryBuilder(TechnicianEntity, 'technician').where('technician.id = :id', { id: request.id })
            .andWhere(scope.where, scope.parameters).setLock('pessimistic_write').getOne()
        : null;
      if (!technician) throw notFound('technician');
      requireTechnicianRole(ctx.role);
      expectVersion(technician, request.version, { id: technician.id, state: refOf(technician).state });
      technicianSteps.next('deactivate', technician.active ? 'active' : 'inactive');
      technician.active = false;
      technician.askedBy = askerOf(ctx.role, request.askedBy);
      technician.version += 1;
      await tx.em.save(TechnicianEntity, technician);
      await auditTechnician(tx, technician, 'deactivate');
      await tellStanding(tx, technician.userId, await tx.now());
      return refOf(technician);
    }, { request });
  }

  @Rpc(TechnicianService.method.listTechnicians)
  async listTechnicians(request: ListTechniciansRequest, ctx: CallContext) {
    const page = pageOf(request.page, { list: 'technicians' });
    const row = await this.database.one<GatheredRow>(ctx, {
      name: 'technician_list',
      text: LIST,
      values: [...scopeValues(ctx), request.dealerId || null, page.after?.key ?? null, page.after?.id ?? null, page.limit],
    });
    return gatheredPage(row, page);
  }

  /** A technician by account; asked by repairs and customers before they assign work. */
  @Rpc(TechnicianService.method.getTechnician)
  async getTechnician(request: GetTechnicianRequest, ctx: CallContext) {
    const row = await this.database.one<{ technician: string }>(ctx, { name: 'technician_get', text: GET, values: [request.userId, ...scopeValues(ctx)] });
    if (row === null) throw notFound('technician');
    return new JsonText(row.technician);
  }
}

const JSON_ROW = `json_build_object('id', id, 'dealerId', dealer_id, 'userId', user_id, 'name', name, 'active', ${WORKS}, 'version', version, 'askedBy', asked_by)`;

const GET = `select ${JSON_ROW}::text as technician from technician where user_id = $1 and ($2::boolean or dealer_id = any($3::uuid[]))`;

/** Keyset (name, id). */
const LIST = `
  with found as (
    select * from technician
    where ($1::boolean or dealer_id = any($2::uuid[])) and ($3::uuid is null or dealer_id = $3)
      and ($4::text is null or (name, id) > ($4, $5::uuid))
    order by name, id limit $6::int + 1),
  technician as (select * from found order by name, id limit $6::int),
  last as (select name, id from technician order by name desc, id desc limit 1)
  select coalesce((select json_agg(${JSON_ROW} order by name, id) from technician), '[]')::text as items,
    case when (select count(*) from found) > $6::int then (select name from last) end as "lastKey", (select id from last) as "lastId"`;

/** The dealer that a technician or a fee belongs to, seen by the caller. */
async function visibleDealer(tx: Tx, id: string): Promise<DealerEntity> {
  const scope = scopeCondition(tx.ctx, 'dealer.id');
  const dealer = isId(id)
    ? await tx.em.createQueryBuilder(DealerEntity, 'dealer').where('dealer.id = :id', { id }).andWhere(scope.where, scope.parameters).getOne()
    : null;
  if (!dealer) throw notFound('dealer');
  return dealer;
}

function refOf(technician: TechnicianEntity) {
  return { id: technician.id, number: '', state: technician.active ? 'active' : 'inactive', version: technician.version };
}
