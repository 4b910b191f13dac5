import { AccountStandingChangedSchema } from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import { migrate } from '@aftercare/service';
import { createTestDatabase, withClient } from '@aftercare/testing';
import { migrations } from '../migrations/index.js';
import { LeaversTold1800836000000 } from '../migrations/1800836000000-leavers-told.js';
import { Gateway } from '../spec/gateway-harness.js';

describe('an account that is disabled', () => {
  let gateway: Gateway;

  beforeAll(async () => {
    gateway = await Gateway.start();
  });
  afterAll(() => gateway.stop());

  it('X-9: of a dealer’s user is told with its version to who gives out work, and so is its enabling; of the manufacturer’s people nobody is told', async () => {
    const dealerId = newId();
    const [admin, manager, leaver, clerk] = [
      await gateway.person('admin'), await gateway.person('dealer_manager', { dealerId }), await gateway.person('dealer_technician', { dealerId }), await gateway.person('service_clerk'),
    ];
    expect((await manager.post(`/users/${leaver.userId}/disable`, { version: 1 })).status).toBe(200);
    expect((await manager.post(`/users/${leaver.userId}/disable`, { version: 1 })).body.reason).toBe('STALE_VERSION');
    expect((await manager.post(`/users/${leaver.userId}/enable`, { version: 2 })).status).toBe(200);
    expect((await admin.post(`/users/${clerk.userId}/disable`, { version: 1 })).status).toBe(200);
    const told = await gateway.service.sql<{ payload: string }>('select payload from outbox where event_type = $1 order by id', [AccountStandingChangedSchema.typeName]);
    const of = { userId: leaver.userId, dealerId };
    expect(told.map(({ payload }) => JSON.parse(payload) as object)).toEqual([{ ...of, disabled: true, version: 2 }, { ...of, disabled: false, version: 3 }]);
  });

  it('X-9: accounts that were disabled before anybody was told are told once by the migration', async () => {
    const database = await createTestDatabase('gateway');
    const through = (which: typeof migrations) => migrate({ service: 'gateway', url: database.ownerUrl, profile: 'test', migrations: which });
    await through(migrations.slice(0, migrations.indexOf(LeaversTold1800836000000)));
    const dealerId = newId();
    const told = await withClient(database.adminUrl, async (client) => {
      await client.query(`insert into app_user (id, username, name, role, dealer_id, password_hash, password_serial, must_change_password, disabled, version)
        select gen_random_uuid(), name, name, role, dealer::uuid, 'x', 1, false, disabled, 4
        from (values ('left', 'dealer_technician', '${dealerId}', true), ('here', 'dealer_technician', '${dealerId}', false), ('clerk', 'service_clerk', null, true)) u (name, role, dealer, disabled)`);
      await through(migrations);
      const { rows } = await client.query<{ payload: string; name: string }>(`select o.payload, u.name from outbox o left join app_user u on u.id::text = o.payload::jsonb ->> 'userId'`);
      return rows.map(({ payload, name }) => ({ name, ...(JSON.parse(payload) as object) }));
    });
    expect(told).toEqual([{ name: 'left', userId: expect.any(String), dealerId, disabled: true, version: 4 }]);
    await database.drop();
  });
});
