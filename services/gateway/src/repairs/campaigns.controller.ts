import { Body, Controller, Query } from '@nestjs/common';
import { CampaignService, CampaignUnitService, DocumentRefSchema, PartService, ProductUnitService } from '@aftercare/contracts';
import { Bus } from '@aftercare/messaging';
import { Change, ChangeOnce, Create, List, messageRef, Read } from '../http/endpoint.js';
import { listRequest } from '../http/paging.js';
import { PathId } from '../http/path-id.js';
import { ReasonedDto, VersionDto } from '../http/shared.dto.js';
import {
  CloseCampaignDto, DecideCampaignUnitDto, ExtendCampaignUnitDto, ListCampaignDealersQuery, ListCampaignPartsQuery, ListCampaignsQuery, ListCampaignUnitsQuery,
  MarkCampaignUnitDto, OpenCampaignDto, ReviseCampaignDto, type CampaignContentDto,
} from './campaigns.dto.js';

const campaign = CampaignService.method;
const unit = CampaignUnitService.method;

/** campaigns and recalls; a dealer reads what concerns its units. */
@Controller('campaigns')
export class CampaignsController {
  constructor(private readonly bus: Bus) {}

  @Create('', 'campaign.change', messageRef(DocumentRefSchema))
  async open(@Body() { content }: OpenCampaignDto): Promise<Buffer> {
    return this.bus.callJson(campaign.openCampaign, { content: await this.withPartNumbers(content) });
  }

  @List('', 'campaign.read', campaign.listCampaigns)
  list(@Query() query: ListCampaignsQuery): Promise<Buffer> {
    return this.bus.callJson(campaign.listCampaigns, listRequest(query));
  }

  @Read(':id', 'campaign.read', campaign.getCampaign)
  get(@PathId() id: string): Promise<Buffer> {
    return this.bus.callJson(campaign.getCampaign, { id });
  }

  @List(':id/dealers', 'campaign.read', campaign.listCampaignDealers)
  dealers(@PathId() id: string, @Query() query: ListCampaignDealersQuery): Promise<Buffer> {
    return this.bus.callJson(campaign.listCampaignDealers, { ...listRequest(query), id });
  }

  @List(':id/parts', 'campaign.read', campaign.listCampaignParts)
  parts(@PathId() id: string, @Query() query: ListCampaignPartsQuery): Promise<Buffer> {
    return this.bus.callJson(campaign.listCampaignParts, { ...listRequest(query), id });
  }

  @Change(':id/revise', 'campaign.change', messageRef(DocumentRefSchema))
  async revise(@PathId() id: string, @Body() { version, content }: ReviseCampaignDto): Promise<Buffer> {
    return this.bus.callJson(campaign.reviseCampaign, { id, version, content: await this.withPartNumbers(content) });
  }

  @Change(':id/collect', 'campaign.change', campaign.collectCampaign)
  collect(@PathId() id: string, @Body() body: VersionDto): Promise<Buffer> {
    return this.bus.callJson(campaign.collectCampaign, { ...body, id });
  }

  @Change(':id/launch', 'campaign.change', campaign.launchCampaign)
  launch(@PathId() id: string, @Body() body: VersionDto): Promise<Buffer> {
    return this.bus.callJson(campaign.launchCampaign, { ...body, id });
  }

  @Change(':id/close', 'campaign.change', campaign.closeCampaign)
  close(@PathId() id: string, @Body() body: CloseCampaignDto): Promise<Buffer> {
    return this.bus.callJson(campaign.closeCampaign, { ...body, id });
  }

  @Change(':id/cancel', 'campaign.change', campaign.cancelCampaign)
  cancel(@PathId() id: string, @Body() body: ReasonedDto): Promise<Buffer> {
    return this.bus.callJson(campaign.cancelCampaign, { ...body, id });
  }

  /** Parts are named by the catalogue. Errors: NOT_FOUND for one that is not there. */
  private async withPartNumbers(content: CampaignContentDto) {
    const { parts = [] } = content;
    const named = await Promise.all(parts.map(({ partId }) => this.bus.call(PartService.method.getPart, { id: partId })));
    return { ...content, parts: parts.map((part, at) => ({ ...part, partNumber: named[at].number })) };
  }
}

/** the work list of campaigns, unit by unit. */
@Controller('campaign-units')
export class CampaignUnitsController {
  constructor(private readonly bus: Bus) {}

  @List('', 'campaign.read', unit.listCampaignUnits)
  list(@Query() query: ListCampaignUnitsQuery): Promise<Buffer> {
    return this.bus.callJson(unit.listCampaignUnits, listRequest(query));
  }

  @Read(':id', 'campaign.read', unit.getCampaignUnit)
  get(@PathId() id: string): Promise<Buffer> {
    return this.bus.callJson(unit.getCampaignUnit, { id });
  }

  @Change(':id/mark', 'campaign.mark', unit.markCampaignUnit)
  mark(@PathId() id: string, @Body() body: MarkCampaignUnitDto): Promise<Buffer> {
    return this.bus.callJson(unit.markCampaignUnit, { ...body, id });
  }

  @Change(':id/decide', 'campaign.change', unit.decideCampaignUnit)
  decide(@PathId() id: string, @Body() body: DecideCampaignUnitDto): Promise<Buffer> {
    return this.bus.callJson(unit.decideCampaignUnit, { ...body, id });
  }

  /** W-10: a longer warranty of one unit, found by the campaign's number. Errors: NOT_FOUND and those of ExtendWarranty. */
  @ChangeOnce(':id/extend-warranty', 'unit.extend-warranty', messageRef(DocumentRefSchema))
  async extendWarranty(@PathId() id: string, @Body() { version, until, reason }: ExtendCampaignUnitDto): Promise<Buffer> {
    const { unitId, campaignNumber } = await this.bus.call(unit.getCampaignUnit, { id });
    return this.bus.callJson(ProductUnitService.method.extendWarranty, { id: unitId, version, until, reason, basis: 'campaign', reference: campaignNumber });
  }
}
