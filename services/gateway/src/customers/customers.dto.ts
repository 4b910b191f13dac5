import { CUSTOMER_CLASSES, EXCLUSIONS, EXTENSION_BASES, INSTALLATION_STATES, LOCALES, PERSON_NAME_LENGTH_MAX, PROOF_STATES, TERM_BASES } from '@aftercare/domain';
import { Code, Flag, Id, Instant, Items, LocalDate, Nested, OneOf, Amount, PartClass, Text, Texts, Version, Whole } from '../http/fields.js';
import { PageQuery, QueryFlag, Sort } from '../http/paging.js';
import { AddressDto, AskedDto, AttachmentDto, PaperDto, PictureDto, ReasonedDto, VersionDto } from '../http/shared.dto.js';

const MONTHS = { min: 0, max: 600 };
const PHOTOS = { max: 20 };

class CustomerDataDto {
  @Text(PERSON_NAME_LENGTH_MAX) name: string;
  @Texts({ min: 1, max: 5, length: 24 }) phones: string[];
  @Nested(() => AddressDto) address: AddressDto;
  @OneOf(LOCALES, { optional: true }) language?: string;
  @Flag() consentService: boolean;
  @Flag({ optional: true }) consentMarketing?: boolean;
  @Flag({ optional: true }) acceptSharedPhone?: boolean;
  @Text(100, { optional: true }) askedBy?: string;
}

export class CreateCustomerDto extends CustomerDataDto {
  @Id({ optional: true }) dealerId?: string;
}

/** What is not sent stays as it is, so that who reads masked need not send it back (C-5). */
export class UpdateCustomerDto {
  @Version() version: number;
  @Text(PERSON_NAME_LENGTH_MAX, { optional: true }) name?: string;
  @Texts({ min: 1, max: 5, length: 24 }, { optional: true }) phones?: string[];
  @Nested(() => AddressDto, { optional: true }) address?: AddressDto;
  @OneOf(LOCALES, { optional: true }) language?: string;
  @Flag({ optional: true }) consentService?: boolean;
  @Flag({ optional: true }) consentMarketing?: boolean;
  @Flag({ optional: true }) acceptSharedPhone?: boolean;
  @Text(100, { optional: true }) askedBy?: string;
}

/** Into which file, and the version of each that the merge is based on. */
export class MergeCustomerDto extends VersionDto {
  @Id() intoId: string;
  @Version() intoVersion: number;
  @Text(100, { optional: true }) askedBy?: string;
}

export class ListCustomersQuery extends PageQuery {
  @Text(60, { optional: true }) q?: string;
  @Id({ optional: true }) dealerId?: string;
  @OneOf(CUSTOMER_CLASSES, { optional: true }) class?: string;
  @Sort('-createdAt') sort?: string;
}

/** A class that holds whatever is computed, and why. */
export class PinClassDto extends ReasonedDto {
  @OneOf(CUSTOMER_CLASSES) class: string;
}

export class CustomerTimelineQuery extends PageQuery {
  @Sort('-at') sort?: string;
}

/** How long a class of parts is covered. */
export class WarrantyTermDto {
  @Code(40) partClass: string;
  @Whole(MONTHS) months: number;
  @Flag() coversParts: boolean;
  @Flag() coversLabour: boolean;
  @OneOf(TERM_BASES) startBasis: string;
  @Whole(MONTHS, { optional: true }) replacementMonths?: number;
}

class ProductModelDataDto {
  @Text(100) name: string;
  @Text(100, { optional: true }) nameEn?: string;
  @Items(() => WarrantyTermDto, { min: 1, max: 50 }) terms: WarrantyTermDto[];
}

export class CreateProductModelDto extends ProductModelDataDto {
  @Code(40) code: string;
  @Code(40) family: string;
}

export class UpdateProductModelDto extends ProductModelDataDto {
  @Version() version: number;
  @LocalDate({ optional: true }) termsEffectiveFrom?: string;
}

