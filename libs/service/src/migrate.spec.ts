import { createTestDatabase, queryOnce, withClient, type TestDatabase } from '@aftercare/testing';
import { appRoleOf, createDataSource, migrate, PLATFORM_MIGRATIONS, type Profile } from './index.js';
import { Sample1700000000000 } from './spec-support/sample.js';

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase('sample');
});
afterEach(() => database.drop());

const run = (profile: Profile = 'test') => migrate({ service: 'sample', url: database.ownerUrl, profile, migrations: [Sample1700000000000] });
const moveAsApp = () => queryOnce(database.appUrl, `update business_clock set shift = '1h'`);

it('migrates once, also when two start at the same time', async () => {
  const done = await Promise.all([run(), run()]);
  expect(done.flat()).toHaveLength(PLATFORM_MIGRATIONS.length + 1);
  expect(new Set(done.flat()).size).toBe(done.flat().length);
  expect(await run()).toEqual([]);
});

it('goes down and up again', async () => {
  await run();
  const dataSource = createDataSource({ name: 'spec', url: database.ownerUrl, entities: [], migrations: [...PLATFORM_MIGRATIONS, Sample1700000000000], poolSize: 1, unlimited: true });
  await dataSource.initialize();
  for (let undone = 0; undone <= PLATFORM_MIGRATIONS.length; undone += 1) await dataSource.undoLastMigration();
  const left = await dataSource.query<{ name: string }[]>(`select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and relname <> 'migrations'`);
  expect(left).toEqual([]);
  await dataSource.destroy();
  expect(await run()).toHaveLength(PLATFORM_MIGRATIONS.length + 1);
});

it('only demo and test may move the business clock, and a later profile takes the right away', async () => {
  await run('test');
  await moveAsApp();
  await run('production');
  await expect(moveAsApp()).rejects.toThrow(/permission denied/);
  await run('demo');
  await moveAsApp();
});

it('the application role changes no schema and no history of migrations', async () => {
  await run();
  await withClient(database.appUrl, async (client) => {
    for (const sql of ['create table mine (id int)', 'drop table sample', 'alter table sample disable row level security', 'delete from migrations', 'truncate sample']) {
      await expect(client.query(sql)).rejects.toThrow(/permission denied|must be owner/);
    }
  });
});

it('says so when it is not run as the owner', () => {
  expect(appRoleOf('parts_owner')).toBe('parts_app');
  expect(() => appRoleOf('postgres')).toThrow(/MIGRATION_DATABASE_URL/);
});
