import { Controller } from '@nestjs/common';
import {
  CampaignService,
  type CampaignContent, type CancelCampaignRequest, type CloseCampaignRequest, type LaunchCampaignRequest, type OpenCampaignRequest, type ReviseCampaignRequest,
} from '@aftercare/contracts';
import { businessDate, newId, Refusal } from '@aftercare/domain';
import { Bus, isManufacturer, notFound, Rpc, type CallContext, type Handlers } from '@aftercare/messaging';
import { Database, type Tx } from '@aftercare/service';
import { requireReason } from '../calls/call.rules.js';
import { CorrectiveActionRow } from '../corrective/corrective-action.entity.js';
import { CAMPAIGN_DEADLINE, campaignForChange, countsOf, dealersOf, keepDeadline, saveCampaign, storedParts, tellOfCampaign } from './campaign.js';
import { CampaignRow, CampaignUnitRow } from './campaign.entity.js';
import { knownModels } from './campaign-models.js';
import { campaignSteps, refuseLaunch, refuseSilentEnd, refuseUnknownModels, refuseWrongContent, requireCampaignRole, type Selection } from './campaign.rules.js';

type Changes = Pick<Handlers<typeof CampaignService>, 'openCampaign' | 'reviseCampaign' | 'launchCampaign' | 'closeCampaign' | 'cancelCampaign'>;
type Said = Pick<CampaignRow, 'kind' | 'title' | 'problem' | 'remedy' | 'selection' | 'parts' | 'letter' | 'letterEn' | 'dueOn' | 'correctiveActionId'>;

/** Campaigns and recalls, from the draft to the end. */
@Controller()
export class CampaignHandlers implements Changes {
  constructor(
    readonly db: Database,
    readonly bus: Bus,
  ) {}

  @Rpc(CampaignService.method.openCampaign)
  async openCampaign(request: OpenCampaignRequest, ctx: CallContext): ReturnType<Changes['openCampaign']> {
    if (!isManufacturer(ctx)) throw notFound('campaign');
    requireCampaignRole('open', ctx.role);
    const models = await knownModels(this, namedModels(request.content), ctx);
    return this.db.command(ctx, async (tx) => {
      const said = await checked(tx, request.content, models);
      const campaign: CampaignRow = {
        ...said, id: newId(), number: await tx.nextNumber('campaign', { prefix: 'CP', gapFree: false }), state: campaignSteps.initial, collecting: null, unknownSerials: [],
        collectedAt: null, launchedAt: null, closedAt: null, closingNote: '', createdAt: await tx.now(), createdBy: ctx.userId, version: 0,
      };
      return saveCampaign(tx, 'open', campaign, { kind: { after: campaign.kind }, dueOn: { after: campaign.dueOn } });
    }, { request });
  }

  @Rpc(CampaignService.method.reviseCampaign)
  async reviseCampaign(request: ReviseCampaignRequest, ctx: CallContext): ReturnType<Changes['reviseCampaign']> {
    const models = isManufacturer(ctx) ? await knownModels(this, namedModels(request.content), ctx) : new Set<string>();
    return this.db.command(ctx, async (tx) => {
      const campaign = await campaignForChange(tx, 'revise', request);
      const before = campaign.state;
      const revised = campaignSteps.next('revise', before);
      const said = await checked(tx, request.content, models);
      const selectsAnew = !sameSelection(campaign.selection, said.selection);
      Object.assign(campaign, said);
      if (selectsAnew) {
        await tx.em.delete(CampaignUnitRow, { campaignId: campaign.id });
        Object.assign(campaign, { state: revised, collecting: null, unknownSerials: [], collectedAt: null });
      }
      return saveCampaign(tx, 'revise', campaign, { selection: { after: selectsAnew ? 'changed' : 'same' }, dueOn: { after: campaign.dueOn } });
    }, { request });
  }

  @Rpc(CampaignService.method.launchCampaign)
  async launchCampaign(request: LaunchCampaignRequest, ctx: CallContext): ReturnType<Changes['launchCampaign']> {
    return this.db.command(ctx, async (tx) => {
      const campaign = await campaignForChange(tx, 'launch', request);
      const state = campaignSteps.next('launch', campaign.state);
      const { units } = await countsOf(tx, campaign.id);
      refuseLaunch(campaign, units);
      Object.assign(campaign, { state, launchedAt: await tx.now() });
      await tellOpenDealers(tx, campaign, 'campaign.launched');
      await keepDeadline(tx, campaign);
      return saveCampaign(tx, 'launch', campaign, { units: { after: units } });
    }, { request });
  }

