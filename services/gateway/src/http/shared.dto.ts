import { Id, LocalDate, RegionCode, Sha256, Text, Version } from './fields.js';

/** A change that needs nothing but the version it is based on. */
export class VersionDto {
  @Version() version: number;
}

/** A change with the reason for it. */
export class ReasonedDto extends VersionDto {
  @Text(500) reason: string;
}

/** A reasoned change for a dealer; the manufacturer names who of the dealer asked. */
export class AskedDto extends ReasonedDto {
  @Text(100, { optional: true }) askedBy?: string;
}

/** Why masked values are looked at. */
export class RevealDto {
  @Text(500) reason: string;
}

export class AddressDto {
  @RegionCode() regionCode: string;
  @Text(300) detail: string;
}

/** A file uploaded before; it must exist and be the caller's to use. */
export class AttachmentDto {
  @Id() id: string;
  @Sha256() sha256: string;
}

/** A day a figure is asked for. */
export class OnQuery {
  @LocalDate({ optional: true }) on?: string;
}
