import { COUNT_OBJECTION_KINDS, COUNT_OBJECTION_STATES, RETURN_CONDITIONS } from '@aftercare/domain';
import { Id, Items, OneOf, Text, Whole } from '../http/fields.js';
import { PageQuery, Sort } from '../http/paging.js';
import { PictureDto, VersionDto } from '../http/shared.dto.js';
import { CountedLineDto } from './parts.dto.js';

/** What of a counted line, or of an announced part of which nothing was counted, should be otherwise. */
export class ObjectToCountDto {
  @Id({ optional: true }) lineId?: string;
  @Id({ optional: true }) partId?: string;
  @Text(60, { optional: true }) unitSerial?: string;
  @OneOf(COUNT_OBJECTION_KINDS) kind: string;
  @Whole({ min: 1, max: 100_000 }, { optional: true }) quantity?: number;
  @OneOf(RETURN_CONDITIONS, { optional: true }) condition?: string;
  @Text(500) reason: string;
  @Items(() => PictureDto, { max: 20 }, { optional: true }) photos?: PictureDto[];
}

/** Upheld with the whole line as it is counted now, or refused. */
export class DecideCountObjectionDto extends VersionDto {
  @OneOf(['uphold', 'refuse']) decision: string;
  @Text(500) reason: string;
  @Items(() => CountedLineDto, { max: 20 }, { optional: true }) lines?: CountedLineDto[];
}

export class ListCountObjectionsQuery extends PageQuery {
  @Id({ optional: true }) dealerId?: string;
  @OneOf(COUNT_OBJECTION_STATES, { optional: true }) state?: string;
  @Id({ optional: true }) parcelId?: string;
  @Sort('-createdAt') sort?: string;
}