export class CreateProductFamilyDto {
  @Code() code: string;
  @Text(100) name: string;
  @Text(100) nameEn: string;
}

export class UpdateProductFamilyDto extends VersionDto {
  @Text(100) name: string;
  @Text(100) nameEn: string;
  @Flag() active: boolean;
}

export class ListProductFamiliesQuery extends PageQuery {
  @Text(60, { optional: true }) q?: string;
  @OneOf(['active', 'retired'], { optional: true }) state?: string;
  @Sort('code') sort?: string;
}

export class ListProductModelsQuery extends PageQuery {
  @Text(60, { optional: true }) q?: string;
  @Code(40, { optional: true }) family?: string;
  @OneOf(['draft', 'published'], { optional: true }) state?: string;
  @Sort('code') sort?: string;
}

export class SellUnitDto extends VersionDto {
  @Id() customerId: string;
  @LocalDate({ optional: true }) purchaseDate?: string;
  @Amount({ optional: true }) salePrice?: string;
  @Nested(() => AttachmentDto, { optional: true }) proof?: AttachmentDto;
  @Text(60, { optional: true }) serial?: string;
  @Text(100, { optional: true }) askedBy?: string;
}

export class TransferUnitDto extends AskedDto {
  @Id() customerId: string;
  @LocalDate() transferredOn: string;
}

export class ExtendWarrantyDto extends ReasonedDto {
  @LocalDate() until: string;
  @OneOf(EXTENSION_BASES) basis: string;
  /** Number of the settlement, which must have one, or name of the campaign. */
  @Text(60, { optional: true }) reference?: string;
}

export class ListExtensionsQuery extends PageQuery {
  @Id({ optional: true }) dealerId?: string;
  @Id({ optional: true }) unitId?: string;
  @OneOf(EXTENSION_BASES, { optional: true }) basis?: string;
  @OneOf(['in_force', 'withdrawn'], { optional: true }) state?: string;
  @Sort('-grantedAt') sort?: string;
}

export class ProvePurchaseDto extends VersionDto {
  @LocalDate() purchaseDate: string;
  @Nested(() => PaperDto) evidence: PaperDto;
  /** Must stand when a day that was known is corrected. */
  @Text(500, { optional: true }) reason?: string;
}

export class DecidePurchaseProofDto extends VersionDto {
  @Flag() accepted: boolean;
  /** Must stand when it is refused. */
  @Text(500, { optional: true }) reason?: string;
}

export class ListPurchaseProofsQuery extends PageQuery {
  @Id({ optional: true }) dealerId?: string;
  @Id({ optional: true }) unitId?: string;
  @OneOf(PROOF_STATES, { optional: true }) state?: string;
  @Sort('-submittedAt') sort?: string;
}

export class ListUnitsQuery extends PageQuery {
  @Text(60, { optional: true }) q?: string;
  @Id({ optional: true }) modelId?: string;
  @Id({ optional: true }) dealerId?: string;
  @Id({ optional: true }) customerId?: string;
  @Text(40, { optional: true }) serialFrom?: string;
  @Text(40, { optional: true }) serialTo?: string;
  @Sort('serial') sort?: string;
}

export class ListCrossTerritoryQuery extends PageQuery {
  @Id({ optional: true }) dealerId?: string;
  @Sort('-soldAt') sort?: string;
}

/** What a verdict is asked for; without a day, of today. */
export class CoverageQuery {
  @LocalDate({ optional: true }) on?: string;
  /** A part of the catalogue; its class follows from it. */
  @Id({ optional: true }) part?: string;
  @PartClass({ optional: true, any: true }) partClass?: string;
  @OneOf(EXCLUSIONS, { optional: true }) exclusion?: string;
  @QueryFlag() @Flag({ optional: true }) visit?: boolean;
  /** The unit's full serial, for who does not see the unit otherwise (D-9). */
  @Text(60, { optional: true }) serial?: string;
}

export class CoverageTrialDto {
  @Text(10) rule: string;
  @Flag() decided: boolean;
  @Text(500, { optional: true }) note?: string;
  @Text(500, { optional: true }) noteZh?: string;
}

