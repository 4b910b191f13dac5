import { Injectable, ValidationPipe, type ArgumentMetadata } from '@nestjs/common';
import { Attachments, type NamedFile } from '../attachments/attachments.js';
import { CheckedQueries, rememberConstraints } from './remembered-checks.js';
import { AttachmentDto } from './shared.dto.js';
import { inheritedNames, invalidFields, pathOf, validationOptions } from './validation.js';

rememberConstraints();

/** Checks bodies and queries by their classes, then that the files a body names are the caller's to use and what their fields take. */
@Injectable()
export class BodyPipe extends ValidationPipe {
  private readonly queries = new CheckedQueries();

  constructor(private readonly attachments: Attachments) {
    super(validationOptions);
  }

  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    if (metadata.type === 'query' && metadata.metatype) return this.queries.of(metadata.metatype, value, () => this.checked(value, metadata));
    const checked = await this.checked(value, metadata);
    if (metadata.type === 'body') await this.attachments.assertUsable(attachmentsIn(checked));
    return checked;
  }

  private checked(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    if (metadata.type === 'body' || metadata.type === 'query') refuseInheritedNames(value);
    return super.transform(value, metadata) as Promise<unknown>;
  }
}

/** The whitelist looks fields up in plain objects, where toString and its kind are always found. */
function refuseInheritedNames(value: unknown): void {
  const wrong = inheritedNames(value);
  if (wrong.length > 0) throw invalidFields(wrong);
}

/** Every reference to a file in a checked body, however deep. */
export function attachmentsIn(value: unknown, field = ''): NamedFile[] {
  if (value instanceof AttachmentDto) return [{ field, id: value.id, sha256: value.sha256, takes: (value.constructor as typeof AttachmentDto).takes }];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => attachmentsIn(inner, pathOf(field, name)));
}
