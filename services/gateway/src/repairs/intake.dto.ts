import { CALL_CHANNELS, PERSON_NAME_LENGTH_MAX } from '@aftercare/domain';
import { Id, Instant, Nested, OneOf, Phone, Text, Texts } from '../http/fields.js';
import { AddressDto, VersionDto } from '../http/shared.dto.js';
import { IntakeDto } from './repairs.dto.js';

export class FindRepeatCasesDto {
  @Phone({ optional: true }) phone?: string;
  @Id({ optional: true }) customerId?: string;
  @Text(60, { optional: true }) unitSerial?: string;
}

export class ReadBackCallDto {
  @OneOf(CALL_CHANNELS) channel: string;
  @Text(60, { optional: true }) unitSerial?: string;
  @Text(200, { optional: true }) unitDescription?: string;
  @Text(PERSON_NAME_LENGTH_MAX) contactName: string;
  @Phone() contactPhone: string;
  @Nested(() => AddressDto) address: AddressDto;
  @Text(2000) symptoms: string;
  @Nested(() => IntakeDto, { optional: true }) intake?: IntakeDto;
  @Instant({ optional: true }) wishedFrom?: string;
  @Instant({ optional: true }) wishedTo?: string;
}

export class CorrectCallDto extends VersionDto {
  @Text(500) reason: string;
  /** Who of the dealer asked; for the manufacturer, who corrects for it. */
  @Text(100, { optional: true }) askedBy?: string;
  @Texts({ min: 1, max: 9, length: 40 }) fields: string[];
  @OneOf(CALL_CHANNELS, { optional: true }) channel?: string;
  @Id({ optional: true }) customerId?: string;
  @Id({ optional: true }) unitId?: string;
  @Text(60, { optional: true }) unitSerial?: string;
  @Text(200, { optional: true }) unitDescription?: string;
  @Text(PERSON_NAME_LENGTH_MAX, { optional: true }) contactName?: string;
  @Phone({ optional: true }) contactPhone?: string;
  @Nested(() => AddressDto, { optional: true }) address?: AddressDto;
  @Text(2000, { optional: true }) symptoms?: string;
  @Nested(() => IntakeDto, { optional: true }) intake?: IntakeDto;
  @Instant({ optional: true }) wishedFrom?: string;
  @Instant({ optional: true }) wishedTo?: string;
}
