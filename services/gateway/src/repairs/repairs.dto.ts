import { CALL_CHANNELS, CALL_STATES, PERSON_NAME_LENGTH_MAX, PROBLEM_DIMENSIONS, QUALITY_REPORT_STATES } from '@aftercare/domain';
import { Amount, Code, Flag, Id, Instant, Items, LocalDate, Nested, OneOf, Phone, Quantity, Text, Texts } from '../http/fields.js';
import { PageQuery, QueryFlag, Sort } from '../http/paging.js';
import { AddressDto, PaperDto, PictureDto, VersionDto } from '../http/shared.dto.js';

const PHOTOS = { max: 20 };

/** 5W2H of the intake. */
export class IntakeDto {
  @Text(200, { optional: true }) when?: string;
  @Text(200, { optional: true }) where?: string;
  @Text(200, { optional: true }) who?: string;
  @Text(500, { optional: true }) what?: string;
  @Text(200, { optional: true }) howMany?: string;
  @Text(500, { optional: true }) why?: string;
  @Text(200, { optional: true }) degree?: string;
}

export class OpenCallDto {
  @Id({ optional: true }) dealerId?: string;
  @OneOf(CALL_CHANNELS) channel: string;
  @Id({ optional: true }) customerId?: string;
  @Id({ optional: true }) unitId?: string;
  @Text(60, { optional: true }) unitSerial?: string;
  @Text(200, { optional: true }) unitDescription?: string;
  @Text(PERSON_NAME_LENGTH_MAX) contactName: string;
  @Phone() contactPhone: string;
  @Nested(() => AddressDto) address: AddressDto;
  @Text(2000) symptoms: string;
  @Nested(() => IntakeDto, { optional: true }) intake?: IntakeDto;
  @Instant({ optional: true }) wishedFrom?: string;
  @Instant({ optional: true }) wishedTo?: string;
  @Items(() => PictureDto, PHOTOS, { optional: true }) photos?: PictureDto[];
  /** Who of the dealer asked; for the manufacturer, who files what the dealer took. */
  @Text(100, { optional: true }) askedBy?: string;
}

export class RouteCallDto extends VersionDto {
  @Id() dealerId: string;
  @Text(500, { optional: true }) reason?: string;
}

export class AssignCallDto extends VersionDto {
  @Id() technicianUserId: string;
  @Instant({ optional: true }) appointmentFrom?: string;
  @Instant({ optional: true }) appointmentTo?: string;
  /** Who of the dealer asked; for the manufacturer, who assigns on its behalf. */
  @Text(100, { optional: true }) askedBy?: string;
}

export class MarkSpecialDto extends VersionDto {
  /** One of the setting call.specialReasons. */
  @Code() reason: string;
}

/** A fault and what was done. */
export class RepairFaultDto {
  @Code(40) faultCode: string;
  @Text(1000) faultDescription: string;
  @Code(40, { optional: true }) causeCode?: string;
  @Text(1000) cause: string;
  @Code(40, { optional: true }) actionCode?: string;
  @Text(1000) action: string;
  @Flag({ optional: true }) designDefect?: boolean;
  @OneOf(Object.values(PROBLEM_DIMENSIONS).flat(), { optional: true }) problemDimension?: string;
}

export class PartUsedDto {
  @Id() partId: string;
  @Quantity() quantity: number;
  @OneOf(['holdings', 'warehouse', 'own']) source: string;
  @Text(60, { optional: true }) oldPartSerial?: string;
  @Flag({ optional: true }) oldPartKept?: boolean;
}

export class RecordRepairDto extends VersionDto {
  @Items(() => RepairFaultDto, { min: 1, max: 20 }) faults: RepairFaultDto[];
  @Items(() => PartUsedDto, { max: 50 }, { optional: true }) partsUsed?: PartUsedDto[];
  @Amount({ optional: true }) labourFee?: string;
  @Amount({ optional: true }) travelFee?: string;
  @Flag() resolved: boolean;
  @Text(1000, { optional: true }) toldCustomer?: string;
  @Items(() => PictureDto, PHOTOS, { optional: true }) photos?: PictureDto[];
}

export class ConfirmCallDto extends VersionDto {
  @OneOf(['signature', 'signed_paper']) method: string;
  /** A signature is a picture, a signed paper may be a PDF. */
  @Nested((around) => (around?.object.method === 'signature' ? PictureDto : PaperDto)) evidence: PaperDto;
}

export class ListCallsQuery extends PageQuery {
  @Text(60, { optional: true }) q?: string;
  @OneOf(['open', ...CALL_STATES], { optional: true }) state?: string;
  @Id({ optional: true }) dealerId?: string;
  @Id({ optional: true }) technicianUserId?: string;
  @Id({ optional: true }) customerId?: string;
  @Id({ optional: true }) unitId?: string;
  @QueryFlag() @Flag({ optional: true }) unconfirmed?: boolean;
  @Sort('-openedAt', 'dueAt', 'resolvedAt') sort?: string;
}

/** What a customer answers behind a one-time link. */
export class AnswerConfirmationDto {
  @Flag() confirmed: boolean;
  @Text(500, { optional: true }) reason?: string;
}

export class CreateFaultCodeDto {
  @OneOf(['fault', 'cause', 'action']) kind: string;
  @Code(40) family: string;
  @Code(40) code: string;
  @Text(200) name: string;
  @Text(200, { optional: true }) nameEn?: string;
  @Code(40, { optional: true }) parentCode?: string;
}

export class ListFaultCodesQuery extends PageQuery {
  @Code(40, { optional: true }) family?: string;
  @OneOf(['fault', 'cause', 'action'], { optional: true }) kind?: string;
  @Code(40, { optional: true }) parentCode?: string;
  @OneOf(['draft', 'published', 'inactive'], { optional: true }) state?: string;
  @Sort('code') sort?: string;
}

export class SubmitQualityReportDto extends VersionDto {
  @Text(2000) description: string;
  @Text(2000) cause: string;
  @Text(2000) action: string;
  @Texts({ max: 200, length: 60 }, { optional: true }) affectedSerials?: string[];
  @Text(60, { optional: true }) lot?: string;
  @Flag() visibleDamage: boolean;
  @Items(() => PictureDto, PHOTOS, { optional: true }) photos?: PictureDto[];
}

export class ListQualityReportsQuery extends PageQuery {
  @Id({ optional: true }) dealerId?: string;
  @OneOf(QUALITY_REPORT_STATES, { optional: true }) state?: string;
  @QueryFlag() @Flag({ optional: true }) overdue?: boolean;
  @QueryFlag() @Flag({ optional: true }) designDefect?: boolean;
  @Text(60, { optional: true }) serial?: string;
  @Text(60, { optional: true }) lot?: string;
  @OneOf(['repair-call', 'installation'], { optional: true }) originKind?: string;
  @LocalDate({ optional: true }) openedFrom?: string;
  @LocalDate({ optional: true }) openedTo?: string;
  @QueryFlag() @Flag({ optional: true }) answerUnread?: boolean;
  @QueryFlag() @Flag({ optional: true }) hasUnregisteredSerial?: boolean;
  @Sort('-createdAt') sort?: string;
}
