// docker-compose.yml as data, from the one list of services: npm run docker:compose writes the file,
// docker.spec.ts proves that the committed one equals it.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { dump } from 'js-yaml';

const head = `# The whole platform in containers. Written by "npm run docker:compose" from deploy/services.json; do not edit.
#   npm ci && npm run build && npm run docker:secrets && docker compose up --build
`;

const started = { postgres: { condition: 'service_healthy' }, nats: { condition: 'service_healthy' } };

const postgres = (services) => ({
  image: 'postgres:18',
  environment: { POSTGRES_PASSWORD_FILE: '/run/secrets/postgres_password', POSTGRES_INITDB_ARGS: '--locale=C --encoding=UTF8' },
  secrets: ['postgres_password', ...services.flatMap(({ name }) => [`${name}_owner_password`, `${name}_app_password`])],
  volumes: ['postgres:/var/lib/postgresql', './deploy/postgres/init.sql:/docker-entrypoint-initdb.d/init.sql:ro'],
  healthcheck: { test: ['CMD', 'pg_isready', '--username', 'postgres', '--host', '127.0.0.1'], interval: '3s', timeout: '3s', retries: 20 },
  restart: 'unless-stopped',
});

const nats = {
  image: 'nats:2.12-alpine',
  command: ['--config', '/run/secrets/nats_conf'],
  secrets: ['nats_conf'],
  volumes: ['nats:/data'],
  healthcheck: { test: ['CMD', 'wget', '-qO-', 'http://127.0.0.1:8222/healthz?js-enabled-only=true'], interval: '3s', timeout: '3s', retries: 20 },
  restart: 'unless-stopped',
};

const image = (service) => ({ context: '.', dockerfile: 'deploy/docker/Dockerfile', args: { SERVICE: service } });

const migrate = (services) => ({
  build: image(''),
  image: 'aftercare-migrate',
  command: ['node', 'deploy/docker/migrate.mjs'],
  environment: { PROFILE: 'production' },
  secrets: services.map(({ name }) => `${name}_migration_url`),
  depends_on: { postgres: started.postgres },
  restart: 'no',
});

/** The gateway alone is reachable, and only from this machine: a proxy with TLS stands before it and says whose a request is. */
const http = (port) => ({
  HTTP_HOST: '0.0.0.0',
  HTTP_PORT: String(port),
  PUBLIC_URL: `\${PUBLIC_URL:-http://127.0.0.1:${port}}`,
  LABEL_URL: '${LABEL_URL:-}',
  TRUST_PROXY: '${TRUST_PROXY:-yes}',
  ...Object.fromEntries(['USER', 'ADDRESS', 'PUBLIC'].map((whose) => `${whose}_REQUESTS_PER_MINUTE`).map((name) => [name, `\${${name}:-}`])),
  SESSION_SECRET_FILE: '/run/secrets/session_secret',
});

const container = ({ name, httpPort }) => ({
  build: image(name),
  image: `aftercare-${name}`,
  init: true,
  environment: {
    PROFILE: 'production',
    DATABASE_URL_FILE: `/run/secrets/${name}_database_url`,
    NATS_URL: 'nats://nats:4222',
    NATS_USER: name,
    NATS_PASSWORD_FILE: `/run/secrets/${name}_nats_password`,
    SIGNING_KEY_FILE: `/run/secrets/${name}_signing_key`,
    TRUSTED_KEYS_FILE: '/run/secrets/trusted_keys',
    ...(httpPort && http(httpPort)),
  },
  secrets: [`${name}_database_url`, `${name}_nats_password`, `${name}_signing_key`, 'trusted_keys', ...(httpPort ? ['session_secret'] : [])],
  volumes: [`${name}:/data`],
  ...(httpPort && { ports: [`127.0.0.1:${httpPort}:${httpPort}`] }),
  depends_on: { ...started, migrate: { condition: 'service_completed_successfully' } },
  healthcheck: { test: ['CMD', 'node', 'deploy/docker/healthy.mjs'], interval: '5s', timeout: '4s', retries: 6, start_period: '20s' },
  stop_grace_period: '12s',
  restart: 'unless-stopped',
});

/** Every secret the composition mounts. */
export function secretNames(services) {
  const own = services.flatMap(({ name }) =>
    ['owner_password', 'app_password', 'database_url', 'migration_url', 'nats_password', 'signing_key'].map((kind) => `${name}_${kind}`));
  return ['postgres_password', 'nats_conf', 'session_secret', 'trusted_keys', ...own];
}

/**
 * The composition as an object.
 * @param {{ name: string, httpPort?: number }[]} services
 */
export function compose(services) {
  return {
    services: {
      postgres: postgres(services),
      nats,
      migrate: migrate(services),
      ...Object.fromEntries(services.map((service) => [service.name, container(service)])),
    },
    secrets: Object.fromEntries(secretNames(services).map((name) => [name, { file: `./.local/docker/${name}` }])),
    volumes: Object.fromEntries(['postgres', 'nats', ...services.map(({ name }) => name)].map((name) => [name, {}])),
  };
}

/** The text of docker-compose.yml. */
export const composeText = (services) => head + dump(compose(services), { lineWidth: 160, noRefs: true });

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const services = JSON.parse(readFileSync(new URL('../services.json', import.meta.url), 'utf8'));
  writeFileSync(new URL('../../docker-compose.yml', import.meta.url), composeText(services));
}
