import { Code, Text } from '../http/fields.js';
import { VersionDto } from '../http/shared.dto.js';

export class UpdateFaultCodeDto extends VersionDto {
  @Text(200) name: string;
  @Text(200, { optional: true }) nameEn?: string;
}

export class PublishFaultFamilyDto {
  @Code(40) family: string;
}
