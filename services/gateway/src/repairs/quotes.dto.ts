import { PERSON_NAME_LENGTH_MAX } from '@aftercare/domain';
import { Amount, Flag, Id, Instant, Items, Nested, OneOf, Price, Quantity, Text } from '../http/fields.js';
import { PaperDto, VersionDto } from '../http/shared.dto.js';

/** A part as it is quoted to the customer. */
export class NewQuoteLineDto {
  @Id({ optional: true }) partId?: string;
  @Text(100) name: string;
  @Quantity() quantity: number;
  @Price() unitPrice: string;
}

export class QuoteFeesDto extends VersionDto {
  @Amount({ optional: true }) labourFee?: string;
  @Amount({ optional: true }) travelFee?: string;
  @Items(() => NewQuoteLineDto, { max: 50 }, { optional: true }) lines?: NewQuoteLineDto[];
}

export class AnswerQuoteDto extends VersionDto {
  @Id() quoteId: string;
  @Flag() accepted: boolean;
  @OneOf(['signature', 'phone']) method: string;
  @Nested(() => PaperDto, { optional: true }) evidence?: PaperDto;
  @Text(PERSON_NAME_LENGTH_MAX, { optional: true }) customerName?: string;
  @Instant({ optional: true }) answeredAt?: string;
  @Text(500, { optional: true }) reason?: string;
}
