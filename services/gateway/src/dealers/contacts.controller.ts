import { Body, Controller, Query } from '@nestjs/common';
import { ContactService } from '@aftercare/contracts';
import { Bus } from '@aftercare/messaging';
import { Change, Create, List, Replace } from '../http/endpoint.js';
import { listRequest } from '../http/paging.js';
import { PathId } from '../http/path-id.js';
import { VersionDto } from '../http/shared.dto.js';
import { AddContactDto, ChangeContactDto, ListContactsQuery } from './contacts.dto.js';

const contact = ContactService.method;

/** D-1: the people one speaks with at a dealer. */
@Controller('dealers')
export class ContactsController {
  constructor(private readonly bus: Bus) {}

  @Create(':dealerId/contacts', 'contact.change', contact.addContact)
  add(@PathId('dealerId') dealerId: string, @Body() body: AddContactDto): Promise<Buffer> {
    return this.bus.callJson(contact.addContact, { ...body, dealerId });
  }

  @List(':dealerId/contacts', 'dealer.read', contact.listContacts)
  list(@PathId('dealerId') dealerId: string, @Query() query: ListContactsQuery): Promise<Buffer> {
    return this.bus.callJson(contact.listContacts, { ...listRequest(query), dealerId });
  }

  @Replace(':dealerId/contacts/:id', 'contact.change', contact.changeContact)
  change(@PathId('dealerId') dealerId: string, @PathId() id: string, @Body() body: ChangeContactDto): Promise<Buffer> {
    return this.bus.callJson(contact.changeContact, { ...body, dealerId, id });
  }

  @Change(':dealerId/contacts/:id/remove', 'contact.change', contact.removeContact)
  remove(@PathId('dealerId') dealerId: string, @PathId() id: string, @Body() body: VersionDto): Promise<Buffer> {
    return this.bus.callJson(contact.removeContact, { ...body, dealerId, id });
  }
}
