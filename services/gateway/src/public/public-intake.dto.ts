import { PERSON_NAME_LENGTH_MAX } from '@aftercare/domain';
import { Instant, Nested, Phone, Text, Texts } from '../http/fields.js';
import { AddressDto } from '../http/shared.dto.js';

/** What somebody tells who scanned a label. */
export class OpenPublicCallDto {
  @Text(PERSON_NAME_LENGTH_MAX) contactName: string;
  @Phone() contactPhone: string;
  @Nested(() => AddressDto) address: AddressDto;
  @Text(2000) symptoms: string;
  @Instant({ optional: true }) wishedFrom?: string;
  @Instant({ optional: true }) wishedTo?: string;
  /** Tickets of photos uploaded before. */
  @Texts({ max: 5, length: 60 }, { optional: true }) photos?: string[];
}
