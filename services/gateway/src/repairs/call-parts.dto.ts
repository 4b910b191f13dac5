import { URGENCIES } from '@aftercare/domain';
import { Flag, Items, LocalDate, OneOf, Text } from '../http/fields.js';
import { NewRequestLineDto } from '../parts/parts.dto.js';

export class RequestPartsDto {
  /** Who of the dealer asked, when a clerk files for it. */
  @Text(100, { optional: true }) askedBy?: string;
  @Text(300) deliveryAddress: string;
  @OneOf(URGENCIES) urgency: string;
  @LocalDate({ optional: true }) wishedDate?: string;
  @Items(() => NewRequestLineDto, { min: 1, max: 200 }) lines: NewRequestLineDto[];
  /** True keeps it a draft to be handed in later. */
  @Flag({ optional: true }) draft?: boolean;
}
