import { DealerService, StockService, TechnicianImportedSchema } from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import { fake } from '@aftercare/testing';
import { readSheet } from 'read-excel-file/node';
import { SheetImports } from '../imports/sheet-imports.js';
import { SheetReader } from '../imports/sheet-reader.js';
import { Gateway, type Person } from '../spec/gateway-harness.js';
import { uploadOf } from '../spec/multipart.js';

const HEADINGS = 'username,name,role,dealerCode,warehouseCode';

describe('users from a sheet', () => {
  const [shId, hzId, siteId] = [newId(), newId(), newId()];
  let gateway: Gateway;
  let admin: Person;
  let clerk: Person;

  beforeAll(async () => {
    gateway = await Gateway.start([
      fake(DealerService, {
        getDealerStanding: async ({ id }) => ({ id, status: 'active' }),
        listDealers: async () => ({ items: [{ id: shId, code: 'SH001' }, { id: hzId, code: 'HZ001' }] }),
      }),
      fake(StockService, { listWarehouses: async () => ({ items: [{ id: siteId, code: 'TZ' }] }) }),
    ]);
    admin = await gateway.person('admin');
    clerk = await gateway.person('service_clerk');
  });
  afterAll(() => gateway.stop());

  async function run(person: Person, lines: string[], query = ''): Promise<{ id: string; state: string; result: string; errors: { row: number; column: string; code: string }[] }> {
    const begun = await person.send('POST', `/imports/users${query}`, uploadOf('users.csv', [HEADINGS, ...lines].join('\n')));
    expect([begun.status, begun.body]).toEqual([202, { id: expect.any(String), service: 'gateway' }]);
    await gateway.app.get(SheetReader, { strict: false }).readWaiting();
    await gateway.service.drain();
    return (await person.get(`/jobs/gateway/${String(begun.body.id)}`)).body as never;
  }
  const passwordsOf = async (person: Person, jobId: string) => gateway.app.inject({ url: `/api/v1/jobs/gateway/${jobId}/passwords`, headers: { cookie: await gateway.signIn(person.username, 'river stone lamp') } });
  const count = async (like: string) => (await gateway.service.sql(`select from app_user where username like $1`, [like])).length;

  it('X-9: opens accounts whose one-time passwords only their importer gets, until each is changed at the first sign-in; the same file again changes nothing', async () => {
    const lines = ['go.tech,李工,dealer_technician,SH001,', 'go.keeper,仓库,warehouse_keeper,,TZ'];
    expect(await run(admin, lines, '?dryRun=true')).toMatchObject({ state: 'done', result: '{"valid":true}' });
    expect(await count('go.%')).toBe(0);
    const job = await run(admin, lines);
    expect(JSON.parse(job.result)).toMatchObject({ opened: 2, unchanged: 0 });
    expect(await gateway.service.sql(`select dealer_id as "dealerId", site_id as "siteId", must_change_password as "mustChange" from app_user where username like 'go.%' order by username`))
      .toEqual([{ dealerId: null, siteId, mustChange: true }, { dealerId: shId, siteId: null, mustChange: true }]);

    const [{ id: userId }] = await gateway.service.sql<{ id: string }>(`select id from app_user where username = 'go.tech'`);
    const told = await gateway.service.sql<{ payload: string }>('select payload from outbox where event_type = $1', [TechnicianImportedSchema.typeName]);
    expect(told.map(({ payload }) => JSON.parse(payload) as object)).toEqual([{ userId, dealerId: shId, name: '李工' }]);

    const sheet = await readSheet((await passwordsOf(admin, job.id)).rawPayload);
    expect(sheet.map(([username]) => username)).toEqual(['用户名', 'go.keeper', 'go.tech']);
    const password = String(sheet[2]?.[3]);
    const signedIn = await gateway.send('POST', '/auth/login', { body: { username: 'go.tech', password } });
    expect(signedIn.body).toMatchObject({ user: { mustChangePassword: true } });
    const own = await gateway.signIn('go.tech', password);
    await gateway.send('POST', '/auth/change-password', { body: { currentPassword: password, newPassword: 'copper moss window' }, headers: { cookie: own } });
    const later = await readSheet((await passwordsOf(admin, job.id)).rawPayload);
    expect(later.map(([username]) => username)).toEqual(['用户名', 'go.keeper']);

    expect(JSON.parse((await run(admin, lines)).result)).toMatchObject({ opened: 0, unchanged: 2 });
    expect((await passwordsOf(clerk, job.id)).statusCode).toBe(404);
  });

  it('X-9: no password stands in any table, and what was staged is gone', async () => {
    const job = await run(admin, ['go.canary,周金雀,auditor,,']);
    const password = String((await readSheet((await passwordsOf(admin, job.id)).rawPayload))[1]?.[3]);
    const [{ text }] = await gateway.service.sql<{ text: string }>(`select (select coalesce(string_agg(j::text, ''), '') from job j) || (select coalesce(string_agg(r::text, ''), '') from job_row r)
      || (select coalesce(string_agg(a::text, ''), '') from audit_entry a) || (select coalesce(string_agg(p::text, ''), '') from audit_personal p) as text`);
    expect(text).not.toContain(password);
    const [{ jobs }] = await gateway.service.sql<{ jobs: string }>(`select coalesce(string_agg(j::text, ''), '') || (select count(*)::text from job_row) as jobs from job j`);
    expect(jobs).not.toContain('周金雀');
    expect(await gateway.service.sql(`select from audit_entry where action = 'read-passwords'`)).not.toHaveLength(0);
  });

  it('X-9: a manager opens his own dealer’s accounts only, and a name of an account he does not see is taken', async () => {
    const manager = await gateway.person('dealer_manager', { dealerId: shId });
    expect(JSON.parse((await run(manager, ['go.own,李工,dealer_technician,,'])).result)).toMatchObject({ opened: 1 });
    const refused = await run(manager, ['go.foreign,李工,dealer_technician,HZ001,', 'go.staff,李工,auditor,,', 'go.keeper,李工,dealer_technician,,']);
    expect(refused).toMatchObject({
      state: 'failed',
      errors: [{ row: 2, column: 'dealerCode', code: 'DEALER_UNKNOWN' }, { row: 3, column: 'role', code: 'ROLE_NOT_ALLOWED' }, { row: 4, column: 'username', code: 'USERNAME_TAKEN' }],
    });
    expect(await count('go.foreign')).toBe(0);
  });

  it('X-9, C-5: the marked-up file of accounts is its sender’s alone, and is forgotten after a day of either clock', async () => {
    const job = await run(clerk, ['go.wrong,李工,boss,,']);
    const markedUp = (person: Person) => person.get(`/jobs/gateway/${job.id}/marked-up`);
    expect((await markedUp(clerk)).status).toBe(200);
    expect((await markedUp(admin)).status).toBe(404);
    await gateway.service.sql(`update import_file set taken_at = business_now() - interval '23 hours' where job_id = $1`, [job.id]);
    await gateway.app.get(SheetImports, { strict: false }).forget();
    expect((await markedUp(clerk)).status).toBe(200);
    await gateway.service.sql(`update import_file set taken_at = business_now() - interval '25 hours' where job_id = $1`, [job.id]);
    expect((await markedUp(clerk)).status).toBe(404);
    await gateway.service.sql(`update import_file set taken_at = business_now(), created_at = now() - interval '25 hours' where job_id = $1`, [job.id]);
    await gateway.app.get(SheetImports, { strict: false }).forget();
    expect((await markedUp(clerk)).status).toBe(404);
  });
});
