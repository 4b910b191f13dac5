import { ApiSchema } from '@nestjs/swagger';
import type { FileKind } from '../attachments/attachment.rules.js';
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
  /** What the field takes; the document of the interface and the refusal say it. */
  static readonly takes: FileKind = 'any';
  @Id() id: string;
  @Sha256() sha256: string;
}

/** W-5: where a photo or a signature is asked for. */
@ApiSchema({ description: 'A photo or signature uploaded before: JPG, PNG or WebP.' })
export class PictureDto extends AttachmentDto {
  static override readonly takes = 'picture';
}

/** W-4, H-1: a signed paper or a proof, which may have been scanned. */
@ApiSchema({ description: 'A photo of a paper (JPG, PNG or WebP) or its PDF, uploaded before.' })
export class PaperDto extends AttachmentDto {
  static override readonly takes = 'paper';
}

/** A day a figure is asked for. */
export class OnQuery {
  @LocalDate({ optional: true }) on?: string;
}
