// The variables of npm start, looked at before anything is installed or started. Node built-ins only.
import { BootstrapError } from './bootstrap.mjs';

const PORT_DEFAULT = 3_000;
const PORT_MAX = 65_535;
const PROFILES = ['production', 'demo', 'development', 'test'];

/**
 * What the variables say. Throws BootstrapError that names each wrong one and never repeats an address, which may hold a password.
 *
 * @param {Record<string, string | undefined>} variables
 */
export function startSettings(variables) {
  const port = variables.PORT || String(PORT_DEFAULT);
  const profile = variables.PROFILE || 'demo';
  const [databaseUrl, natsUrl] = [variables.DATABASE_URL || undefined, variables.NATS_URL || undefined];
  const problems = [
    ...(/^\d{1,5}$/.test(port) && Number(port) <= PORT_MAX ? [] : [`PORT is not a whole number from 0 to ${PORT_MAX}: where the gateway answers, ${PORT_DEFAULT} without it`]),
    ...(PROFILES.includes(profile) ? [] : [`PROFILE must be one of ${PROFILES.join(', ')}: demo without it`]),
    ...(isAddress(databaseUrl, ['postgres:', 'postgresql:']) ? [] : ['DATABASE_URL is not an address starting with postgres://: a PostgreSQL that somebody else runs, an embedded one without it']),
    ...(isAddress(natsUrl, ['nats:', 'tls:']) ? [] : ['NATS_URL is not an address starting with nats:// or tls://: a broker that somebody else runs, an own one without it']),
  ];
  if (problems.length > 0) throw new BootstrapError(`npm start cannot begin with these variables:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
  return { port: Number(port), profile, databaseUrl, natsUrl };
}

function isAddress(value, schemes) {
  return value === undefined || (URL.canParse(value) && schemes.includes(new URL(value).protocol));
}
