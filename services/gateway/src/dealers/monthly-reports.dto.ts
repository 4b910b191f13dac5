import { LOCALES, PERSON_NAME_LENGTH_MAX } from '@aftercare/domain';
import { Amount, Code, Flag, Id, Items, LocalDate, Month, Nested, OneOf, Text, Texts } from '../http/fields.js';
import { PageQuery, Sort } from '../http/paging.js';
import { AddressDto, VersionDto } from '../http/shared.dto.js';

const KINDS = ['installation', 'repair'];
const LINES = { max: 500 };

export class ListMonthlyReportsQuery extends PageQuery {
  @Month({ optional: true }) month?: string;
  @OneOf(KINDS, { optional: true }) kind?: string;
  @Id({ optional: true }) dealerId?: string;
  @OneOf(['open', 'submitted'], { optional: true }) state?: string;
  @Sort('-month') sort?: string;
}

export class ListReportLinesQuery extends PageQuery {
  @OneOf(['counted', 'left_out', 'pending'], { optional: true }) standing?: string;
  @Sort('itemOn') sort?: string;
}

export class ListDutiesQuery extends PageQuery {
  @Month({ optional: true }) month?: string;
  @Id({ optional: true }) dealerId?: string;
  @OneOf(['owing', 'late'], { optional: true }) standing?: string;
  @Sort('-month') sort?: string;
}

/** A line that is to count or not; why, when it is left out. */
export class LineCorrectionDto {
  @Id() lineId: string;
  @Flag() counts: boolean;
  @Text(200, { optional: true }) note?: string;
}

/** A repair that was done without a call on the platform. */
export class ReportedRepairDto {
  @LocalDate() repairedOn: string;
  @Code(40, { optional: true }) serial?: string;
  @Texts({ max: 20, length: 40 }, { optional: true }) faultCodes?: string[];
  @Text(500) note: string;
}

export class CorrectReportDto extends VersionDto {
  @Items(() => LineCorrectionDto, LINES, { optional: true }) corrections?: LineCorrectionDto[];
  @Items(() => ReportedRepairDto, LINES, { optional: true }) repairs?: ReportedRepairDto[];
}

/** Nothing to report is said, never left out. */
export class SubmitReportDto extends VersionDto {
  @Flag({ optional: true }) nil?: boolean;
}

export class AmendReportDto extends CorrectReportDto {
  @Text(500) reason: string;
}

/** A customer who gets a file with the installation. */
export class PastCustomerDto {
  @Text(PERSON_NAME_LENGTH_MAX) name: string;
  @Texts({ min: 1, max: 5, length: 24 }) phones: string[];
  @Nested(() => AddressDto) address: AddressDto;
  @OneOf(LOCALES, { optional: true }) language?: string;
  @Flag({ optional: true }) consentService?: boolean;
  @Flag({ optional: true }) consentMarketing?: boolean;
  @Flag({ optional: true }) acceptSharedPhone?: boolean;
}

/** An installation that was never recorded: an existing customer or a new one, and the days. */
export class AddInstallationDto {
  @Text(60) serial: string;
  @Id({ optional: true }) customerId?: string;
  @Nested(() => PastCustomerDto, { optional: true }) customer?: PastCustomerDto;
  @LocalDate({ optional: true }) purchaseDate?: string;
  @Amount({ optional: true }) salePrice?: string;
  @LocalDate() acceptedOn: string;
  @Id({ optional: true }) technicianUserId?: string;
  @Flag({ optional: true }) customerInstructed?: boolean;
  @Text(1000, { optional: true }) note?: string;
}
