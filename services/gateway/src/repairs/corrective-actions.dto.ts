import { Flag, Id, Items, LocalDate, OneOf, Text } from '../http/fields.js';
import { PageQuery, QueryFlag, Sort } from '../http/paging.js';
import { AttachmentDto, ReasonedDto, VersionDto } from '../http/shared.dto.js';

const FIGURE_NAMES = ['month', 'stage', 'family', 'model', 'lot', 'dealer', 'part', 'fault', 'cause', 'action', 'problem', 'without', 'from', 'to'];
/** A family and a code of 40 characters each. */
const VALUE_LENGTH = 81;
const STATES = ['open', 'contained', 'cause_found', 'implemented', 'closed', 'cancelled'];

/** One filter of the bar that it comes from. */
export class FigureFilterDto {
  @OneOf(FIGURE_NAMES) name: string;
  @Text(VALUE_LENGTH) value: string;
}

export class OpenCorrectiveActionDto {
  @Text(200) title: string;
  @Text(2000) problem: string;
  @Id({ optional: true }) reportId?: string;
  @Items(() => FigureFilterDto, { max: FIGURE_NAMES.length }, { optional: true }) figure?: FigureFilterDto[];
  @Id({ optional: true }) ownerUserId?: string;
  @LocalDate() containmentDueOn: string;
  @LocalDate() rootCauseDueOn: string;
  @LocalDate() actionDueOn: string;
  @LocalDate() checkDueOn: string;
}

export class PlanCorrectiveActionDto extends ReasonedDto {
  @Id({ optional: true }) ownerUserId?: string;
  @LocalDate({ optional: true }) containmentDueOn?: string;
  @LocalDate({ optional: true }) rootCauseDueOn?: string;
  @LocalDate({ optional: true }) actionDueOn?: string;
  @LocalDate({ optional: true }) checkDueOn?: string;
}

export class RecordCorrectiveStepDto extends VersionDto {
  @OneOf(['containment', 'root_cause', 'action']) step: string;
  @Text(4000) text: string;
  @Items(() => AttachmentDto, { max: 20 }, { optional: true }) files?: AttachmentDto[];
}

export class CheckCorrectiveActionDto extends VersionDto {
  @Flag() effective: boolean;
  @Text(4000) text: string;
  @Items(() => AttachmentDto, { max: 20 }, { optional: true }) files?: AttachmentDto[];
  /** The new round's days, when it was not effective. */
  @LocalDate({ optional: true }) rootCauseDueOn?: string;
  @LocalDate({ optional: true }) actionDueOn?: string;
  @LocalDate({ optional: true }) checkDueOn?: string;
}

export class ListCorrectiveActionsQuery extends PageQuery {
  @OneOf(STATES, { optional: true }) state?: string;
  @Id({ optional: true }) ownerUserId?: string;
  @QueryFlag() @Flag({ optional: true }) overdue?: boolean;
  @Id({ optional: true }) reportId?: string;
  @OneOf(FIGURE_NAMES, { optional: true }) figureName?: string;
  @Text(VALUE_LENGTH, { optional: true }) figureValue?: string;
  @Sort('-createdAt') sort?: string;
}
