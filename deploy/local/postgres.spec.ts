import { readFileSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { initSql } from '../postgres/service-database.mjs';
import { createServiceDatabases, query, serviceDatabaseUrl, startPostgres, type RunningPostgres } from './postgres.mjs';
import { isAlive } from './processes.mjs';

// As root the server runs under another user, who must be able to enter the folder: so not in a private temporary one.
const FOLDER = '/var/tmp/aftercare-spec-';

describe('PostgreSQL on this machine', () => {
  let dir: string;
  let server: RunningPostgres;
  const start = (): Promise<RunningPostgres> => startPostgres({ dataDir: join(dir, 'postgres'), port: server?.port, durable: false, databaseUrl: '' });

  beforeAll(async () => {
    dir = await mkdtemp(FOLDER);
    await chmod(dir, 0o755);
    server = await start();
    await createServiceDatabases(server.superuserUrl, ['parts', 'dealers']);
  }, 60_000);

  afterAll(async () => {
    await server?.stop();
    await rm(dir, { recursive: true, force: true });
  });

  it('makes a database per service that its application role can use and not change', async () => {
    await query(serviceDatabaseUrl(server.superuserUrl, 'parts', { role: 'owner' }), 'create table thing (id int)');
    const app = serviceDatabaseUrl(server.superuserUrl, 'parts');
    await expect(query(app, 'create table other (id int)')).rejects.toThrow('permission denied');
    await expect(query(app, 'select * from thing')).rejects.toThrow('permission denied');
    expect(await query(app, 'show statement_timeout')).toEqual([{ statement_timeout: '2s' }]);
    expect(await query(app, 'select rolsuper or rolbypassrls as mighty from pg_roles where rolname = current_user')).toEqual([{ mighty: false }]);
  });

  it('lets no service into the database of another', async () => {
    const foreign = new URL(serviceDatabaseUrl(server.superuserUrl, 'parts'));
    foreign.pathname = '/aftercare_dealers';
    await expect(query(foreign.toString(), 'select 1')).rejects.toThrow('permission denied for database');
  });

  it('may be prepared again without losing anything', async () => {
    await createServiceDatabases(server.superuserUrl, ['parts', 'dealers']);
    expect(await query(serviceDatabaseUrl(server.superuserUrl, 'parts', { role: 'owner' }), 'select count(*)::int as n from thing')).toEqual([{ n: 0 }]);
  });

  it('takes over a server that runs already, and starts a killed one again with its data', async () => {
    const again = await start();
    expect([again.reused, again.pid]).toEqual([true, server.pid]);
    again.kill();
    server = await start();
    expect(server.reused).toBe(false);
    expect(await query(serviceDatabaseUrl(server.superuserUrl, 'parts', { role: 'owner' }), 'select count(*)::int as n from thing')).toEqual([{ n: 0 }]);
  });

  it('stops when asked', async () => {
    const { pid } = server;
    await server.stop();
    expect(isAlive(pid)).toBe(false);
    server = await start();
  });

  it('starts nothing where DATABASE_URL names a server', async () => {
    const external = await startPostgres({ dataDir: join(dir, 'unused'), databaseUrl: server.superuserUrl });
    expect([external.pid, external.port]).toEqual([null, server.port]);
  });

  it('the committed init.sql of the container is what the generator prints', () => {
    const services = JSON.parse(readFileSync('deploy/services.json', 'utf8')) as { name: string }[];
    expect(readFileSync('deploy/postgres/init.sql', 'utf8')).toBe(initSql(services.map(({ name }) => name)));
  });
});
