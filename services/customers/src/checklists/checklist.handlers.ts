import { Controller } from '@nestjs/common';
import {
  ChecklistService, type ChecklistPoint, type CreateChecklistRequest, type GetChecklistRequest, type ListChecklistsRequest, type PublishChecklistRequest,
  type UpdateChecklistRequest,
} from '@aftercare/contracts';
import { allowedActions, isId, newId, Refusal } from '@aftercare/domain';
import { notFound, Rpc, type CallContext, type Handlers } from '@aftercare/messaging';
import { Database, expectVersion, jsonPage, pageOf, type JsonRow, type Tx } from '@aftercare/service';
import { requireFamily } from '../families/family.queries.js';
import { checkFamilyCode } from '../families/family.rules.js';
import { ChecklistEntity } from './checklist.entity.js';
import { checklistActions, checklistSteps, checkPoints, publish, requireChecklistRole, requireDraft, type Point } from './checklist.rules.js';

/** C-4: checklists per product family, drafted, published, and kept when the next one supersedes them. */
@Controller()
export class ChecklistHandlers implements Handlers<typeof ChecklistService> {
  constructor(private readonly database: Database) {}

  @Rpc(ChecklistService.method.createChecklist)
  async createChecklist(request: CreateChecklistRequest, ctx: CallContext) {
    requireChecklistRole('draft', ctx.role);
    const family = request.family.trim();
    checkFamilyCode(family, 'family');
    const points = pointsOf(request.points);
    checkPoints(points);
    return this.database.command(ctx, async (tx) => {
      await requireFamily(tx, family);
      await inTurn(tx, family);
      const [newest] = await tx.em.find(ChecklistEntity, { where: { family }, order: { revision: 'DESC' }, take: 1 });
      if (newest?.state === 'draft') {
        throw new Refusal('already_exists', 'CHECKLIST_DRAFT_EXISTS', 'The family has a draft already.', { field: 'family', existingId: newest.id });
      }
      const checklist = tx.em.create(ChecklistEntity, {
        id: newId(), family, revision: (newest?.revision ?? 0) + 1, state: checklistSteps.initial, points, draftedBy: ctx.userId, version: 1, createdAt: await tx.now(),
      });
      await tx.em.insert(ChecklistEntity, checklist);
      await audit(tx, checklist, 'create', { points: { after: points } });
      return refOf(checklist);
    }, { request });
  }

  @Rpc(ChecklistService.method.updateChecklist)
  async updateChecklist(request: UpdateChecklistRequest, ctx: CallContext) {
    return this.database.command(ctx, async (tx) => {
      const checklist = await load(tx, request.id);
      requireChecklistRole('draft', ctx.role);
      expectVersion(checklist, request.version, { id: checklist.id, state: checklist.state });
      requireDraft(checklist.state);
      const points = pointsOf(request.points);
      checkPoints(points);
      const before = checklist.points;
      Object.assign(checklist, { points, draftedBy: ctx.userId, version: checklist.version + 1 });
      await tx.em.save(ChecklistEntity, checklist);
      await audit(tx, checklist, 'update', { points: { before, after: points } });
      return refOf(checklist);
    }, { request });
  }

  @Rpc(ChecklistService.method.publishChecklist)
  async publishChecklist(request: PublishChecklistRequest, ctx: CallContext) {
    return this.database.command(ctx, async (tx) => {
      const checklist = await load(tx, request.id);
      requireChecklistRole('publish', ctx.role);
      expectVersion(checklist, request.version, { id: checklist.id, state: checklist.state });
      const next = publish(checklist, ctx.userId);
      await inTurn(tx, checklist.family);
      const former = await tx.em.findOneBy(ChecklistEntity, { family: checklist.family, state: 'published' });
      if (former) {
        Object.assign(former, { state: checklistSteps.next('supersede', former.state), version: former.version + 1 });
        await tx.em.save(ChecklistEntity, former);
        await audit(tx, former, 'supersede', { state: { before: 'published', after: former.state } });
      }
      Object.assign(checklist, { state: next, version: checklist.version + 1 });
      await tx.em.save(ChecklistEntity, checklist);
      await audit(tx, checklist, 'publish', { state: { before: 'draft', after: next } });
      return refOf(checklist);
    }, { request });
  }

  @Rpc(ChecklistService.method.getChecklist)
  async getChecklist(request: GetChecklistRequest, ctx: CallContext) {
    return this.database.read(ctx, async (tx) => {
      const checklist = isId(request.id) ? await tx.em.findOneBy(ChecklistEntity, { id: request.id }) : null;
      if (!checklist) throw notFound('checklist');
      return { ...checklist, allowedActions: allowedActions(ctx, checklistActions(checklist, ctx)) };
    });
  }

  @Rpc(ChecklistService.method.listChecklists)
  async listChecklists(request: ListChecklistsRequest, ctx: CallContext) {
    const page = pageOf(request.page, { list: 'checklists' });
    const rows = await this.database.many<JsonRow>(ctx, {
      name: 'checklist_list', text: LIST, values: [request.family, request.state, page.after?.key ?? null, page.after?.id ?? null, page.limit],
    });
    return jsonPage(rows, page);
  }
}

/** The key sorts a family's newest revision first. */
const LIST = `
  select id, key, json_build_object('id', id, 'family', family, 'revision', revision, 'state', state, 'pointCount', jsonb_array_length(points),
      'version', version)::text as item
  from (select *, family || ' ' || lpad((1000000 - revision)::text, 7, '0') as key from installation_checklist) c
  where ($1 = '' or family = $1) and ($2 = '' or state = $2) and ($3::text is null or (key, id) > ($3, $4::uuid))
  order by key, id limit $5::int + 1`;

/** Two who draft or publish for one family come one after the other. */
async function inTurn(tx: Tx, family: string): Promise<void> {
  await tx.sql({ name: 'checklist_turn', text: `select pg_advisory_xact_lock(hashtextextended('checklist ' || $1, 0))`, values: [family] });
}

async function load(tx: Tx, id: string): Promise<ChecklistEntity> {
  const checklist = isId(id) ? await tx.em.findOne(ChecklistEntity, { where: { id }, lock: { mode: 'pessimistic_write' } }) : null;
  if (!checklist) throw notFound('checklist');
  return checklist;
}

function pointsOf(points: ChecklistPoint[]): Point[] {
  return points.map(({ code, name, nameEn, required }) => ({ code: code.trim(), name: name.trim(), nameEn: nameEn.trim(), required }));
}

async function audit(tx: Tx, { id }: ChecklistEntity, action: string, changed: Record<string, { before?: unknown; after: unknown }>): Promise<void> {
  await tx.audit({ action, kind: 'installation_checklist', id, changed });
}

function refOf(checklist: ChecklistEntity) {
  return { id: checklist.id, number: `${checklist.family}-${checklist.revision}`, state: checklist.state, version: checklist.version };
}
