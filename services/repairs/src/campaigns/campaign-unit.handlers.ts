import { Controller } from '@nestjs/common';
import {
  CampaignUnitService,
  type DecideCampaignUnitRequest, type GetCampaignUnitRequest, type ListCampaignUnitsRequest, type MarkCampaignUnitRequest,
} from '@aftercare/contracts';
import { allowedActions, askerOf, isId } from '@aftercare/domain';
import { notFound, Rpc, type CallContext, type Handlers } from '@aftercare/messaging';
import { Database, expectVersion, jsonPage, seen, type JsonRow, type Tx } from '@aftercare/service';
import { technicianSees } from '../calls/call-change.js';
import { RepairCall } from '../calls/call.entity.js';
import { requireReason } from '../calls/call.rules.js';
import { CAMPAIGN_UNIT_KIND } from './campaign.js';
import { CampaignRow, CampaignUnitRow } from './campaign.entity.js';
import { unitList } from './campaign-lists.js';
import { campaignUnitActions, campaignUnitSteps, refuseOtherCall, refuseOutcome, refuseUnshown, type UnitOutcome } from './campaign-unit.rules.js';

type Units = Handlers<typeof CampaignUnitService>;

/** The work of a campaign on single units: a dealer sees its own once the campaign is launched. */
@Controller()
export class CampaignUnitHandlers implements Units {
  constructor(private readonly db: Database) {}

  @Rpc(CampaignUnitService.method.markCampaignUnit)
  async markCampaignUnit(request: MarkCampaignUnitRequest, ctx: CallContext): ReturnType<Units['markCampaignUnit']> {
    return this.db.command(ctx, async (tx) => {
      if (isId(request.callId)) await holdCall(tx, request.callId);
      const { unit, campaign } = await unitFor(tx, request.id);
      const outcome = refuseOutcome(request.outcome, 'mark', { campaign: campaign.state, role: ctx.role });
      expectVersion(unit, request.version, { state: unit.state });
      const state = campaignUnitSteps.next(outcome, unit.state);
      const isDone = outcome === 'done';
      if (isDone) refuseUnshown(request);
      const call = isDone && request.callId !== '' ? await callOf(tx, request.callId, { unit, campaign }) : null;
      const photos = isDone ? request.photos.map(({ id, sha256 }) => ({ id, sha256 })) : [];
      const attempts = isDone ? unit.attempts : unit.attempts + 1;
      // of a unit that no dealer has, the work is the manufacturer's own.
      const askedBy = unit.dealerId === null ? '' : askerOf(ctx.role, request.askedBy);
      return save(tx, unit, { action: outcome, set: { state, note: request.note.trim(), attempts, callId: call?.id ?? null, callNumber: call?.number ?? '', photos, askedBy } });
    }, { request });
  }

  @Rpc(CampaignUnitService.method.decideCampaignUnit)
  async decideCampaignUnit(request: DecideCampaignUnitRequest, ctx: CallContext): ReturnType<Units['decideCampaignUnit']> {
    return this.db.command(ctx, async (tx) => {
      const { unit, campaign } = await unitFor(tx, request.id);
      const outcome = refuseOutcome(request.outcome, 'decide', { campaign: campaign.state, role: ctx.role });
      expectVersion(unit, request.version, { state: unit.state });
      const state = campaignUnitSteps.next(outcome, unit.state);
      return save(tx, unit, { action: outcome, set: { state, note: requireReason(request.reason), callId: null, callNumber: '', photos: [], askedBy: '' } });
    }, { request });
  }

  @Rpc(CampaignUnitService.method.getCampaignUnit)
  async getCampaignUnit({ id }: GetCampaignUnitRequest, ctx: CallContext): ReturnType<Units['getCampaignUnit']> {
    return this.db.read(ctx, async (tx) => {
      const { unit, campaign } = await unitOf(tx, isId(id) ? await tx.em.findOneBy(CampaignUnitRow, { id }) : null);
      const filled = { dealerId: unit.dealerId ?? '', customerId: unit.customerId ?? '', callId: unit.callId ?? '', markedAt: unit.markedAt ?? '', markedBy: unit.markedBy ?? '' };
      return { ...unit, ...filled, campaignNumber: campaign.number, allowedActions: allowedActions(ctx, campaignUnitActions({ state: unit.state, campaign: campaign.state }, ctx.role)) };
    });
  }

  @Rpc(CampaignUnitService.method.listCampaignUnits)
  async listCampaignUnits(request: ListCampaignUnitsRequest, ctx: CallContext): ReturnType<Units['listCampaignUnits']> {
    const { statement, page } = unitList(request, ctx);
    return jsonPage(await this.db.many<JsonRow>(ctx, statement), page);
  }
}

/** A unit as the caller may see it, with its campaign. Errors: NOT_FOUND. */
async function unitOf(tx: Tx, found: CampaignUnitRow | null): Promise<{ unit: CampaignUnitRow; campaign: CampaignRow }> {
  const unit = seen(tx.ctx, found, 'campaign unit');
  const campaign = await tx.em.findOneByOrFail(CampaignRow, { id: unit.campaignId });
  if (tx.ctx.dealerId !== null && campaign.launchedAt === null) throw notFound('campaign unit');
  return { unit, campaign };
}

async function unitFor(tx: Tx, id: string): Promise<{ unit: CampaignUnitRow; campaign: CampaignRow }> {
  return unitOf(tx, await tx.em.findOne(CampaignUnitRow, { where: { id }, lock: { mode: 'pessimistic_write' } }));
}

/** The call stands as it is until the commit, so that whoever reopens it meanwhile finds the unit; before the unit, as a reopening takes them. */
async function holdCall(tx: Tx, id: string): Promise<void> {
  await tx.sql({ name: 'campaign_call_hold', text: 'select from repair_call where id = $1::uuid for share', values: [id] });
}

/** The call on whose record the work stands: one the caller sees, of the unit's own dealer, solved since the campaign runs. */
async function callOf(tx: Tx, id: string, { unit, campaign }: { unit: CampaignUnitRow; campaign: CampaignRow }): Promise<RepairCall> {
  const call = seen(tx.ctx, await tx.em.findOneBy(RepairCall, { id }), 'repair call');
  if (!technicianSees(call, tx.ctx)) throw notFound('repair call');
  refuseOtherCall(call, unit, campaign.launchedAt ?? campaign.createdAt);
  return call;
}

interface Marked {
  action: UnitOutcome;
  set: Partial<CampaignUnitRow> & Pick<CampaignUnitRow, 'state' | 'note'>;
}

/** What is written may name a person, so the audit trail keeps it apart (C-5). */
async function save(tx: Tx, unit: CampaignUnitRow, { action, set }: Marked) {
  const before = { state: unit.state, note: unit.note, askedBy: unit.askedBy };
  const opens = set.state === 'open';
  Object.assign(unit, set, { markedAt: opens ? null : await tx.now(), markedBy: opens ? null : tx.ctx.userId, version: unit.version + 1 });
  await tx.em.save(CampaignUnitRow, unit);
  await tx.audit({
    action, kind: CAMPAIGN_UNIT_KIND, id: unit.id, dealerId: unit.dealerId, changed: { state: { before: before.state, after: unit.state }, callId: { after: unit.callId } },
    personal: { note: { before: before.note, after: unit.note }, askedBy: { before: before.askedBy, after: unit.askedBy } },
  });
  return { id: unit.id, number: unit.serial, state: unit.state, version: unit.version };
}
