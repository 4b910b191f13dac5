import { CONTACT_PURPOSES } from '@aftercare/domain';
import { Flag, OneOf, Phone, Text, Version } from '../http/fields.js';
import { PageQuery, Sort } from '../http/paging.js';

/** A person one speaks with at a dealer (D-1). */
export class AddContactDto {
  @Text(60) name: string;
  @Text(60, { optional: true }) position?: string;
  @Phone() phone: string;
  @Text(120, { optional: true }) mail?: string;
  @OneOf(CONTACT_PURPOSES) purpose: string;
  @Flag({ optional: true }) main?: boolean;
}

export class ChangeContactDto extends AddContactDto {
  @Version() version: number;
}

export class ListContactsQuery extends PageQuery {
  @OneOf(CONTACT_PURPOSES, { optional: true }) purpose?: string;
  @Sort('name') sort?: string;
}