  @Rpc(CampaignService.method.closeCampaign)
  async closeCampaign(request: CloseCampaignRequest, ctx: CallContext): ReturnType<Changes['closeCampaign']> {
    return this.db.command(ctx, async (tx) => {
      const campaign = await campaignForChange(tx, 'close', request);
      const state = campaignSteps.next('close', campaign.state);
      const { units, done } = await countsOf(tx, campaign.id);
      refuseSilentEnd(units - done, request.note);
      Object.assign(campaign, { state, closingNote: request.note.trim(), closedAt: await tx.now(), collecting: null });
      await tx.cancelDeadline(CAMPAIGN_DEADLINE, campaign.id);
      await tellOpenDealers(tx, campaign, 'campaign.closed');
      return saveCampaign(tx, 'close', campaign, { units: { after: units }, done: { after: done } });
    }, { request });
  }

  @Rpc(CampaignService.method.cancelCampaign)
  async cancelCampaign(request: CancelCampaignRequest, ctx: CallContext): ReturnType<Changes['cancelCampaign']> {
    return this.db.command(ctx, async (tx) => {
      const campaign = await campaignForChange(tx, 'cancel', request);
      const state = campaignSteps.next('cancel', campaign.state);
      const closingNote = requireReason(request.reason);
      const wasLaunched = campaign.launchedAt !== null;
      Object.assign(campaign, { state, closingNote, closedAt: await tx.now(), collecting: null });
      await tx.cancelDeadline(CAMPAIGN_DEADLINE, campaign.id);
      if (wasLaunched) await tellOpenDealers(tx, campaign, 'campaign.cancelled');
      return saveCampaign(tx, 'cancel', campaign);
    }, { request });
  }
}

/** The dealers who have work left are told that it begins, or that it ends without it. */
async function tellOpenDealers(tx: Tx, campaign: CampaignRow, kind: string): Promise<void> {
  for (const recipientDealerId of await dealersOf(tx, campaign.id, true)) await tellOfCampaign(tx, campaign, kind, { recipientRole: 'dealer_manager', recipientDealerId });
}

/** What a request says, checked and as it is kept. */
async function checked(tx: Tx, content: CampaignContent | undefined, models: ReadonlySet<string>): Promise<Said> {
  if (!content?.selection) throw new Refusal('invalid_argument', 'FIELD_MISSING', 'Say what the campaign is about.', { field: 'content' });
  const selection = selectionOf(content.selection);
  refuseWrongContent({ ...content, selection }, businessDate(await tx.now()));
  refuseUnknownModels(namedModels(content), models);
  const { kind, title, problem, remedy, letter, letterEn, dueOn, correctiveActionId } = content;
  if (correctiveActionId !== '' && !(await tx.em.existsBy(CorrectiveActionRow, { id: correctiveActionId }))) throw notFound('corrective action');
  return { kind, title, problem, remedy, letter, letterEn, dueOn, selection, parts: storedParts(content.parts), correctiveActionId: correctiveActionId || null };
}

/** In the order the request names them, since a refusal says which one is meant. */
const namedModels = (content: CampaignContent | undefined): string[] => content?.selection?.modelIds ?? [];

const upper = (texts: string[]): string[] => [...new Set(texts.map((text) => text.trim().toUpperCase()).filter(Boolean))].sort();

function selectionOf(selection: NonNullable<CampaignContent['selection']>): Selection {
  const { serials, lots, modelIds, serialFrom, serialTo, manufacturedFrom, manufacturedTo, dispatchedFrom, dispatchedTo } = selection;
  const given = [...new Set(lots.map((lot) => lot.trim()).filter(Boolean))].sort();
  return { serials: upper(serials), lots: given, modelIds: [...new Set(modelIds)].sort(), serialFrom, serialTo, manufacturedFrom, manufacturedTo, dispatchedFrom, dispatchedTo };
}

/** Kept selections are read back with their fields in another order. */
function sameSelection(a: Selection, b: Selection): boolean {
  return (Object.keys(b) as (keyof Selection)[]).every((field) => String(a[field]) === String(b[field]));
}
