import { LOCALES } from '@aftercare/domain';
import { Transform } from 'class-transformer';
import { Code, Flag, Id, Ids, Items, OneOf, PartClass, Text, Texts, Whole } from '../http/fields.js';
import { PageQuery, QueryNumber, Sort } from '../http/paging.js';
import { PictureDto, VersionDto } from '../http/shared.dto.js';

const WEIGHT = { min: 0, max: 100_000_000 };
const IDS_MAX = 100;
const LABELS_OF_PART_MAX = 65;

export class ChangePartDto extends VersionDto {
  @Text(100) name: string;
  @Text(100, { optional: true }) nameEn?: string;
  @Code(20) unit: string;
  @PartClass() partClass: string;
  @Texts({ max: 50, length: 40 }, { optional: true }) families?: string[];
  @Flag() returnRequired: boolean;
  @Whole(WEIGHT, { optional: true }) weightGrams?: number;
  @Id({ optional: true }) supersedesPartId?: string;
}

/** A model and a position on its exploded view. */
export class PartFitDto {
  @Id() modelId: string;
  @Text(20, { optional: true }) position?: string;
}

export class SetPartModelsDto extends VersionDto {
  @Items(() => PartFitDto, { max: 500 }) models: PartFitDto[];
}

export class SetPartPhotosDto extends VersionDto {
  @Items(() => PictureDto, { max: 20 }) photos: PictureDto[];
}

export class SetMinimumStockDto {
  @Id() warehouseId: string;
  @Whole({ min: 0, max: 100_000 }) minimum: number;
}

export class ListModelPartsQuery extends PageQuery {
  @Sort('drawingPosition') sort?: string;
}

const listed = (): PropertyDecorator =>
  Transform(({ value }) => (typeof value === 'string' ? value.split(',').filter((id) => id !== '') : (value as unknown)));

/** Which parts get labels, and how many each. */
export class PartLabelsQuery {
  @listed() @Ids({ max: IDS_MAX }, { optional: true }) ids?: string[];
  @Text(60, { optional: true }) q?: string;
  @Code(40, { optional: true }) family?: string;
  @QueryNumber() @Whole({ min: 1, max: LABELS_OF_PART_MAX }, { optional: true }) copies?: number;
  /** Labels on a sheet. */
  @OneOf(['24', '65'], { optional: true }) sheet?: string;
  /** First free position of the first sheet. */
  @QueryNumber() @Whole({ min: 1, max: 65 }, { optional: true }) start?: number;
  @OneOf(LOCALES, { optional: true }) lang?: string;
}
