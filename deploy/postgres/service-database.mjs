// The roles and databases of the services as SQL: run by the local platform, printed as init.sql for a container.
import { readFileSync } from 'node:fs';
import { whenMain } from '../local/processes.mjs';

/**
 * Limits of a request's role. They shrink inwards: gateway 5 s, service 3 s, statement 2 s, lock 1 s. Work that may
 * take longer (jobs, relays, sealers) raises them for its own transaction. Pages are taken to cost about the same wherever they
 * lie, as on solid-state disks: else lists are sorted whole where an index has them in order.
 */
const APP_SETTINGS = { statement_timeout: '2s', lock_timeout: '1s', idle_in_transaction_session_timeout: '120s', timezone: 'UTC', random_page_cost: '1.1' };

/** Two that wait for each other are told before either gives up waiting, so that one of them is tried again. Only a superuser may say so. */
const deadlocksSoonSql = (role) =>
  `do $$ begin alter role ${role} set deadlock_timeout = '200ms'; exception when insufficient_privilege then null; end $$`;

/** Makes both roles of a service. The app role owns nothing and cannot pass row-level security. */
export function roleSql(service, passwordOf) {
  return ['owner', 'app'].flatMap((kind) => {
    const role = `${service}_${kind}`;
    const password = passwordOf(role).replaceAll("'", "''");
    return [
      `do $$ begin create role ${role} login; exception when duplicate_object then null; end $$`,
      `alter role ${role} with login nosuperuser nocreatedb nocreaterole noreplication nobypassrls password '${password}'`,
      ...(kind === 'app' ? [...Object.entries(APP_SETTINGS).map(([name, value]) => `alter role ${role} set ${name} = '${value}'`), deadlocksSoonSql(role)] : []),
    ];
  });
}

/** Rights inside a service's database; only its two roles may connect. */
export function databaseSql(service) {
  const database = `aftercare_${service}`;
  return [
    `revoke all on database ${database} from public`,
    `grant connect, temporary on database ${database} to ${service}_owner, ${service}_app`,
    `alter schema public owner to ${service}_owner`,
    'revoke all on schema public from public',
    `grant usage on schema public to ${service}_app`,
  ];
}

/** The same as a psql script; passwords are read from the secrets `<role>_password` mounted beside it. */
export function initSql(services) {
  const secret = (role) => `\\set ${role}_password \`cat /run/secrets/${role}_password\``;
  const parts = services.map((service) => {
    const marks = roleSql(service, (role) => `{{${role}}}`).map((line) => line.replace(/'\{\{(\w+)\}\}'/, ":'$1_password'"));
    return [
      ...['owner', 'app'].map((kind) => secret(`${service}_${kind}`)),
      ...marks.map((line) => `${line};`),
      `create database aftercare_${service} owner ${service}_owner template template0 encoding 'UTF8';`,
      `\\connect aftercare_${service}`,
      ...databaseSql(service).map((line) => `${line};`),
      '\\connect postgres',
    ].join('\n');
  });
  return [
    '-- Roles and databases of the services, run once by a new PostgreSQL container.',
    '-- Printed by `node deploy/postgres/service-database.mjs`; a spec proves that this file equals its output.',
    '\\set ON_ERROR_STOP on',
    ...parts,
    '',
  ].join('\n');
}

whenMain(import.meta.url, async () => {
  const services = JSON.parse(readFileSync(new URL('../services.json', import.meta.url), 'utf8'));
  process.stdout.write(initSql(services.map(({ name }) => name)));
});
