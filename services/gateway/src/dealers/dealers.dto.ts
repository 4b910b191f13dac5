import { DEALER_STATUSES } from '@aftercare/domain';
import { Amount, Code, Id, Ids, LocalDate, Nested, OneOf, Phone, Text, Texts, Version } from '../http/fields.js';
import { PageQuery, Sort } from '../http/paging.js';
import { AddressDto, AttachmentDto, ReasonedDto, VersionDto } from '../http/shared.dto.js';

const REGION_CODES = { max: 500, length: 6 };

/** Who an invoice is made out to (D-1). */
export class TaxIdentityDto {
  @Text(100) title: string;
  @Code(30) taxNumber: string;
  @Text(100, { optional: true }) bank?: string;
  @Text(40, { optional: true }) account?: string;
  @Text(200, { optional: true }) address?: string;
  @Phone({ optional: true }) phone?: string;
}

export class AgreementDto {
  @Text(60) number: string;
  @LocalDate() validFrom: string;
  @LocalDate() validTo: string;
  @Nested(() => AttachmentDto, { optional: true }) signedFile?: AttachmentDto;
}

export class CorrectAgreementDto extends AgreementDto {
  @Version() version: number;
}

export class ListAgreementsQuery extends PageQuery {
  @Sort('-validTo') sort?: string;
}

class DealerDataDto {
  @Text(100) name: string;
  @Text(100, { optional: true }) nameEn?: string;
  @Nested(() => AddressDto) address: AddressDto;
  @Text(60) contactName: string;
  @Phone() contactPhone: string;
  @Nested(() => TaxIdentityDto, { optional: true }) taxIdentity?: TaxIdentityDto;
  @Nested(() => AgreementDto, { optional: true }) agreement?: AgreementDto;
}

export class CreateDealerDto extends DealerDataDto {
  @Code(20) code: string;
  @Id({ optional: true }) parentId?: string;
  @Texts(REGION_CODES, { optional: true }) territoryRegionCodes?: string[];
}

export class UpdateDealerDto extends DealerDataDto {
  @Version() version: number;
  /** Said each time, so that a territory is never emptied by silence; an empty list is bound to none. */
  @Texts(REGION_CODES) territoryRegionCodes: string[];
}

/** Either dealers or the import that drafted them. */
export class ActivateDealersDto {
  @Ids({ max: 200 }, { optional: true }) ids?: string[];
  @Id({ optional: true }) importJobId?: string;
  @Text(500, { optional: true }) cursor?: string;
}

export class TerminateDealerDto extends ReasonedDto {
  @Id({ optional: true }) successorDealerId?: string;
}

export class NameSuccessorDto {
  @Version() version: number;
  @Id() successorDealerId: string;
}

export class ListDealersQuery extends PageQuery {
  @Text(60, { optional: true }) q?: string;
  @OneOf(DEALER_STATUSES, { optional: true }) status?: string;
  @Id({ optional: true }) parentId?: string;
  @Sort('code') sort?: string;
}

export class CreateTechnicianDto {
  @Id({ optional: true }) dealerId?: string;
  @Id() userId: string;
  @Text(60) name: string;
  /** Who of the dealer asked; for the clerk, who acts on its behalf. */
  @Text(100, { optional: true }) askedBy?: string;
}

export class DeactivateTechnicianDto extends VersionDto {
  @Text(100, { optional: true }) askedBy?: string;
}

export class ListTechniciansQuery extends PageQuery {
  @Id({ optional: true }) dealerId?: string;
  @Sort('name') sort?: string;
}

export class SetServiceFeesDto {
  @Amount() labourFee: string;
  @Amount() travelFee: string;
  @LocalDate() effectiveFrom: string;
}
