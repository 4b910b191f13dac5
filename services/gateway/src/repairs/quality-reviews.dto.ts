import { Flag, Items, Text, Texts } from '../http/fields.js';
import { PageQuery, QueryFlag, Sort } from '../http/paging.js';
import { AttachmentDto, VersionDto } from '../http/shared.dto.js';

/** What is wrong with the design. */
export class MarkDesignDefectDto {
  @Text(1000) reason: string;
}

export class DefineQualityActionDto extends VersionDto {
  @Text(2000) answer: string;
  @Texts({ max: 200, length: 60 }, { optional: true }) actionSerials?: string[];
  @Texts({ max: 50, length: 60 }, { optional: true }) actionLots?: string[];
  @Flag() warnsOthers: boolean;
  @Text(2000, { optional: true }) warning?: string;
  @Items(() => AttachmentDto, { max: 20 }, { optional: true }) answerFiles?: AttachmentDto[];
}

export class CloseQualityReportDto extends VersionDto {
  @Text(2000, { optional: true }) note?: string;
}

export class ListQualityWarningsQuery extends PageQuery {
  @QueryFlag() @Flag({ optional: true }) unread?: boolean;
  @Text(60, { optional: true }) serial?: string;
  @Text(60, { optional: true }) lot?: string;
  @Sort('-publishedAt') sort?: string;
}

export class ListQualityWarningReadersQuery extends PageQuery {
  @Sort('readAt') sort?: string;
}