export class CoverageExplanationDto {
  @Text(60) code: string;
  @Text(500) zh: string;
  @Text(500) en: string;
}

export class LabourVerdictDto {
  @Text(20) coverage: string;
  @Text(60) reason: string;
  @Text(1000, { optional: true }) sentenceZh?: string;
  @Text(1000, { optional: true }) sentenceEn?: string;
  @LocalDate({ optional: true }) lastCoveredDay?: string;
}

/** A verdict as it was answered and stored. */
export class CoverageVerdictDto {
  @Text(20) coverage: string;
  @Text(60) reason: string;
  @Text(1000, { optional: true }) sentenceZh?: string;
  @Text(1000, { optional: true }) sentenceEn?: string;
  @Whole({ min: 1, max: 10_000 }) ruleVersion: number;
  @LocalDate({ optional: true }) lastCoveredDay?: string;
  @Text(20, { optional: true }) stage?: string;
  @Text(20_000) facts: string;
  @Items(() => CoverageTrialDto, { max: 50 }, { optional: true }) trials?: CoverageTrialDto[];
  @Texts({ max: 50, length: 60 }, { optional: true }) wouldChange?: string[];
  @Id({ optional: true }) unitId?: string;
  @Items(() => CoverageExplanationDto, { max: 50 }, { optional: true }) used?: CoverageExplanationDto[];
  @Items(() => CoverageExplanationDto, { max: 50 }, { optional: true }) changes?: CoverageExplanationDto[];
  @Nested(() => LabourVerdictDto, { optional: true }) labour?: LabourVerdictDto;
}

export class ScheduleInstallationDto {
  @Id() unitId: string;
  @Id() technicianUserId: string;
  @Instant() appointmentFrom: string;
  @Instant() appointmentTo: string;
  @Text(100, { optional: true }) askedBy?: string;
}

export class ChecklistItemDto {
  @Code(40) code: string;
  @Flag() passed: boolean;
  @Text(500, { optional: true }) note?: string;
}

export class CompleteInstallationDto extends VersionDto {
  @Items(() => ChecklistItemDto, { min: 1, max: 50 }) checklist: ChecklistItemDto[];
  @Flag() customerInstructed: boolean;
  @Items(() => PictureDto, PHOTOS, { optional: true }) photos?: PictureDto[];
  @Text(1000, { optional: true }) note?: string;
}

export class RescheduleInstallationDto extends AskedDto {
  @Id() technicianUserId: string;
  @Instant() appointmentFrom: string;
  @Instant() appointmentTo: string;
}

export class FailInstallationDto extends VersionDto {
  @Text(1000) reason: string;
  @Items(() => PictureDto, PHOTOS, { optional: true }) photos?: PictureDto[];
  @Items(() => ChecklistItemDto, { max: 50 }, { optional: true }) checklist?: ChecklistItemDto[];
}

/** A point of a family's checklist. */
export class ChecklistPointDto {
  @Code(40) code: string;
  @Text(100) name: string;
  @Text(100) nameEn: string;
  @Flag({ optional: true }) required?: boolean;
}

export class CreateChecklistDto {
  @Code(40) family: string;
  @Items(() => ChecklistPointDto, { min: 1, max: 50 }) points: ChecklistPointDto[];
}

export class UpdateChecklistDto extends VersionDto {
  @Items(() => ChecklistPointDto, { min: 1, max: 50 }) points: ChecklistPointDto[];
}

export class ListChecklistsQuery extends PageQuery {
  @Code(40, { optional: true }) family?: string;
  @OneOf(['draft', 'published', 'superseded'], { optional: true }) state?: string;
  @Sort('family') sort?: string;
}

export class ListInstallationsQuery extends PageQuery {
  @Id({ optional: true }) dealerId?: string;
  @OneOf(INSTALLATION_STATES, { optional: true }) state?: string;
  @Id({ optional: true }) unitId?: string;
  @Sort('-createdAt') sort?: string;
}
