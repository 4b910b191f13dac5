import { Code, Flag, Id, Items, LocalDate, OneOf, Text, Whole } from '../http/fields.js';
import { PageQuery, QueryFlag, Sort } from '../http/paging.js';
import { VersionDto } from '../http/shared.dto.js';

const POINTS = ['visit', 'time', 'work', 'parts', 'fees', 'confirmation'];

export class DrawSpotCheckDto {
  @Id() dealerId: string;
  @LocalDate() from: string;
  @LocalDate() to: string;
  @Whole({ min: 1, max: 50 }) sampleSize: number;
  @Code(40, { optional: true }) seed?: string;
}

/** What the customer said to one point. */
export class SpotCheckAnswerDto {
  @OneOf(POINTS) point: string;
  @OneOf(['yes', 'no', 'unknown']) answer: string;
}

export class ScoreSpotCheckItemDto extends VersionDto {
  @OneOf(['checked', 'unreachable']) outcome: string;
  @Items(() => SpotCheckAnswerDto, { max: POINTS.length }, { optional: true }) answers?: SpotCheckAnswerDto[];
  @Flag({ optional: true }) falseRecord?: boolean;
  @Text(2000, { optional: true }) finding?: string;
  @Text(2000, { optional: true }) guidance?: string;
}

export class CloseSpotCheckDto extends VersionDto {
  @Text(2000, { optional: true }) guidance?: string;
}

export class ListSpotChecksQuery extends PageQuery {
  @Id({ optional: true }) dealerId?: string;
  @OneOf(['open', 'closed'], { optional: true }) state?: string;
  @QueryFlag() @Flag({ optional: true }) falseRecords?: boolean;
  @Sort('-createdAt') sort?: string;
}
