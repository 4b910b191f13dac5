// npm run migration <service> <name>: writes the migration that brings the service's tables to what its entities say.
// Read it before it is committed: checks, keys, row-level security and moved data are added by hand; never edit it later.
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createServiceDatabases, serviceDatabaseUrl, startPostgres } from '../../deploy/local/postgres.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');

/**
 * The statements between the migrated schema and the entities. Constraints, indexes and defaults of existing tables
 * belong to migrations alone, so TypeORM's wish to drop what no entity names is not followed.
 * @param {import('typeorm').DataSource} dataSource
 * @returns {Promise<{ up: string[], down: string[] }>}
 */
export async function drift(dataSource) {
  const { upQueries, downQueries } = await dataSource.driver.createSchemaBuilder().log();
  const tables = new Set(dataSource.entityMetadatas.map(({ tableName }) => tableName));
  const concerns = ({ query }) => {
    const table = /^(?:ALTER|CREATE|DROP) TABLE "([^"]+)"/.exec(query)?.[1];
    return tables.has(table) && (/^(CREATE|DROP)/.test(query) || !/CONSTRAINT|ALTER COLUMN "[^"]+" (SET|DROP) DEFAULT/.test(query));
  };
  const texts = (queries) => queries.filter(concerns).map(({ query }) => query);
  return { up: texts(upQueries), down: texts(downQueries).reverse() };
}

/** "back-orders" at 1763800000000 → "BackOrders1763800000000". */
export const className = (name, stamp) => name.split('-').map((word) => word[0].toUpperCase() + word.slice(1)).join('') + stamp;

/** The text of the migration's file. */
export function migrationText(name, stamp, { up, down }) {
  const body = (statements) => statements.map((statement) => `    await runner.query(${JSON.stringify(statement)});`).join('\n');
  return `import type { MigrationInterface, QueryRunner } from 'typeorm';

export class ${className(name, stamp)} implements MigrationInterface {
  name = '${className(name, stamp)}';

  async up(runner: QueryRunner): Promise<void> {
${body(up)}
  }

  async down(runner: QueryRunner): Promise<void> {
${body(down)}
  }
}
`;
}

/**
 * The file that lists a service's migrations, with the new one at the end: migrations/index.ts, or the service's module.
 * @param {string} text
 * @param {{ name: string, stamp: number, folder: string }} added folder: from the file to the migrations, './' or './migrations/'
 */
export function addToList(text, { name, stamp, folder }) {
  const list = /(\bmigrations(?:: [\w[\] ]+)?(?: =|:) \[)([^\]]*)\]/;
  if (!list.test(text)) throw new Error('no list "migrations = [ … ]" or "migrations: [ … ]" is there to add it to');
  const added = text.replace(list, (_, start, inside) => `${start}${[inside.trim().replace(/,$/, ''), className(name, stamp)].filter(Boolean).join(', ')}]`);
  const importLine = `import { ${className(name, stamp)} } from '${folder}${stamp}-${name}.js';\n`;
  const imports = [...added.matchAll(/^import [^;]*;\n/gm)].pop();
  const at = imports ? imports.index + imports[0].length : 0;
  return added.slice(0, at) + importLine + added.slice(at);
}

/** What runService is given: the export of the service's module that holds its migrations. */
function definitionOf(require, service) {
  const found = Object.values(require(`./${service}.module.js`)).find((value) => Array.isArray(value?.migrations));
  if (!found) throw new Error(`services/${service}/src/${service}.module.ts exports no definition with entities and migrations: write this migration by hand`);
  return found;
}

/** Runs `work` on a throw-away PostgreSQL with the service's database made. */
async function withDatabase(service, work) {
  const folder = mkdtempSync(join(tmpdir(), 'aftercare-migration-'));
  chmodSync(folder, 0o755);
  const postgres = await startPostgres({ dataDir: join(folder, 'postgres'), durable: false, databaseUrl: '' });
  try {
    await createServiceDatabases(postgres.superuserUrl, [service], { passwordOf: () => 'throw-away' });
    return await work(serviceDatabaseUrl(postgres.superuserUrl, service, { role: 'owner', password: 'throw-away' }));
  } finally {
    await postgres.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function main(service, name) {
  if (!/^[a-z]+$/.test(service ?? '') || !/^[a-z][a-z0-9-]*$/.test(name ?? '')) throw new Error('usage: npm run migration <service> <name-with-dashes>');
  const folder = join(root, 'services', service, 'src/migrations');
  if (!existsSync(folder)) throw new Error(`no service ${service}: ${folder} is missing`);
  execFileSync(join(root, 'node_modules/.bin/nx'), ['run-many', '-t', 'build'], { cwd: root, stdio: 'inherit', env: { ...process.env, NX_DAEMON: 'false' } });
  const require = createRequire(join(root, 'services', service, 'dist/main.js'));
  const { createDataSource, entitiesOf, migrate } = require('@aftercare/service');
  const definition = definitionOf(require, service);
  const found = await withDatabase(service, async (url) => {
    await migrate({ service, url, profile: 'development', migrations: definition.migrations });
    const dataSource = await createDataSource({ name: `${service}-migration`, url, entities: entitiesOf(definition) }).initialize();
    return drift(dataSource).finally(() => dataSource.destroy());
  });
  if (!found.up.length) return console.log(`${service}: entities and migrations agree, nothing to write`);
  const stamp = Date.now();
  writeFileSync(join(folder, `${stamp}-${name}.ts`), migrationText(name, stamp, found));
  const index = join(folder, 'index.ts');
  const [list, from] = existsSync(index) ? [index, './'] : [join(folder, `../${service}.module.ts`), './migrations/'];
  writeFileSync(list, addToList(readFileSync(list, 'utf8'), { name, stamp, folder: from }));
  console.log(`services/${service}/src/migrations/${stamp}-${name}.ts\n${found.up.join('\n')}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  main(...process.argv.slice(2)).catch((error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
}
