// The variables of npm start, looked at before anything is installed or started. Node built-ins only.
import { accessSync, constants, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BootstrapError } from './bootstrap.mjs';

const PORT_DEFAULT = 3_000;
const PORT_MAX = 65_535;
const POOL_MAX = 50;
const MANY = 999_999_999;
/** Ports that browsers and Node's fetch refuse to speak HTTP with (Fetch Standard, "bad port"), among them those that an ordinary user may open. */
export const REFUSED_PORTS = [
  1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104, 109, 110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427,
  465, 512, 513, 514, 515, 526, 530, 531, 532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666,
  6667, 6668, 6669, 6679, 6697, 10080,
];
const PROFILES = ['production', 'demo', 'development', 'test'];
const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'];
const WEB = ['http:', 'https:'];
const SHA256 = /^[0-9a-f]{64}$/i;

/**
 * What the variables say. Throws BootstrapError that names each wrong one and never repeats an address, which may hold a password.
 *
 * @param {Record<string, string | undefined>} variables
 */
export function startSettings(variables) {
  const port = variables.PORT || String(PORT_DEFAULT);
  const profile = variables.PROFILE || 'demo';
  const [databaseUrl, natsUrl] = [variables.DATABASE_URL || undefined, variables.NATS_URL || undefined];
  const { address, whole, choice } = checksOf(variables);
  const problems = [
    whole('PORT', { min: 0, max: PORT_MAX, help: `where the gateway answers, ${PORT_DEFAULT} without it` }),
    REFUSED_PORTS.includes(Number(port)) ? `PORT ${port} is one that browsers refuse: choose another, ${PORT_DEFAULT} without it` : undefined,
    choice('PROFILE', PROFILES, 'demo without it'),
    address('DATABASE_URL', ['postgres:', 'postgresql:'], 'a PostgreSQL that somebody else runs, an embedded one without it'),
    address('NATS_URL', ['nats:', 'tls:'], 'a broker that somebody else runs, an own one without it'),
    address('PUBLIC_URL', WEB, 'the address people type, the gateway’s own without it'),
    address('LABEL_URL', WEB, 'the address on unit labels, PUBLIC_URL without it'),
    address('OTEL_EXPORTER_OTLP_ENDPOINT', WEB, 'where traces are sent, none are without it'),
    choice('LOG_LEVEL', LOG_LEVELS, 'how much is logged, info without it'),
    folderProblem(variables.AFTERCARE_DIR),
    ...brokerProblems(variables, address),
    whole('DB_POOL_SIZE', { min: 1, max: POOL_MAX, help: 'connections of each service to its database' }),
    ...['USER', 'ADDRESS', 'PUBLIC'].map((who) => whole(`${who}_REQUESTS_PER_MINUTE`, { min: 1, max: MANY, help: 'requests that the gateway takes' })),
    choice('TRUST_PROXY', ['no', 'yes'], 'yes when a reverse proxy sets X-Forwarded-For'),
  ].filter((problem) => problem !== undefined);
  if (problems.length > 0) throw new BootstrapError(`npm start cannot begin with these variables:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
  return { port: Number(port), profile, databaseUrl, natsUrl };
}

/** The folder in which AFTERCARE_DIR or the checkout keeps its data. Throws when the variable names something else. */
export function platformDir() {
  const problem = folderProblem(process.env.AFTERCARE_DIR);
  if (problem) throw new Error(problem);
  return process.env.AFTERCARE_DIR || join(fileURLToPath(new URL('../..', import.meta.url)), '.local');
}

/** Checks of one variable each; one that is missing or empty is in order. */
function checksOf(variables) {
  const unless = (name, fits, problem) => (!variables[name] || fits(variables[name]) ? undefined : `${name} ${problem}`);
  return {
    whole: (name, { min, max, help }) =>
      unless(name, (value) => /^\d{1,9}$/.test(value) && Number(value) >= min && Number(value) <= max, `is not a whole number from ${min} to ${max}: ${help}`),
    choice: (name, choices, help) => unless(name, (value) => choices.includes(value), `must be one of ${choices.join(', ')}: ${help}`),
    address: (name, schemes, help) =>
      unless(name, (value) => isAddress(value, schemes), `is not an address starting with ${schemes.map((scheme) => `${scheme}//`).join(' or ')}: ${help}`),
  };
}

/** A folder that is there, or that can be made. */
function folderProblem(dir) {
  if (!dir) return undefined;
  for (let path = resolve(dir); ; path = dirname(path)) {
    const found = statOf(path);
    if (!found && path !== dirname(path)) continue;
    if (!found?.isDirectory()) return `AFTERCARE_DIR is not a folder: ${path} is something else; name one that is there or can be made`;
    return may(path, constants.W_OK | constants.X_OK) ? undefined : `AFTERCARE_DIR cannot be used: this user may not write in ${path}`;
  }
}

function statOf(path) {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    if (error.code === 'ENOTDIR') return undefined;
    throw error;
  }
}

function brokerProblems(variables, address) {
  if (variables.NATS_URL) return [];
  const { NATS_SERVER: program, NATS_SERVER_URL: release, NATS_SERVER_SHA256: checksum } = variables;
  return [
    ...(program && !may(program, constants.X_OK) ? ['NATS_SERVER is not a program that this user may run: the broker’s, found or fetched without it'] : []),
    address('NATS_SERVER_URL', WEB, 'an official release of nats-server'),
    ...(checksum && !SHA256.test(checksum) ? ['NATS_SERVER_SHA256 is not a SHA-256 of 64 hexadecimal digits: the one published with the release'] : []),
    ...(release && !checksum ? ['NATS_SERVER_SHA256 is missing: NATS_SERVER_URL needs the checksum published with the release'] : []),
  ];
}

function may(path, how) {
  try {
    accessSync(path, how);
    return true;
  } catch {
    return false;
  }
}

function isAddress(value, schemes) {
  return URL.canParse(value) && schemes.includes(new URL(value).protocol);
}
