import { Controller } from '@nestjs/common';
import { ContactService, type AddContactRequest, type ChangeContactRequest, type ListContactsRequest, type RemoveContactRequest } from '@aftercare/contracts';
import { isId, type ContactPurpose } from '@aftercare/domain';
import { notFound, Rpc, type CallContext, type Handlers } from '@aftercare/messaging';
import { Database, expectVersion, pageAnswer, pageOf, type Tx } from '@aftercare/service';
import { DealerEntity } from '../dealers/dealer.entity.js';
import { requireChangeable } from '../dealers/dealer.rules.js';
import { loadDealer } from '../dealers/dealer.store.js';
import { ContactEntity } from './contact.entity.js';
import { checkContact, requireContactChange, requireMainStays, shownContact, type Contact } from './contact.rules.js';
import { addContact, changeContact, removeContact } from './contact.store.js';

/** D-1: the people one speaks with at a dealer. Changes lock the dealer's row, so that one of them is the main one. */
@Controller()
export class ContactHandlers implements Handlers<typeof ContactService> {
  constructor(private readonly database: Database) {}

  @Rpc(ContactService.method.addContact)
  async addContact(request: AddContactRequest, ctx: CallContext) {
    return this.database.command(ctx, async (tx) => {
      const dealer = await changeable(tx, request.dealerId);
      const given = contactOf(request);
      checkContact(given);
      const contact = await addContact(tx, dealer.id, given);
      if (contact.main) await countChange(tx, dealer);
      return refOf(contact);
    }, { request });
  }

  @Rpc(ContactService.method.changeContact)
  async changeContact(request: ChangeContactRequest, ctx: CallContext) {
    return this.database.command(ctx, async (tx) => {
      const dealer = await changeable(tx, request.dealerId);
      const before = await load(tx, dealer.id, request);
      const given = contactOf(request);
      checkContact(given);
      requireMainStays(before, given);
      const contact = await changeContact(tx, before, given);
      if (contact !== before && contact.main) await countChange(tx, dealer);
      return refOf(contact);
    }, { request });
  }

  @Rpc(ContactService.method.removeContact)
  async removeContact(request: RemoveContactRequest, ctx: CallContext) {
    return this.database.command(ctx, async (tx) => {
      const contact = await load(tx, (await changeable(tx, request.dealerId)).id, request);
      requireMainStays(contact, null);
      await removeContact(tx, contact);
      return { ...refOf(contact), state: 'removed' };
    }, { request });
  }

  @Rpc(ContactService.method.listContacts)
  async listContacts(request: ListContactsRequest, ctx: CallContext) {
    const page = pageOf(request.page, { list: 'contacts' });
    return this.database.read(ctx, async (tx) => {
      const { id } = await loadDealer(tx, request.dealerId);
      const query = tx.em.createQueryBuilder(ContactEntity, 'c').where('c.dealer_id = :id', { id });
      if (request.purpose) query.andWhere('c.purpose = :purpose', { purpose: request.purpose });
      if (page.after) query.andWhere('(c.name, c.id) > (:key, :after::uuid)', { key: page.after.key, after: page.after.id });
      const rows = await query.orderBy('c.name').addOrderBy('c.id').limit(page.limit + 1).getMany();
      const { items, nextCursor } = pageAnswer(rows, page, ({ name }) => name);
      return { items: items.map(({ createdAt: _createdAt, ...contact }) => shownContact(contact, id, ctx)), nextCursor };
    });
  }
}

/** The dealer, seen by the caller, his to change, and locked. */
async function changeable(tx: Tx, id: string): Promise<DealerEntity> {
  const dealer = await loadDealer(tx, id, 'pessimistic_write');
  requireContactChange(dealer.id, tx.ctx);
  requireChangeable(dealer.status);
  return dealer;
}

/** The dealer is answered with its main contact: whoever changes it from an older answer is told. */
async function countChange(tx: Tx, dealer: DealerEntity): Promise<void> {
  await tx.em.update(DealerEntity, { id: dealer.id }, { version: dealer.version + 1 });
}

/** A contact in the version that the change is based on. */
async function load(tx: Tx, dealerId: string, { id, version }: { id: string; version: number }): Promise<ContactEntity> {
  const contact = isId(id) ? await tx.em.findOneBy(ContactEntity, { id, dealerId }) : null;
  if (!contact) throw notFound('contact');
  expectVersion(contact, version, refOf(contact));
  return contact;
}

function contactOf(request: AddContactRequest | ChangeContactRequest): Contact {
  const { name, position, phone, mail, purpose, main } = request;
  return { name: name.trim(), position: position.trim(), phone: phone.trim(), mail: mail.trim(), purpose: purpose as ContactPurpose, main };
}

function refOf({ id, main, version }: ContactEntity) {
  return { id, number: '', state: main ? 'main' : 'other', version };
}
