// npm run docker:secrets: everything docker-compose.yml mounts as a secret, made once into .local/docker.
// Kept when it exists, so that databases made with these passwords stay reachable.
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeKeys, secrets } from '../local/keys.mjs';
import { natsConfig } from '../nats/permissions.mjs';
import { secretNames } from './compose.mjs';

const services = JSON.parse(readFileSync(new URL('../services.json', import.meta.url), 'utf8'));

const broker = `
http: 127.0.0.1:8222
jetstream {
  store_dir: /data
  sync_interval: always
}
`;

/** Name of a secret in docker-compose.yml → its content. */
function contents(passwordOf, database) {
  const entries = services.flatMap(({ name, database: db }) => {
    const url = (role) => `postgres://${role}:${passwordOf(role)}@${database}/${db}`;
    return [
      ...['owner', 'app'].map((kind) => [`${name}_${kind}_password`, passwordOf(`${name}_${kind}`)]),
      [`${name}_database_url`, url(`${name}_app`)],
      [`${name}_migration_url`, url(`${name}_owner`)],
      [`${name}_nats_password`, passwordOf(`nats ${name}`)],
    ];
  });
  return Object.fromEntries([
    ...entries,
    ['postgres_password', passwordOf('postgres')],
    ['session_secret', passwordOf('session')],
    ['nats_conf', natsConfig({ passwordOf: (user) => passwordOf(`nats ${user}`) }) + broker],
  ]);
}

/**
 * Writes every secret of docker-compose.yml into `folder`. The folder is private; the files are readable because
 * containers read them as other users.
 * @param {string} folder
 */
export function makeSecrets(folder) {
  const { signingKeyFile, trustedKeysFile } = makeKeys(folder, services.map(({ name }) => name));
  const made = contents(secrets(folder), 'postgres:5432');
  for (const { name } of services) made[`${name}_signing_key`] = readFileSync(signingKeyFile(name), 'utf8');
  made.trusted_keys = readFileSync(trustedKeysFile, 'utf8');
  for (const name of secretNames(services)) {
    writeFileSync(join(folder, name), made[name]);
    chmodSync(join(folder, name), 0o644);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = join(dirname(fileURLToPath(import.meta.url)), '../../.local/docker');
  makeSecrets(folder);
  console.log('secrets for docker-compose.yml: .local/docker');
}
