// The one-shot container before the services start: brings every database to the present schema, one after the other.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const services = JSON.parse(readFileSync(new URL('../services.json', import.meta.url), 'utf8'));
for (const { name } of services) {
  const env = { ...process.env, MIGRATION_DATABASE_URL_FILE: `/run/secrets/${name}_migration_url` };
  const { status } = spawnSync(process.execPath, [`services/${name}/dist/main.js`, '--migrate'], { env, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
