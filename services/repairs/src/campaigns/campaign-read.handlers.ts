import { Controller } from '@nestjs/common';
import { CampaignService, type GetCampaignRequest, type ListCampaignDealersRequest, type ListCampaignPartsRequest, type ListCampaignsRequest } from '@aftercare/contracts';
import { allowedActions, businessDate, isId } from '@aftercare/domain';
import { isManufacturer, notFound, Rpc, type CallContext, type Handlers } from '@aftercare/messaging';
import { Database, jsonPage, type JsonRow } from '@aftercare/service';
import { countsOf, readableCampaign } from './campaign.js';
import { campaignList, dealerProgress, partsDemand } from './campaign-lists.js';
import { campaignActions } from './campaign.rules.js';

type Reads = Pick<Handlers<typeof CampaignService>, 'getCampaign' | 'listCampaigns' | 'listCampaignDealers' | 'listCampaignParts'>;

/** What is read of campaigns: the manufacturer all, a dealer what was launched and concerns its units, with its own figures. */
@Controller()
export class CampaignReadHandlers implements Reads {
  constructor(private readonly db: Database) {}

  @Rpc(CampaignService.method.getCampaign)
  async getCampaign({ id }: GetCampaignRequest, ctx: CallContext): ReturnType<Reads['getCampaign']> {
    if (!isId(id)) throw notFound('campaign');
    return this.db.read(ctx, async (tx) => {
      const campaign = await readableCampaign(tx, id);
      const { kind, title, problem, remedy, parts, letter, letterEn, dueOn } = campaign;
      const inside = isManufacturer(ctx);
      const said = { kind, title, problem, remedy, parts, letter, letterEn, dueOn };
      return {
        id, number: campaign.number, state: campaign.state, version: campaign.version, createdAt: campaign.createdAt, closingNote: campaign.closingNote,
        content: inside ? { ...said, selection: campaign.selection, correctiveActionId: campaign.correctiveActionId ?? '' } : said,
        progress: await countsOf(tx, id),
        unknownSerials: inside ? campaign.unknownSerials : [],
        createdBy: inside ? campaign.createdBy : '',
        overdue: campaign.state === 'running' && campaign.dueOn < businessDate(await tx.now()),
        collectedAt: campaign.collectedAt ?? '',
        launchedAt: campaign.launchedAt ?? '',
        closedAt: campaign.closedAt ?? '',
        allowedActions: allowedActions(ctx, campaignActions(campaign.state, ctx.role)),
      };
    });
  }

  @Rpc(CampaignService.method.listCampaigns)
  async listCampaigns(request: ListCampaignsRequest, ctx: CallContext): ReturnType<Reads['listCampaigns']> {
    const { statement, page } = campaignList(request, ctx);
    return jsonPage(await this.db.many<JsonRow>(ctx, statement), page);
  }

  @Rpc(CampaignService.method.listCampaignDealers)
  async listCampaignDealers(request: ListCampaignDealersRequest, ctx: CallContext): ReturnType<Reads['listCampaignDealers']> {
    await this.requireReadable(request.id, ctx);
    const { statement, page } = dealerProgress(request, ctx);
    return jsonPage(await this.db.many<JsonRow>(ctx, statement), page);
  }

  @Rpc(CampaignService.method.listCampaignParts)
  async listCampaignParts(request: ListCampaignPartsRequest, ctx: CallContext): ReturnType<Reads['listCampaignParts']> {
    await this.requireReadable(request.id, ctx);
    const { statement, page } = partsDemand(request, ctx);
    return jsonPage(await this.db.many<JsonRow>(ctx, statement), page);
  }

  private async requireReadable(id: string, ctx: CallContext): Promise<void> {
    if (!isId(id)) throw notFound('campaign');
    await this.db.read(ctx, (tx) => readableCampaign(tx, id));
  }
}
