import { ContactService, DealerService, type DealerContact } from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import { migrate } from '@aftercare/service';
import { createTestDatabase, startTestService, withClient, type TestService } from '@aftercare/testing';
import { dealers } from '../dealers.module.js';
import { DealerContacts1798600000000 } from '../migrations/1798600000000-dealer-contacts.js';

const refusal = (code: string, reason: string): Error => expect.objectContaining({ code, reason }) as Error;
const data = { name: '上海', address: { regionCode: '310104', detail: '漕溪路 1 号' }, contactName: '王经理', contactPhone: '13900001111' };
const accountant = { name: '周会计', position: '会计', phone: '13900002222', mail: 'zhou@example.cn', purpose: 'finance' };

describe('a dealer’s contacts over the bus', () => {
  let service: TestService;
  let codes = 0;

  beforeAll(async () => {
    service = await startTestService({ ...dealers });
  });
  afterAll(() => service.stop());

  const contacts = (ctx = service.ctx()) => service.client(ContactService, ctx);
  const dealer = (ctx = service.ctx()) => service.client(DealerService, ctx);
  const draft = async (given: object = {}): Promise<string> => (await dealer().createDealer({ ...data, code: `CO${(codes += 1)}`, ...given })).id;
  const listed = async (dealerId: string, ctx = service.ctx()): Promise<DealerContact[]> => (await contacts(ctx).listContacts({ dealerId })).items;

  it('D-1: the contact a dealer is drafted with is its main one; others are added, changed and taken out, and one of them takes its place', async () => {
    const dealerId = await draft();
    const [main] = await listed(dealerId);
    expect(main).toMatchObject({ name: '王经理', phone: '13900001111', main: true, version: 1 });
    const added = await contacts().addContact({ dealerId, ...accountant });
    expect(added).toMatchObject({ state: 'other', version: 1 });
    await expect(contacts().removeContact({ dealerId, id: main.id, version: 1 })).rejects.toEqual(refusal('failed_precondition', 'CONTACT_IS_MAIN'));
    await expect(contacts().changeContact({ dealerId, id: added.id, version: 9, ...accountant })).rejects.toEqual(refusal('aborted', 'STALE_VERSION'));
    await expect(contacts().changeContact({ dealerId, id: added.id, version: 1, ...accountant, mail: 'zhou' })).rejects.toEqual(refusal('invalid_argument', 'CONTACT_INVALID'));
    await expect(contacts().changeContact({ dealerId, id: added.id, version: 1, ...accountant, main: true })).resolves.toMatchObject({ state: 'main', version: 2 });
    expect((await listed(dealerId)).map(({ name, main: isMain, version }) => [name, isMain, version])).toEqual([['周会计', true, 2], ['王经理', false, 2]]);
    await expect(dealer().getDealer({ id: dealerId })).resolves.toMatchObject({ contactName: '周会计', contactPhone: '13900002222', version: 2 });
    await contacts().removeContact({ dealerId, id: main.id, version: 2 });
    expect((await contacts().listContacts({ dealerId, purpose: 'other' })).items).toEqual([]);
    expect(await listed(dealerId)).toHaveLength(1);
  });

  it('D-1: a change of the dealer’s data changes its main contact and leaves him his mail; a first one is added', async () => {
    const dealerId = await draft({ contactName: '', contactPhone: '' });
    expect(await listed(dealerId)).toEqual([]);
    await dealer().updateDealer({ ...data, id: dealerId, version: 1 });
    const [main] = await listed(dealerId);
    await contacts().changeContact({ dealerId, id: main.id, version: 1, name: '王经理', phone: '13900001111', mail: 'wang@example.cn', purpose: 'service', main: true });
    await expect(dealer().updateDealer({ ...data, id: dealerId, version: 2 })).rejects.toEqual(refusal('aborted', 'STALE_VERSION'));
    await dealer().updateDealer({ ...data, id: dealerId, version: 3, contactPhone: '13900003333' });
    expect(await listed(dealerId)).toMatchObject([{ phone: '13900003333', mail: 'wang@example.cn', purpose: 'service' }]);
    await expect(dealer().updateDealer({ ...data, id: dealerId, version: 4, contactPhone: 'x' })).rejects.toMatchObject({ reason: 'CONTACT_INVALID', details: { field: 'contactPhone' } });
  });

  it('C-5: a parent sees its child’s contacts masked and changes none; a stranger’s look like missing ones', async () => {
    const parentId = await draft();
    const dealerId = await draft({ parentId });
    const parent = service.dealerCtx(parentId, 'dealer_manager', { childDealerIds: [dealerId] });
    const own = service.dealerCtx(dealerId);
    expect((await listed(dealerId, own))[0]).toMatchObject({ name: '王经理', phone: '13900001111' });
    expect((await listed(dealerId, parent))[0]).toMatchObject({ name: '王经理', phone: '139****1111' });
    await expect(dealer(parent).getDealer({ id: dealerId })).resolves.toMatchObject({ contactPhone: '139****1111' });
    expect((await listed(dealerId, service.ctx({ role: 'auditor' })))[0].phone).toBe('139****1111');
    await expect(contacts(parent).addContact({ dealerId, ...accountant })).rejects.toEqual(refusal('permission_denied', 'ROLE_NOT_ALLOWED'));
    const missing = await contacts(own).listContacts({ dealerId: newId() }).catch((error: unknown) => error);
    await expect(contacts(own).listContacts({ dealerId: parentId })).rejects.toEqual(missing);
    await expect(contacts(own).addContact({ dealerId: parentId, ...accountant })).rejects.toEqual(missing);
    const [foreign] = await listed(parentId);
    await expect(contacts(own).removeContact({ dealerId, id: foreign.id, version: 1 })).rejects.toEqual(refusal('not_found', 'NOT_FOUND'));
  });

  it('X-4: who a contact is stands beside the audit entries, not in them, nor in events or stored answers', async () => {
    const dealerId = await draft();
    const name = `联系人${newId().slice(-6)}`;
    const { id } = await contacts().addContact({ dealerId, name, phone: '13777778888', mail: 'secret@example.cn', purpose: 'parts' });
    await contacts().removeContact({ dealerId, id, version: 1 });
    const audited = await service.sql<{ action: string }>(`select action from audit_entry where kind = 'dealer_contact' and document_id = $1 order by id`, [id]);
    expect(audited.map(({ action }) => action)).toEqual(['add', 'remove']);
    const [{ found }] = await service.sql<{ found: string }>(`select string_agg(t, ' ') as found from (
      select payload as t from outbox union all select changed::text from audit_entry union all select answer::text from idempotency) x`);
    for (const secret of [name, '13777778888', 'secret@example.cn']) expect(found).not.toContain(secret);
  });

  it('D-1: the contact that stood in a dealer’s row before is its main one', async () => {
    const database = await createTestDatabase('dealers');
    const through = (migrations: typeof dealers.migrations) => migrate({ service: 'dealers', url: database.ownerUrl, profile: 'test', migrations });
    await through(dealers.migrations.slice(0, dealers.migrations.indexOf(DealerContacts1798600000000)));
    const rows = await withClient(database.adminUrl, async (client) => {
      await client.query(`insert into dealer (id, code, name, name_en, region_code, address_detail, contact_name, contact_phone, territory, status, status_reason, drafted_by, version)
        select gen_random_uuid(), code, 'x', '', '310104', '', name, phone, '{}', 'active', '', 'clerk', 1 from (values ('A', '王经理', '13900001111'), ('B', '', '')) t (code, name, phone)`);
      await through(dealers.migrations);
      return (await client.query('select name, phone, main, purpose, version from dealer_contact')).rows as unknown[];
    });
    expect(rows).toEqual([{ name: '王经理', phone: '13900001111', main: true, purpose: 'other', version: 1 }]);
    await database.drop();
  });
});
