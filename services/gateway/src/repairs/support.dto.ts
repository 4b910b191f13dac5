import { SUPPORT_KINDS, SUPPORT_STATES } from '@aftercare/domain';
import { Id, Items, OneOf, Text } from '../http/fields.js';
import { PageQuery, Sort } from '../http/paging.js';
import { AttachmentDto, PictureDto, VersionDto } from '../http/shared.dto.js';

const FILES = { max: 20 };

export class RequestSupportDto {
  @OneOf(SUPPORT_KINDS) kind: string;
  @Text(2000) question: string;
  @Items(() => PictureDto, FILES, { optional: true }) photos?: PictureDto[];
}

export class AnswerSupportQuestionDto extends VersionDto {
  @Text(4000) answer: string;
  @Items(() => AttachmentDto, FILES, { optional: true }) files?: AttachmentDto[];
}

export class ListSupportQuestionsQuery extends PageQuery {
  @Id({ optional: true }) dealerId?: string;
  @Id({ optional: true }) callId?: string;
  @OneOf(SUPPORT_STATES, { optional: true }) state?: string;
  @OneOf(SUPPORT_KINDS, { optional: true }) kind?: string;
  @Sort('openFirst', 'askedAt') sort?: string;
}
