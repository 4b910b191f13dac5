// One PostgreSQL and one nats-server for the whole jest run; each spec makes its own databases and subjects on them.
const { spawn } = require('node:child_process');
const { mkdtempSync, chmodSync } = require('node:fs');
const { join, resolve } = require('node:path');
const { throwAwayRoot } = require('./throw-away-root.cjs');

const root = resolve(__dirname, '../../..');

module.exports = async function startServers() {
  const { startPostgres } = await import(join(root, 'deploy/local/postgres.mjs'));
  const { startNats } = await import(join(root, 'deploy/local/nats.mjs'));
  const { databaseSql, roleSql } = await import(join(root, 'deploy/postgres/service-database.mjs'));
  const folder = mkdtempSync(join(throwAwayRoot(), 'aftercare-jest-'));
  chmodSync(folder, 0o755);
  const [postgres, nats] = await Promise.all([
    startPostgres({ dataDir: join(folder, 'postgres'), durable: false, databaseUrl: '' }),
    startNats({ storeDir: join(folder, 'nats'), localDir: join(root, '.local'), natsUrl: '' }),
  ]);
  process.env.TEST_POSTGRES_URL = postgres.superuserUrl;
  process.env.TEST_NATS_URL = nats.url;
  process.env.TEST_FOLDER = folder;
  // Specs that kill the broker start one of their own.
  process.env.TEST_NATS_SERVER = nats.child.spawnfile;
  // Jest cannot load these modules inside a spec, so their statements travel as text for a placeholder service.
  process.env.TEST_DATABASE_SQL = JSON.stringify({ roles: roleSql('specservice', () => 'spec'), database: databaseSql('specservice') });
  stopWithJest([postgres.pid, nats.pid], folder);
  globalThis.aftercareTestServers = { postgres, nats, folder };
};

/** A jest run that is killed runs no teardown: a small watcher ends the servers and removes their files then. */
function stopWithJest(pids, folder) {
  const script = `while kill -0 ${process.pid} 2>/dev/null; do sleep 2; done; [ -d '${folder}' ] || exit 0; kill -INT ${pids.join(' ')}; sleep 2; rm -rf '${folder}'`;
  spawn('sh', ['-c', script], { detached: true, stdio: 'ignore' }).unref();
}
