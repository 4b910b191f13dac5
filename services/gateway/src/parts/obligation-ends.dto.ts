import { EXCLUSIONS, INVOICE_WISHES, PAYMENT_METHODS } from '@aftercare/domain';
import { Items, LocalDate, OneOf, Quantity, Text } from '../http/fields.js';
import { PaperDto, PictureDto, VersionDto } from '../http/shared.dto.js';

const EVIDENCE = { min: 1, max: 20 };

export class ExcuseObligationDto extends VersionDto {
  @Quantity() quantity: number;
  @OneOf(['lost_in_transit', 'approval']) basis: string;
  @Text(500) reason: string;
  @Items(() => PaperDto, EVIDENCE) evidence: PaperDto[];
}

export class ExtendObligationDto extends VersionDto {
  @LocalDate() dueOn: string;
  @Text(500) reason: string;
}

export class ChargeObligationDto extends VersionDto {
  @Quantity() quantity: number;
  @OneOf(EXCLUSIONS) exclusion: string;
  @Text(500) cause: string;
  @Items(() => PictureDto, EVIDENCE) evidence: PictureDto[];
  @OneOf(PAYMENT_METHODS) paymentMethod: string;
  @OneOf(INVOICE_WISHES) invoiceWish: string;
}
