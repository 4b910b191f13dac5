import { LOCALES } from '@aftercare/domain';
import { Code, Id, Items, Nested, OneOf, Text, Version, Whole } from '../http/fields.js';
import { PageQuery, Sort } from '../http/paging.js';
import { AttachmentDto } from '../http/shared.dto.js';

const KINDS = ['drawing', 'manual', 'care_note'];
const STATES = ['draft', 'published', 'withdrawn'];
const POSITIONS = { max: 500 };

/** What a drawing shows under a number of its picture. */
export class DrawingPositionDto {
  @Text(10) label: string;
  @Code(40, { optional: true }) partNumber?: string;
  @Text(200, { optional: true }) name?: string;
  @Text(200, { optional: true }) nameEn?: string;
  @Whole({ min: 1, max: 9_999 }) quantity: number;
}

class ModelDocumentDataDto {
  @Text(200) title: string;
  @Text(200, { optional: true }) titleEn?: string;
  @OneOf(LOCALES, { optional: true }) language?: string;
  @Text(60, { optional: true }) edition?: string;
  @Nested(() => AttachmentDto, { optional: true }) file?: AttachmentDto;
  @Items(() => DrawingPositionDto, POSITIONS, { optional: true }) positions?: DrawingPositionDto[];
  @Text(10_000, { optional: true }) text?: string;
  @Text(10_000, { optional: true }) textEn?: string;
  @Id({ optional: true }) replacesId?: string;
}

export class CreateModelDocumentDto extends ModelDocumentDataDto {
  @Id() modelId: string;
  @OneOf(KINDS) kind: string;
}

export class UpdateModelDocumentDto extends ModelDocumentDataDto {
  @Version() version: number;
}

export class ListModelDocumentsQuery extends PageQuery {
  @Id({ optional: true }) modelId?: string;
  @OneOf(KINDS, { optional: true }) kind?: string;
  @OneOf(LOCALES, { optional: true }) language?: string;
  @OneOf(STATES, { optional: true }) state?: string;
  @Code(40, { optional: true }) partNumber?: string;
  @Sort('-createdAt') sort?: string;
}
