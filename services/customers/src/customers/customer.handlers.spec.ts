import { CustomerService } from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import { expectSchemaMatchesEntities } from '@aftercare/testing';
import type { QueryRunner } from 'typeorm';
import { CustomersPlatform, refusal } from '../customers.fixture.js';
import { MaskedNames1800921100000 } from '../migrations/1800921100000-masked-names.js';

const address = { regionCode: '310104', detail: '漕溪路 100 弄' };

describe('customers over the bus', () => {
  const platform = new CustomersPlatform();
  const client = (ctx: Parameters<typeof platform.service.client>[1]) => platform.service.client(CustomerService, ctx);

  beforeAll(() => platform.start());
  afterAll(() => platform.service.stop());

  it('the entities describe the migrated schema', async () => {
    await expectSchemaMatchesEntities(platform.service.dataSource);
  });

  it('C-1: the same phone at one dealer offers the existing file, however it is written; a family may share it', async () => {
    const { manager } = await platform.dealer();
    const first = await platform.customer(manager, { phones: ['138 0000 1234'] });
    await expect(platform.customer(manager, { phones: ['13900000000', '+86 138-0000-1234'] })).rejects.toMatchObject({
      code: 'already_exists', reason: 'CUSTOMER_PHONE_EXISTS', details: { existingId: first.id, field: 'phones[1]' },
    });
    await expect(platform.customer(manager, { phones: ['13800001234'], acceptSharedPhone: true })).resolves.toMatchObject({ version: 1 });
    const other = await platform.dealer();
    await expect(platform.customer(other.manager, { phones: ['13800001234'] })).resolves.toMatchObject({ version: 1 });
  });

  it('C-1: two clerks who enter the same phone at once make one file', async () => {
    const { manager } = await platform.dealer();
    const both = await Promise.allSettled([1, 2].map(() => platform.customer(manager, { phones: ['13811110000'] })));
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('C-5: personal values are masked, and a reveal is logged with its reason', async () => {
    const { manager } = await platform.dealer();
    const { id } = await platform.customer(manager, { name: '欧阳小明', phones: ['13812341234'] });
    await expect(client(manager).getCustomer({ id })).resolves.toMatchObject({ name: '欧**', phones: ['138****1234'], addressDetail: '漕溪路****' });
    await expect(client(manager).revealCustomer({ id, reason: '' })).rejects.toEqual(refusal('invalid_argument', 'REASON_MISSING'));
    const personal = await client({ ...manager, idempotencyKey: newId() }).revealCustomer({ id, reason: '回访 13812341234' });
    expect(personal).toMatchObject({ name: '欧阳小明', phones: ['13812341234'], addressDetail: '漕溪路 100 弄' });
    const [entry] = await platform.service.sql<{ changed: object }>(`select changed from audit_entry where document_id = $1 and action = 'reveal'`, [id]);
    expect(entry.changed).toEqual({ personal: ['reason'] });
  });

  it('C-5: a name of one character stands whole neither in the file nor in lists, those of before included', async () => {
    const { manager } = await platform.dealer();
    const { id } = await platform.customer(manager, { name: '王' });
    const other = await platform.customer(manager, { name: '王小二' });
    const shown = async () => {
      const { items } = await client(manager).listCustomers({});
      return [id, other.id].map((each) => items.find((item) => item.id === each)?.name);
    };
    expect([(await client(manager).getCustomer({ id })).name, ...(await shown())]).toEqual(['*', '*', '王**']);
    await platform.service.sql(`update customer set masked_name = '王**' where id = $1`, [id]);
    await new MaskedNames1800921100000().up({ query: async (text: string) => platform.service.sql(text) } as QueryRunner);
    expect(await shown()).toEqual(['*', '王**']);
  });

  it('C-1, C-5: a change keeps what it does not say, and takes no value back in the form in which it was read masked', async () => {
    const { manager } = await platform.dealer();
    const { id } = await platform.customer(manager, { name: '王小明', phones: ['13812341234', '13900001111'], address: { regionCode: '310104', detail: '漕溪北路 88 弄' } });
    const file = await client(manager).getCustomer({ id });
    const back = (change: object) => client(manager).updateCustomer({ id, version: 1, ...change });
    for (const [change, field] of [
      [{ name: file.name }, 'name'], [{ phones: ['13900002222', file.phones[0]] }, 'phones[1]'], [{ address: { regionCode: '310104', detail: file.addressDetail } }, 'address.detail'],
    ] as const) await expect(back(change)).rejects.toMatchObject({ code: 'invalid_argument', reason: 'VALUE_MASKED', details: { field } });
    await expect(back({ phones: ['13900001111'] })).resolves.toMatchObject({ version: 2 });
    await expect(back({ version: 2, address: { regionCode: '310105' } })).resolves.toMatchObject({ version: 3 });
    expect(await client(manager).revealCustomer({ id, reason: '核对' })).toMatchObject({ name: '王小明', phones: ['13900001111'], addressDetail: '漕溪北路 88 弄' });
    await expect(client(manager).getCustomer({ id })).resolves.toMatchObject({ regionCode: '310105' });
  });

  it('C-1: language and consents are never reset by silence, and taken back when it is said', async () => {
    const { manager } = await platform.dealer();
    const { id } = await platform.customer(manager, { language: 'en', consentMarketing: true });
    const after = async (version: number, change: object) => {
      await client(manager).updateCustomer({ id, version, ...change });
      const { language, consentService, consentMarketing } = await client(manager).getCustomer({ id });
      return [language, consentService, consentMarketing];
    };
    expect(await after(1, { name: '李四' })).toEqual(['en', true, true]);
    expect(await after(2, { consentMarketing: false })).toEqual(['en', true, false]);
    expect(await after(3, { consentService: false, language: 'zh-CN' })).toEqual(['zh-CN', false, false]);
  });

  it('C-1: is found by number, last digits of a phone, part of the name, initials in pinyin and a unit’s serial', async () => {
    const { manager, ...dealer } = await platform.dealer();
    const customer = await platform.customer(manager, { name: '王小二', phones: ['13755554321'] });
    const [serial] = await platform.units(await platform.model(), dealer);
    await platform.sold(manager, serial, { customerId: customer.id, purchaseDate: '2024-03-15' });
    for (const q of [customer.number, customer.number.toLowerCase(), '4321', '5555 4321', '小二', '二', 'wxe', 'WX', 'wangxiao', 'xe', serial, '']) {
      const { items } = await client(manager).listCustomers({ q });
      expect(items.map(({ id }) => id)).toEqual([customer.id]);
      expect(items[0]).toMatchObject({ name: '王**', phone: '137****4321', unitCount: 1 });
    }
    await client(manager).updateCustomer({ id: customer.id, version: 1, name: '赵小二', phones: ['13755554321'], address });
    expect((await client(manager).listCustomers({ q: 'zhaoxiaoer' })).items).toHaveLength(1);
    for (const q of ['9999', '321', 'zz', '李', '王', 'wxe', '%', '_小']) expect((await client(manager).listCustomers({ q })).items).toEqual([]);
  });

  it('C-1: a search finds nobody of another dealer, and pages newest first', async () => {
    const [mine, other] = [await platform.dealer(), await platform.dealer()];
    const made: string[] = [];
    for (let count = 0; count < 5; count += 1) made.unshift((await platform.customer(mine.manager, { name: `诸葛${count}` })).id);
    await platform.customer(other.manager, { name: '诸葛' });
    const first = await client(mine.manager).listCustomers({ q: 'zhuge', page: { limit: 3 } });
    const second = await client(mine.manager).listCustomers({ q: 'zhuge', page: { limit: 3, cursor: first.nextCursor } });
    expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(made);
    expect(second.nextCursor).toBe('');
    const staff = client(platform.service.ctx());
    expect((await staff.listCustomers({ q: '诸葛' })).items).toHaveLength(6);
    expect((await staff.listCustomers({ q: '诸葛', dealerId: other.id })).items).toHaveLength(1);
    await expect(client(mine.manager).listCustomers({ page: { cursor: 'x' } })).rejects.toEqual(refusal('invalid_argument', 'CURSOR_INVALID'));
  });

  it('a foreign customer looks like a missing one, in a parent’s scope it does not', async () => {
    const { manager, id: dealerId } = await platform.dealer();
    const stranger = await platform.dealer();
    const { id } = await platform.customer(manager);
    const change = { version: 1, name: '李四', phones: ['13800009999'], address };
    const missing = await client(manager).getCustomer({ id: newId() }).catch((error: unknown) => error);
    for (const given of [id, 'x']) {
      await expect(client(stranger.manager).getCustomer({ id: given })).rejects.toEqual(missing);
      await expect(client(stranger.manager).updateCustomer({ id: given, ...change })).rejects.toEqual(missing);
      await expect(client(stranger.manager).revealCustomer({ id: given, reason: 'x' })).rejects.toEqual(missing);
    }
    await expect(platform.customer(stranger.manager, { dealerId })).rejects.toEqual(refusal('not_found', 'NOT_FOUND'));
    expect((await client(stranger.manager).listCustomers({ dealerId })).items).toEqual([]);
    const parent = platform.service.dealerCtx(stranger.id, 'dealer_manager', { childDealerIds: [dealerId] });
    await expect(client(parent).getCustomer({ id })).resolves.toMatchObject({ id });
  });

  it('X-8: a stale version answers 409 with the present one, and the same key the same answer', async () => {
    const { manager } = await platform.dealer();
    const keyed = { ...manager, idempotencyKey: newId() };
    const first = await platform.customer(keyed, { phones: ['13812340001'] });
    expect(await platform.customer(keyed, { phones: ['13812340001'] })).toEqual(first);
    await expect(platform.customer(keyed, { phones: ['13812340002'] })).rejects.toEqual(refusal('invalid_argument', 'IDEMPOTENCY_KEY_REUSED'));
    const change = { id: first.id, name: '李四', phones: ['13812340001'], address, consentService: true };
    await expect(client(manager).updateCustomer({ ...change, version: 1 })).resolves.toMatchObject({ version: 2 });
    await expect(client(manager).updateCustomer({ ...change, version: 1 })).rejects.toMatchObject({
      code: 'aborted', reason: 'STALE_VERSION', details: { present: { id: first.id, number: first.number, state: '', version: 2 } },
    });
  });

  it('D-1: a suspended dealer takes no new customers, whoever enters them, and bad input changes nothing', async () => {
    const suspended = await platform.dealer({ status: 'suspended' });
    await expect(platform.customer(suspended.manager)).rejects.toEqual(refusal('failed_precondition', 'DEALER_NOT_ACTIVE'));
    await expect(platform.customer(platform.service.ctx(), { dealerId: suspended.id, askedBy: '王经理' })).rejects.toEqual(refusal('failed_precondition', 'DEALER_NOT_ACTIVE'));
    const child = await platform.dealer();
    const parent = { ...suspended.manager, childDealerIds: [child.id] };
    await expect(platform.customer(parent, { dealerId: child.id })).rejects.toEqual(refusal('failed_precondition', 'DEALER_NOT_ACTIVE'));
    await expect(platform.customer({ ...parent, dealerStatus: 'active' }, { dealerId: child.id })).resolves.toMatchObject({ version: 1 });
    const { manager } = await platform.dealer();
    await expect(platform.customer(manager, { phones: [] })).rejects.toEqual(refusal('invalid_argument', 'PHONE_INVALID'));
    await expect(platform.customer(manager, { address: { regionCode: '999999' } })).rejects.toEqual(refusal('invalid_argument', 'REGION_UNKNOWN'));
    await expect(platform.customer({ ...manager, role: 'auditor', dealerId: null })).rejects.toEqual(refusal('permission_denied', 'ROLE_NOT_ALLOWED'));
    expect((await client(manager).listCustomers({})).items).toEqual([]);
  });

  it('C-5: a customer’s name and phone stand in no event, audit entry, stored answer or error', async () => {
    const { manager } = await platform.dealer();
    const name = '皇甫金丝雀';
    const keyed = { ...manager, idempotencyKey: newId() };
    const { id } = await platform.customer(keyed, { name, phones: ['13987654321'], address: { regionCode: '310104', detail: '金丝雀路 1 号' } });
    await client({ ...manager, idempotencyKey: newId() }).updateCustomer({ id, version: 1, name: `${name}二`, phones: ['13987654321', '13987654322'], address });
    const twice = await platform.customer(manager, { name, phones: ['13987654321'] }).catch((error: unknown) => JSON.stringify(error));
    const [{ found }] = await platform.service.sql<{ found: string }>(`select string_agg(t, ' ') as found from (
      select payload as t from outbox union all select changed::text from audit_entry union all select answer::text from idempotency) x`);
    for (const canary of [name, '1398765', '金丝雀路']) expect(`${found} ${String(twice)}`).not.toContain(canary);
  });

  it('pages newest first without losing one', async () => {
    const { manager } = await platform.dealer();
    const made: string[] = [];
    for (let count = 0; count < 5; count += 1) made.unshift((await platform.customer(manager)).id);
    const first = await client(manager).listCustomers({ page: { limit: 3 } });
    const second = await client(manager).listCustomers({ page: { limit: 3, cursor: first.nextCursor } });
    expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(made);
    expect(second.nextCursor).toBe('');
  });
});
