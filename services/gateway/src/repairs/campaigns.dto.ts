import { Id, Ids, Items, LocalDate, Nested, OneOf, Quantity, Text, Texts } from '../http/fields.js';
import { PageQuery, Sort } from '../http/paging.js';
import { PictureDto, ReasonedDto, VersionDto } from '../http/shared.dto.js';

const KINDS = ['recall', 'service'];
const UNIT_STATES = ['open', 'contacted', 'unreachable', 'done', 'excluded'];

/** Which units: by name, by lot, or all that match every condition. */
export class CampaignSelectionDto {
  @Texts({ max: 2000, length: 60 }, { optional: true }) serials?: string[];
  @Texts({ max: 50, length: 60 }, { optional: true }) lots?: string[];
  @Ids({ max: 50 }, { optional: true }) modelIds?: string[];
  @Text(60, { optional: true }) serialFrom?: string;
  @Text(60, { optional: true }) serialTo?: string;
  @LocalDate({ optional: true }) manufacturedFrom?: string;
  @LocalDate({ optional: true }) manufacturedTo?: string;
  @LocalDate({ optional: true }) dispatchedFrom?: string;
  @LocalDate({ optional: true }) dispatchedTo?: string;
}

/** What each unit needs of a part of the catalogue. */
export class CampaignPartDto {
  @Id() partId: string;
  @Quantity() quantity: number;
}

export class CampaignContentDto {
  @OneOf(KINDS) kind: string;
  @Text(200) title: string;
  @Text(2000) problem: string;
  @Text(2000) remedy: string;
  @Nested(() => CampaignSelectionDto) selection: CampaignSelectionDto;
  @Items(() => CampaignPartDto, { max: 20 }, { optional: true }) parts?: CampaignPartDto[];
  @Text(4000, { optional: true }) letter?: string;
  @Text(4000, { optional: true }) letterEn?: string;
  @LocalDate() dueOn: string;
  @Id({ optional: true }) correctiveActionId?: string;
}

export class OpenCampaignDto {
  @Nested(() => CampaignContentDto) content: CampaignContentDto;
}

export class ReviseCampaignDto extends VersionDto {
  @Nested(() => CampaignContentDto) content: CampaignContentDto;
}

export class CloseCampaignDto extends VersionDto {
  @Text(2000, { optional: true }) note?: string;
}

export class ListCampaignsQuery extends PageQuery {
  @OneOf(['draft', 'collected', 'running', 'closed', 'cancelled'], { optional: true }) state?: string;
  @OneOf(KINDS, { optional: true }) kind?: string;
  @Sort('-createdAt') sort?: string;
}

export class ListCampaignDealersQuery extends PageQuery {
  @Sort('dealerId') sort?: string;
}

export class ListCampaignPartsQuery extends PageQuery {
  @Id({ optional: true }) dealerId?: string;
  @Sort('partNumber') sort?: string;
}

export class ListCampaignUnitsQuery extends PageQuery {
  @Id({ optional: true }) campaignId?: string;
  @Id({ optional: true }) dealerId?: string;
  @OneOf(['to_do', ...UNIT_STATES], { optional: true }) state?: string;
  @Id({ optional: true }) unitId?: string;
  @Id({ optional: true }) customerId?: string;
  @Text(60, { optional: true }) serial?: string;
  @Sort('serial') sort?: string;
}

export class MarkCampaignUnitDto extends VersionDto {
  @OneOf(['contacted', 'unreachable', 'done']) outcome: string;
  @Text(1000, { optional: true }) note?: string;
  @Id({ optional: true }) callId?: string;
  @Items(() => PictureDto, { max: 20 }, { optional: true }) photos?: PictureDto[];
  /** Who of the dealer asked; for the manufacturer's clerk, who marks a dealer's unit. */
  @Text(100, { optional: true }) askedBy?: string;
}

export class DecideCampaignUnitDto extends ReasonedDto {
  @OneOf(['exclude', 'reopen']) outcome: string;
}

/** A longer warranty as part of the campaign (W-10); the version is that of the unit in the registry. */
export class ExtendCampaignUnitDto extends ReasonedDto {
  @LocalDate() until: string;
}
