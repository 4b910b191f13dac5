import { newId } from '@aftercare/domain';
import { systemContext, type CallContext } from '@aftercare/messaging';
import { startTestService, withClient, type TestService } from '@aftercare/testing';
import { createDataSource, Database, dealerScope, scopeCondition, scopeValues, seen, seesDealer } from './index.js';
import { Sample, sampleDefinition } from './spec-support/sample.js';

let service: TestService;
const parent = newId();
const child = newId();
const stranger = newId();

beforeAll(async () => {
  service = await startTestService(sampleDefinition);
  for (const dealer of [parent, child, stranger]) {
    await service.sql('insert into sample (id, dealer_id, number) values ($1, $2, $3)', [newId(), dealer, `of ${dealer}`]);
    await service.sql('insert into sample_money (id, dealer_id, amount) values ($1, $2, 5)', [newId(), dealer]);
  }
});
afterAll(() => service.stop());

const asParent = () => service.dealerCtx(parent, 'dealer_manager', { childDealerIds: [child] });
const dealersSeen = async (ctx: CallContext, table: string) =>
  (await service.database.many<{ dealer_id: string }>(ctx, { name: `spec_${table}`, text: `select dealer_id from ${table} order by dealer_id`, values: [] })).map(
    (row) => row.dealer_id,
  );

describe('row-level security', () => {
  it('shows a dealer its own documents and its children’s, the manufacturer and the system all', async () => {
    expect(await dealersSeen(asParent(), 'sample')).toEqual([parent, child].sort());
    expect(await dealersSeen(service.dealerCtx(child), 'sample')).toEqual([child]);
    expect(await dealersSeen(service.ctx(), 'sample')).toHaveLength(3);
    expect(await dealersSeen(systemContext('sample'), 'sample')).toHaveLength(3);
    expect(await dealersSeen(service.ctx({ role: 'customer' }), 'sample')).toEqual([]);
  });

  it('hides prices, slips and payments of a child from its parent', async () => {
    expect(await dealersSeen(asParent(), 'sample_money')).toEqual([parent]);
    expect(await dealersSeen(service.ctx({ role: 'finance_clerk' }), 'sample_money')).toHaveLength(3);
  });

  it('holds through one(), many(), read() and command() alike, also for writes', async () => {
    const ctx = service.dealerCtx(parent);
    expect(await service.database.read(ctx, (tx) => tx.em.count(Sample))).toBe(1);
    const changed = await service.database.command(ctx, async (tx) => {
      await tx.em.query('update sample set version = version + 1');
      return { count: await tx.em.count(Sample) };
    });
    expect(changed).toEqual({ count: 1 });
    expect(await service.sql('select from sample where version > 1')).toHaveLength(1);
    const foreign = service.database.command(ctx, (tx) => tx.em.insert(Sample, { id: newId(), dealerId: stranger, number: 'foreign', openedAt: '2026-01-01T00:00:00Z' }).then(() => ({})));
    await expect(foreign).rejects.toMatchObject({ code: 'permission_denied', reason: 'ROW_NOT_YOURS' });
  });

  it('without settings sees nothing: as application role and as owner', async () => {
    for (const url of [service.testDatabase.appUrl, service.testDatabase.ownerUrl]) {
      await withClient(url, async (client) => {
        expect((await client.query('select from sample')).rowCount).toBe(0);
        expect((await client.query('select from sample_money')).rowCount).toBe(0);
        expect((await client.query('select from audit_entry')).rowCount).toBe(0);
      });
    }
  });

  it('leaves no settings behind in the pool', async () => {
    await service.database.read(service.ctx(), (tx) => tx.em.count(Sample));
    await service.database.many(service.ctx(), { name: 'spec_leave', text: 'select 1 as one', values: [] });
    for (let connection = 0; connection < 10; connection += 1) {
      expect(await service.dataSource.query('select from sample')).toHaveLength(0);
    }
  });

  it('is forced on every table with a dealer, and the application role owns nothing and may bypass nothing', async () => {
    const unfenced = await service.sql(`
      select c.relname from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'dealer_id' and not a.attisdropped
      where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace and not (c.relrowsecurity and c.relforcerowsecurity)`);
    expect(unfenced).toEqual([]);
    const [role] = await service.dataSource.query<{ powerful: boolean; owned: number }[]>(`
      select rolsuper or rolbypassrls or rolcreaterole as powerful, (select count(*)::int from pg_class where relowner = r.oid) as owned
      from pg_roles r where rolname = current_user`);
    expect(role).toEqual({ powerful: false, owned: 0 });
  });
});

describe('the query condition', () => {
  it('holds by itself where row-level security does not reach', async () => {
    const dataSource = createDataSource({ name: 'spec', url: service.testDatabase.adminUrl, entities: [Sample], poolSize: 1 });
    await dataSource.initialize();
    try {
      const beyondRls = new Database(dataSource);
      const query = async (ctx: CallContext) => {
        const scope = scopeCondition(ctx, 's.dealer_id');
        return beyondRls.read(ctx, (tx) => tx.em.createQueryBuilder(Sample, 's').where(scope.where, scope.parameters).getCount());
      };
      const statement = (ctx: CallContext, money: boolean) =>
        beyondRls.many(ctx, { name: 'spec_scope', text: 'select from sample where ($1::boolean or dealer_id = any($2::uuid[]))', values: scopeValues(ctx, { money }) });
      expect(await query(asParent())).toBe(2);
      expect(await query(service.dealerCtx(stranger))).toBe(1);
      expect(await query(service.ctx())).toBe(3);
      expect(await statement(asParent(), false)).toHaveLength(2);
      expect(await statement(asParent(), true)).toHaveLength(1);
      expect(await statement(service.ctx({ role: 'customer' }), false)).toHaveLength(0);
    } finally {
      await dataSource.destroy();
    }
  });

  it('answers the same for a foreign row and a missing one', () => {
    const ctx = service.dealerCtx(parent);
    const caught = (work: () => unknown): unknown => {
      try {
        return work();
      } catch (error) {
        return error;
      }
    };
    const foreign = caught(() => seen(ctx, { dealerId: stranger }, 'sample'));
    const missing = caught(() => seen(ctx, null, 'sample'));
    expect(foreign).toMatchObject({ code: 'not_found' });
    expect(JSON.stringify(foreign)).toBe(JSON.stringify(missing));
    expect(seen(ctx, { dealerId: parent }, 'sample')).toEqual({ dealerId: parent });
    expect(seesDealer(ctx, null)).toBe(false);
    expect(seesDealer(service.ctx(), null)).toBe(true);
    expect(dealerScope(service.ctx({ role: 'dealer_manager', dealerId: null }))).toEqual([]);
  });
});
